import { ledger } from '@hjemmel/contexts/data-subjects/contract';
import type { Loaded } from '@hjemmel/event-store';
import { ErasureCommand, erasure } from './decider';
import { DestroyedKey, erasureStream, Rescan } from './events';
import { factsOf, ruleOf, VaultKey } from './facts';
import { Facts, reasonOf } from './lines.decisions';
import { contextOf, eraser, EraserParts, record } from './parts';
import { tellNext } from './tell-recipients';
import { Erasure, Round } from './state';

const BATCH = 50;
/** An erasure has some ten steps; one that comes to no end must not keep the others waiting. */
const MOST_STEPS = 40;
/** One round: every erasure that can go on goes on as far as it can. Gives how many steps were taken. */
export async function eraseDue(parts: EraserParts, conditions = true, isStopping = (): boolean => false): Promise<number> {
  let steps = 0;
  for (let behind = ''; ;) {
    const batch = await parts.store.due(parts.clock.now(), conditions, behind, BATCH);
    for (const erasureId of batch) {
      if (isStopping()) return steps; // the others stay due, here or elsewhere
      for (let taken = 0; taken < MOST_STEPS && (await takeStep(parts, erasureId)); taken++) steps++;
    }
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return steps;
    behind = last;
  }
}

/** Takes the next step of an erasure. @returns whether there was one */
export async function takeStep(parts: EraserParts, erasureId: string): Promise<boolean> {
  const loaded = await parts.decisions.load(erasure, erasureStream(erasureId));
  const { state } = loaded;
  if (state.commandId === undefined || state.completed) return false;
  if (await reconsidered(parts, erasureId, loaded)) return true;
  for (const round of state.rounds) if (await advance(parts, erasureId, state, round)) return true;
  return record(parts, { type: 'CompleteErasure', erasureId, at: parts.clock.now() }, ['complete', erasureId]);
}

async function advance(parts: EraserParts, erasureId: string, state: Erasure, round: Round): Promise<boolean> {
  const { keys, files, decisions, clock } = parts;
  const { subjectId } = state;
  const classes = round.lines.map(({ retentionClass }) => retentionClass);
  const taken = (command: ErasureCommand) => record(parts, command, [command.type, erasureId, String(round.round)]);
  const base = () => ({ erasureId, round: round.round, at: clock.now() });
  switch (round.step) {
    case 'decided':
      if (!(await eraseOnLedger(parts, erasureId, state, round))) return false;
      return taken({ ...(await shred(parts, subjectId, round, classes)), ...base() });
    case 'keys-destroyed':
      await files.delete(subjectId, classes);
      return taken({ type: 'RecordBlobsDeleted', ...base() });
    case 'blobs-deleted':
      await keys.removeLookUps(subjectId, classes);
      return taken({ type: 'RecordBlindIndexesRemoved', ...base() });
    case 'indexes-removed':
      return taken({ type: 'RecordRescan', rescan: await scan(parts, subjectId, round, classes), ...base() });
    case 'rescanned':
      return tellNext(parts, erasureId, state, round);
    case 'recipients-notified':
      return taken({ type: 'ScheduleBackupExpiry', rule: await ruleOf(decisions, 'backup'), ...base() });
    case 'expiring-in-backups':
      return taken({ type: 'ReachBackupExpiry', ...base() });
    case 'expired':
      return false;
  }
}

/** Looks anew at what is deferred, and at a round of which the ledger knows nothing yet: what came before its word there counts. */
async function reconsidered(parts: EraserParts, erasureId: string, { state, revision }: Loaded<Erasure>): Promise<boolean> {
  const open = state.rounds.find(({ step }) => step === 'decided');
  if (state.deferred.length === 0 && !open) return false;
  const at = parts.clock.now();
  const { facts, ledger: known } = await factsOf(parts, state.subjectId, state.request!.ground, at);
  const isBegun = open && known.erasures.some(({ commandId }) => commandId === ledgerCommand(erasureId, open.round));
  const begun = isBegun ? { begun: open.round } : {};
  return record(parts, { type: 'ReconsiderErasure', erasureId, facts, ...begun, at }, ['reconsider', erasureId, String(revision)]);
}

