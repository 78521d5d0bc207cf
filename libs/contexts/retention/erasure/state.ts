import type { Day } from '@hjemmel/admission';
import { endOfDay } from '@hjemmel/kernel/calendar';
import type { DestroyedKey, ErasureDecided, ErasureEvent, ErasureLine, ErasureRequest, LeftToRemove, Told } from './events';

export const roundSteps = [
  'decided',
  'keys-destroyed',
  'blobs-deleted',
  'indexes-removed',
  'rescanned',
  'recipients-notified',
  'expiring-in-backups',
  'expired',
] as const;
export type RoundStep = (typeof roundSteps)[number];

export interface Informed {
  readonly recipient: string;
  readonly attempts: number;
  readonly at: string;
  readonly told: Told;
}

export interface Round {
  readonly round: number;
  /** What it erases. */
  readonly lines: readonly ErasureLine[];
  readonly whole: boolean;
  readonly step: RoundStep;
  /** When the last step was taken. */
  readonly since: string;
  readonly keys: readonly DestroyedKey[];
  readonly left: LeftToRemove;
  readonly informed: readonly Informed[];
  readonly latest?: Day;
}

export interface Erasure {
  readonly subjectId: string;
  readonly controller: string;
  /** The command that began it; nothing where none did. */
  readonly commandId?: string;
  readonly request?: ErasureRequest;
  readonly rounds: readonly Round[];
  readonly deferred: readonly ErasureLine[];
  readonly completed: boolean;
}

export const noErasure: Erasure = { subjectId: '', controller: '', rounds: [], deferred: [], completed: false };

export const erasureStatuses = ['deferred', 'decided', 'erasing', 'unreadable-in-operation-expiring-in-backups', 'completed'] as const;
export type ErasureStatus = (typeof erasureStatuses)[number];

/** Never done before the last backup is gone. Follows the round that has come the least far; what is deferred is told beside it. */
export function statusOf({ rounds, completed }: Erasure): ErasureStatus {
  if (completed) return 'completed';
  const open = rounds.filter(({ step }) => step !== 'expired');
  if (open.length === 0) return 'deferred';
  const least = Math.min(...open.map(({ step }) => roundSteps.indexOf(step)));
  if (least === 0) return 'decided';
  return least < roundSteps.indexOf('expiring-in-backups') ? 'erasing' : 'unreadable-in-operation-expiring-in-backups';
}

/** When the erasure can go on: at an instant, and whenever a condition outside of it may have come about. */
export function nextLook(erasure: Erasure): { readonly dueAt: string | undefined; readonly waitsForCondition: boolean } {
  if (erasure.completed) return { dueAt: undefined, waitsForCondition: false };
  const times = erasure.rounds.flatMap((round) => dueOf(round));
  for (const { deferred } of erasure.deferred) if (deferred?.until !== undefined) times.push(endOfDay(deferred.until));
  const waitsForCondition = erasure.deferred.some(({ deferred }) => deferred?.condition !== undefined);
  // All rounds are through and nothing is deferred: what is left is to say so.
  if (times.length === 0 && erasure.deferred.length === 0) times.push(erasure.rounds.at(-1)?.since ?? new Date(0).toISOString());
  return { dueAt: times.sort()[0], waitsForCondition };
}

function dueOf({ step, since, latest, informed }: Round): string[] {
  if (step === 'expired') return [];
  if (step === 'expiring-in-backups') return [endOfDay(latest!)];
  const retries = informed.flatMap(({ told }) => (told.outcome === 'retry' ? [told.retryAt] : []));
  return step === 'rescanned' && retries.length > 0 ? retries.sort().slice(0, 1) : [since];
}

export function evolveErasure(erasure: Erasure, event: ErasureEvent): Erasure {
  switch (event.type) {
    case 'ErasureDecided':
    case 'ErasureDeferred':
    case 'ErasureResumed':
      return withDecision(erasure, event.data);
    case 'KeysDestroyed': {
      const { keys, left, destroyedAt } = event.data;
      return stepped(erasure, event.data, 'keys-destroyed', destroyedAt, { keys, left });
    }
    case 'BlobsDeleted':
      return stepped(erasure, event.data, 'blobs-deleted', event.data.deletedAt);
    case 'BlindIndexesRemoved':
      return stepped(erasure, event.data, 'indexes-removed', event.data.removedAt);
    case 'TablesRescanned':
      return stepped(erasure, event.data, 'rescanned', event.data.scannedAt);
    case 'RecipientInformed':
      return withInformed(erasure, event.data);
    case 'RecipientsNotified':
      return stepped(erasure, event.data, 'recipients-notified', event.data.notifiedAt);
    case 'BackupExpiryScheduled':
      return stepped(erasure, event.data, 'expiring-in-backups', undefined, { latest: event.data.latest });
    case 'BackupExpiryReached':
      return stepped(erasure, event.data, 'expired', event.data.reachedAt);
    case 'ErasureCompleted':
      return { ...erasure, completed: true };
    default:
      // A fact of a later version of this program says nothing to this one.
      return erasure;
  }
}

const nothingLeft: LeftToRemove = { blobs: { count: 0, bytes: 0 }, blindIndexes: {} };

function withDecision(erasure: Erasure, { round, lines, whole, decidedAt, ...data }: ErasureDecided['data']): Erasure {
  const begun: Erasure = erasure.commandId
    ? erasure
    : { ...erasure, subjectId: data.subjectId, controller: data.controller, commandId: data.commandId, request: data.request };
  const named = lines.map(({ retentionClass }) => retentionClass);
  const deferred = [
    ...begun.deferred.filter(({ retentionClass }) => !named.includes(retentionClass)),
    ...lines.filter((line) => line.deferred),
  ];
  const erased = lines.filter((line) => !line.deferred);
  const others = begun.rounds.filter((one) => one.round !== round);
  // Of somebody of whom nothing is held there is still a ledger to close.
  if (erased.length === 0 && lines.length > 0) return { ...begun, rounds: others, deferred };
  const now: Round = {
    round,
    lines: erased,
    whole,
    step: 'decided',
    since: decidedAt,
    keys: [],
    left: nothingLeft,
    informed: [],
  };
  return { ...begun, rounds: [...others, now], deferred };
}

const withRound = (erasure: Erasure, round: number, change: (one: Round) => Round): Erasure => ({
  ...erasure,
  rounds: erasure.rounds.map((one) => (one.round === round ? change(one) : one)),
});

const stepped = (
  erasure: Erasure,
  { round }: { readonly round: number },
  step: RoundStep,
  since: string | undefined,
  more: Partial<Round> = {},
): Erasure => withRound(erasure, round, (one) => ({ ...one, step, since: since ?? one.since, ...more }));

function withInformed(
  erasure: Erasure,
  { round, recipient, attempt, at, told }: Extract<ErasureEvent, { type: 'RecipientInformed' }>['data'],
): Erasure {
  return withRound(erasure, round, (one) => ({
    ...one,
    informed: [...one.informed.filter((other) => other.recipient !== recipient), { recipient, attempts: attempt, at, told }],
  }));
}
