import { Decision, decider, refuse } from '@hjemmel/kernel';
import { addPeriod, osloDay } from '@hjemmel/kernel/calendar';
import type {
  DestroyedKey,
  ErasureDecided,
  ErasureDeferred,
  ErasureEvent,
  ErasureLine,
  ErasureRequest,
  LeftToRemove,
  RecipientsNotified,
  Rescan,
} from './events';
import { erasureStream } from './events';
import { faultOfGround, GroundRefusal } from './grounds.decisions';
import { Facts, linesOf } from './lines.decisions';
import { informRecipient, InformRecipient, recipientsDone } from './recipients.decisions';
import { Erasure, evolveErasure, noErasure, Round, RoundStep } from './state';

interface OnErasure {
  readonly erasureId: string;
  readonly at: Date;
}
interface InRound extends OnErasure {
  readonly round: number;
}

export interface DecideErasure extends OnErasure {
  readonly type: 'DecideErasure';
  readonly commandId: string;
  readonly subjectId: string;
  readonly request: ErasureRequest;
  /** Retention classes that it is about; all that are held where absent. */
  readonly only?: readonly string[];
  readonly facts: Facts;
}
/** Looks again at what is deferred, and at what is decided and not begun. */
export interface ReconsiderErasure extends OnErasure {
  readonly type: 'ReconsiderErasure';
  readonly facts: Facts;
  /** A round that the ledger knows of: nothing comes before it any more. */
  readonly begun?: number;
}
export type StepOfErasure =
  | (InRound & { readonly type: 'RecordKeysDestroyed'; readonly keys: readonly DestroyedKey[]; readonly left: LeftToRemove })
  | (InRound & { readonly type: 'RecordBlobsDeleted' })
  | (InRound & { readonly type: 'RecordBlindIndexesRemoved' })
  | (InRound & { readonly type: 'RecordRescan'; readonly rescan: Rescan })
  | InformRecipient
  | (InRound & {
      readonly type: 'RecordRecipientsNotified';
      readonly expected: readonly string[];
      readonly template: RecipientsNotified['data']['template'];
    })
  | (InRound & { readonly type: 'ScheduleBackupExpiry'; readonly rule: { ruleId: string; version: number; length: string } })
  | (InRound & { readonly type: 'ReachBackupExpiry' })
  | (OnErasure & { readonly type: 'CompleteErasure' });

export type ErasureCommand = DecideErasure | ReconsiderErasure | StepOfErasure;
export type ErasureRefusal = GroundRefusal | 'erasure-exists' | 'no-such-erasure' | 'still-readable' | 'recipient-not-told';

/** Decides on one erasure, and says of each step that it was taken, in their order and once. */
export const erasure = decider<ErasureCommand, Erasure, ErasureEvent, ErasureRefusal>({
  stream: ({ erasureId }) => erasureStream(erasureId),
  initial: noErasure,
  evolve: evolveErasure,
  decide: {
    DecideErasure: decideErasure,
    ReconsiderErasure: reconsiderErasure,
    RecordKeysDestroyed: ({ keys, left, ...command }, state) =>
      step(command, state, 'decided', (data) => ({ type: 'KeysDestroyed', data: { ...data, keys, left, destroyedAt: stamp(command) } })),
    RecordBlobsDeleted: (command, state) =>
      step(command, state, 'keys-destroyed', (data, { left, lines }) => ({
        type: 'BlobsDeleted',
        data: { ...data, ...left.blobs, retentionClasses: classesOf(lines), deletedAt: stamp(command) },
      })),
    RecordBlindIndexesRemoved: (command, state) =>
      step(command, state, 'blobs-deleted', (data, { left, lines }) => ({
        type: 'BlindIndexesRemoved',
        data: { ...data, byKind: left.blindIndexes, retentionClasses: classesOf(lines), removedAt: stamp(command) },
      })),
    RecordRescan: ({ rescan, ...command }, state) =>
      rescan.readable > 0 || rescan.rows > 0
        ? refuse('still-readable', 'GDPR art. 17(1)')
        : step(command, state, 'indexes-removed', (data) => ({
            type: 'TablesRescanned',
            data: { ...data, ...rescan, scannedAt: stamp(command) },
          })),
    InformRecipient: (command, state) => informRecipient(command, state, roundAt(state, command.round, 'rescanned')),
    RecordRecipientsNotified: ({ expected, template, ...command }, state) => {
      const done = recipientsDone(roundAt(state, command.round, 'rescanned'), expected);
      if (done === 'waiting') return refuse('recipient-not-told', 'GDPR art. 19');
      return step(command, state, 'rescanned', (data) => ({
        type: 'RecipientsNotified',
        data: { ...data, recipients: done, template, notifiedAt: stamp(command) },
      }));
    },
    ScheduleBackupExpiry: ({ rule, ...command }, state) =>
      step(command, state, 'recipients-notified', (data) => ({
        type: 'BackupExpiryScheduled',
        data: { ...data, latest: addPeriod(osloDay(command.at), rule.length), rule },
      })),
    ReachBackupExpiry: (command, state) => {
      const latest = roundAt(state, command.round, 'expiring-in-backups')?.latest;
      if (latest === undefined || osloDay(command.at) <= latest) return [];
      return step(command, state, 'expiring-in-backups', (data) => ({
        type: 'BackupExpiryReached',
        data: { ...data, reachedAt: stamp(command) },
      }));
    },
    CompleteErasure: ({ erasureId, at }, { subjectId, commandId, rounds, deferred, completed }) => {
      const isThrough = commandId !== undefined && deferred.length === 0 && rounds.every((round) => round.step === 'expired');
      if (completed || !isThrough) return [];
      return [{ type: 'ErasureCompleted', data: { erasureId, subjectId, rounds: rounds.length, completedAt: at.toISOString() } }];
    },
  },
});