const ledgerCommand = (erasureId: string, round: number): string => contextOf(['ledger', erasureId, String(round)], new Date(0)).commandId;

/** The moment from which nothing is admitted any more. @returns false where a restriction or another change came first: it is seen by the next look */
async function eraseOnLedger(parts: EraserParts, erasureId: string, state: Erasure, round: Round): Promise<boolean> {
  const { decisions, clock } = parts;
  const { subjectId, request } = state;
  const at = clock.now();
  const { facts, changes } = await factsOf(parts, subjectId, request!.ground, at);
  const retentionClasses = round.lines.map(({ retentionClass }) => retentionClass);
  if (facts.kept?.some(({ retentionClass }) => retentionClasses.includes(retentionClass))) return false;
  const command = {
    type: 'EraseData',
    subjectId,
    commandId: ledgerCommand(erasureId, round.round),
    erasureId,
    retentionClasses,
    categories: goneCategories(round, facts),
    because: reasonOf(request!.ground),
    // Of somebody who was known anew meanwhile not everything is gone.
    whole: round.whole && facts.held.every(({ retentionClass }) => retentionClasses.includes(retentionClass)),
    ...(changes !== undefined && { changes }),
    at,
  } as const;
  const { refusal } = await decisions.run(ledger, command, { commandId: command.commandId, actor: eraser, now: at });
  if (refusal?.refused === 'unknown-subject') throw new Error(`the erasure of a person was refused: ${refusal.refused}`);
  return !refusal;
}

/** Categories of which no other class is held: the invoices of this year keep theirs. */
function goneCategories({ lines }: Round, { held }: Facts): string[] {
  const erased = lines.map(({ retentionClass }) => retentionClass);
  const kept = held.filter(({ retentionClass }) => !erased.includes(retentionClass)).flatMap(({ categories }) => categories);
  return [...new Set(lines.flatMap(({ categories }) => categories))].filter((category) => !kept.includes(category));
}

async function shred({ keys, files }: EraserParts, subjectId: string, round: Round, classes: readonly string[]) {
  const decided = round.lines.flatMap((line) => line.keys.map(({ keyId }) => keyId));
  const there = (await keys.keysOf(subjectId)).filter((key) => key.destroyedAt === null && classes.includes(key.retentionClass));
  const destroyed = await keys.destroy([...new Set([...decided, ...there.map(({ keyId }) => keyId)])]);
  const [blobs, blindIndexes] = await Promise.all([files.of(subjectId, classes), keys.lookUpsOf(subjectId, classes)]);
  return { type: 'RecordKeysDestroyed', keys: destroyed.map(asDestroyed), left: { blobs, blindIndexes } } as const;
}

function asDestroyed({ keyId, retentionClass, commitment, destroyedAt }: VaultKey): DestroyedKey {
  if (!destroyedAt) throw new Error(`key ${keyId} was not destroyed`);
  return { keyId, retentionClass, commitment, destroyedAt: destroyedAt.toISOString() };
}

/** A command that was under way may have made a key after the others were destroyed; nothing was admitted to be sealed under it. */
async function scan({ keys, rescan }: EraserParts, subjectId: string, round: Round, classes: readonly string[]): Promise<Rescan> {
  const late = (await keys.keysOf(subjectId)).filter((key) => key.destroyedAt === null && classes.includes(key.retentionClass));
  if (late.length > 0) await keys.destroy(late.map(({ keyId }) => keyId));
  const lookUps = Object.values(await keys.lookUpsOf(subjectId, classes)).reduce((sum, one) => sum + one, 0);
  return rescan(
    subjectId,
    [...round.keys, ...late].map(({ keyId }) => keyId),
    lookUps,
  );
}
