import type { CommandContext, Decisions, EventLog } from '@hjemmel/event-store';
import { Actor, Clock, derivedUuid, Problem } from '@hjemmel/kernel';
import { ClassStanding, standingsOf } from '../due/due';
import type { Held } from '../due/held';
import type { KeepingNorms } from '../due/norms';
import { heldOnLedger, KeepingStore, lookAgain } from '../look/keeping';
import { retentionRun, RunCommand } from './decider';
import type { ScheduledErasures } from './erasures';
import type { DueItem, Outcome } from './events';
import { retentionRunStream } from './events';
import type { RetentionRun } from './state';

export interface RunParts {
  readonly log: EventLog;
  readonly decisions: Decisions;
  readonly store: KeepingStore;
  readonly erasures: ScheduledErasures;
  /** Register and rules as they are known, with the position of their last event. */
  readonly norms: () => { readonly norms: KeepingNorms; readonly knownUpTo: bigint };
  readonly clock: Clock;
  /** Aborted when the process is to stop: the run ends after the batch that is under way, and another takes it up. */
  readonly signal: AbortSignal;
}

/** The run did not come to its end because the process is stopping. */
export class BrokenOff extends Error {
  constructor() {
    super('the process is stopping; the run goes on in another');
    this.name = 'BrokenOff';
  }
}

/** Persons whose ledgers are read, and erasures that are begun, at the same time; a batch's events stay small. */
const BATCH = 50;
const retention: Actor = { id: 'retention', role: 'system' };

/**
 * Runs the retention once, or goes on with a run that broke off: whoever's data is over is looked up on the ledger, said to be due, and erased,
 * deferred or left. Done again it does nothing (GDPR art. 5(1)(e); promises P-67, P-68).
 * @throws BrokenOff, and what log and database throw: the run is then taken up where it stood
 */
export async function runRetention(runId: string, parts: RunParts): Promise<void> {
  const { store, clock } = parts;
  const { norms, knownUpTo } = parts.norms();
  await lookAgain(store, norms, knownUpTo, clock.now(), parts.signal);
  const rules = [...norms.rules.values()].map(({ ruleId, version, rule }) => ({ ruleId, version, confirmed: rule.confirmed }));
  let run = await decide(parts, { type: 'StartRun', runId, rules, knownUpTo: String(knownUpTo), at: clock.now() });
  if (run.status === 'completed') return;
  const at = new Date(run.at);
  if (run.open.length > 0) run = await dealWith(runId, run, parts);
  for (let behind = run.behind; ;) {
    if (parts.signal.aborted) throw new BrokenOff();
    const subjects = await store.due(at, behind, BATCH);
    const found = await Promise.all(subjects.map((subjectId) => dueOf(subjectId, norms, at, parts)));
    const items = found.flat();
    if (items.length > 0) {
      const batch = run.batch + 1;
      run = await decide(parts, { type: 'RecordDue', runId, batch, items });
      run = await dealWith(runId, run, parts);
    }
    const last = subjects.at(-1);
    if (last === undefined || subjects.length < BATCH) break;
    behind = last;
  }
  await decide(parts, { type: 'CompleteRun', runId, unsettled: await store.unsettled(at), at: clock.now() });
}

/** The read model says where to look; what is due follows from the ledger as it is now. */
async function dueOf(subjectId: string, norms: KeepingNorms, at: Date, { log }: RunParts): Promise<DueItem[]> {
  const held = await heldOnLedger(log, subjectId);
  if (!held) return [];
  const due = standingsOf(held, norms, at).filter(({ state }) => state === 'due');
  const rules = [...new Set(due.map(({ rule }) => rule!))];
  return rules.map((rule) =>
    itemOf(
      held,
      rule,
      due.filter((standing) => standing.rule === rule),
    ),
  );
}

function itemOf({ subjectId, keys }: Held, rule: string, standings: readonly ClassStanding[]): DueItem {
  const classes = standings.map(({ retentionClass, until }) => ({ retentionClass, until: until! }));
  const erased = keys.filter((key) => classes.some(({ retentionClass }) => retentionClass === key.retentionClass));
  const keyIds = erased.map(({ keyId }) => keyId).sort();
  return { subjectId, rule, ruleVersion: standings[0]!.ruleVersion!, classes, erasureId: derivedUuid('retention', subjectId, ...keyIds) };
}

async function dealWith(runId: string, run: RetentionRun, parts: RunParts): Promise<RetentionRun> {
  const outcomes = await Promise.all(
    run.open.map(async (item) => ({ erasureId: item.erasureId, ...(await outcomeOf(runId, item, run.dryRun, parts)) })),
  );
  return decide(parts, { type: 'RecordDealtWith', runId, batch: run.batch, outcomes });
}

async function outcomeOf(runId: string, item: DueItem, dryRun: boolean, parts: RunParts): Promise<Outcome> {
  const { erasureId, subjectId, rule, classes } = item;
  const retentionClasses = classes.map(({ retentionClass }) => retentionClass);
  const { begin, foresee } = parts.erasures;
  try {
    const asked = { erasureId, subjectId, retentionClasses, rule, runId };
    const { outcome, because } = await (dryRun ? foresee : begin)(asked, contextOf(parts, 'erase', erasureId));
    if (outcome === 'begun' || !because) return { outcome: 'begun' };
    const { exception, legal, until } = because;
    return { outcome, because: { exception, legal, ...(until !== undefined && { until }) } };
  } catch (error) {
    // Refused for a reason of its own; an outage is none, and ends the run until it is over.
    if (!(error instanceof Problem) || error.problem.status >= 500) throw error;
    return { outcome: 'failed', reason: error.problem.rule ?? 'refused' };
  }
}

async function decide(parts: RunParts, command: RunCommand): Promise<RetentionRun> {
  const step = command.type === 'RecordDue' || command.type === 'RecordDealtWith' ? String(command.batch) : '';
  const context = contextOf(parts, command.type, command.runId, step);
  const { state, refusal } = await parts.decisions.run(retentionRun, command, context);
  if (refusal) throw new Error(`a step of ${retentionRunStream(command.runId)} was refused: ${refusal.refused}`);
  return state;
}

const contextOf = ({ clock }: RunParts, ...of: readonly string[]): CommandContext => ({
  commandId: derivedUuid('retention-run', ...of),
  actor: retention,
  now: clock.now(),
});