const classesOf = (lines: readonly ErasureLine[]): string[] => lines.map(({ retentionClass }) => retentionClass);

const stamp = ({ at }: OnErasure): string => at.toISOString();

const roundAt = ({ rounds }: Erasure, number: number, at: RoundStep): Round | undefined =>
  rounds.find(({ round, step: reached }) => round === number && reached === at);

/** A step that was taken is not taken again: neither by a second process, nor by the same one after a crash. */
function step(
  { erasureId, round }: InRound,
  state: Erasure,
  from: RoundStep,
  event: (data: { erasureId: string; subjectId: string; round: number }, round: Round) => ErasureEvent,
): Decision<ErasureEvent, ErasureRefusal> {
  if (state.commandId === undefined) return refuse('no-such-erasure');
  const now = roundAt(state, round, from);
  return now ? [event({ erasureId, subjectId: state.subjectId, round }, now)] : [];
}

function decideErasure(command: DecideErasure, state: Erasure): Decision<ErasureEvent, ErasureRefusal> {
  const { erasureId, subjectId, commandId, request, only, facts, at } = command;
  if (state.commandId !== undefined) return state.commandId === commandId ? [] : refuse('erasure-exists');
  const asked = only ? { ...facts, held: facts.held.filter(({ retentionClass }) => only.includes(retentionClass)) } : facts;
  const fault = faultOfGround(request.ground, asked);
  if (fault) return fault;
  if (request.document.trim() === '') return refuse('no-document', 'GDPR art. 5(2)');
  const lines = linesOf(asked, request.ground);
  const data = {
    ...{ erasureId, subjectId, commandId, controller: facts.standing.controller, request },
    ...{ round: 1, lines, whole: isWhole(lines, facts), decidedAt: at.toISOString() },
  };
  return [{ type: lines.length > 0 && lines.every((line) => line.deferred) ? 'ErasureDeferred' : 'ErasureDecided', data }];
}

const isWhole = (lines: readonly ErasureLine[], { held }: Facts): boolean => {
  const erased = lines.filter((line) => !line.deferred).map(({ retentionClass }) => retentionClass);
  return held.every(({ retentionClass }) => erased.includes(retentionClass));
};

function reconsiderErasure(command: ReconsiderErasure, state: Erasure): Decision<ErasureEvent, ErasureRefusal> {
  const { facts, begun } = command;
  if (state.commandId === undefined) return refuse('no-such-erasure');
  if (state.completed) return [];
  const ground = state.request!.ground;
  const open = state.rounds.find((round) => round.step === 'decided' && round.round !== begun);
  if (open) return suspended(command, state, open);
  // What is held under the class by now, also where another erasure has been at it since.
  const named = state.deferred.map(({ retentionClass }) => retentionClass);
  const waiting = facts.held.filter(({ retentionClass }) => named.includes(retentionClass));
  const lines = linesOf({ ...facts, held: waiting }, ground);
  const gone = state.deferred.filter((line) => !waiting.some(({ retentionClass }) => retentionClass === line.retentionClass));
  const now = [...lines, ...gone.map(({ deferred: _, ...line }): ErasureLine => ({ ...line, keys: [] }))];
  if (now.some((line) => !line.deferred)) return [decision('ErasureResumed', command, state, state.rounds.length + 1, now)];
  return sameDeferrals(now, state.deferred) ? [] : [decision('ErasureDeferred', command, state, state.rounds.length + 1, now)];
}

/** Something that keeps the data came between the decision and the ledger's word: it is the later will, and nothing was erased yet. */
function suspended(command: ReconsiderErasure, state: Erasure, open: Round): ErasureDeferred[] {
  const { ground } = state.request!;
  const isKept = linesOf({ ...command.facts, held: open.lines }, ground).some((line) => line.deferred);
  if (!isKept) return [];
  // With what was deferred before, since what came stands against all of it.
  const held = [...open.lines, ...state.deferred].map(({ deferred: _, ...line }) => line);
  return [decision('ErasureDeferred', command, state, open.round, linesOf({ ...command.facts, held }, ground))];
}

function decision<T extends 'ErasureDeferred' | 'ErasureResumed'>(
  type: T,
  { erasureId, facts, at }: ReconsiderErasure,
  { subjectId, commandId, controller, request }: Erasure,
  round: number,
  lines: readonly ErasureLine[],
): { readonly type: T; readonly data: ErasureDecided['data'] } {
  const known = { erasureId, subjectId, commandId: commandId!, controller, request: request! };
  return { type, data: { ...known, round, lines, whole: isWhole(lines, facts), decidedAt: at.toISOString() } };
}

const sameDeferrals = (a: readonly ErasureLine[], b: readonly ErasureLine[]): boolean =>
  a.every((line) => {
    const before = b.find(({ retentionClass }) => retentionClass === line.retentionClass)?.deferred;
    return (
      before?.exception === line.deferred?.exception && before?.until === line.deferred?.until && before?.holdId === line.deferred?.holdId
    );
  });
