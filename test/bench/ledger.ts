import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activity, Norms } from '@hjemmel/admission';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { LedgerEvent, ledgerOf } from '@hjemmel/contexts/data-subjects/events';
import { evolve, Ledger, summary, unknownSubject } from '@hjemmel/contexts/data-subjects/state';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { CommandContext, Decisions, envelopes, EventLog, openEventLog } from '@hjemmel/event-store';
import { decide, isRefusal, newPseudonym, newUuid } from '@hjemmel/kernel';
import type { BenchRow, BenchTable } from './types';

const LONG = 100_000;
const SHORT = 10;
const TRIES = 150;
const company = '915376215';
const customer = '334115739';

const activity: Activity = {
  id: 'C-1',
  version: 1,
  role: 'controller',
  purposes: ['deliver-service'],
  legalBases: [{ code: '6(1)(f)', when: 'company-representative', balancing: {} }],
  categories: [{ category: 'subject.contact', fields: ['name'] }],
  recipients: [],
  retention: [],
  retired: false,
};
export const norms: Norms = {
  register: new Map([['C-1', activity]]),
  statement: { version: '2023-12-20', hash: 'ab', effectiveFrom: '2023-12-19T23:00:00.000Z' },
  agreements: new Map(),
  knownUpTo: '1',
  company,
};
const admitUse = (subjectId: string, context: CommandContext) =>
  ({
    type: 'AdmitUses',
    subjectId,
    commandId: context.commandId,
    act: 'PlaceOrder',
    registration: { controller: company, source: 'orderer' },
    relation: { customer, capacity: 'company-representative' },
    keys: [],
    uses: [{ activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'], kind: 'processing', customer }],
    norms,
    at: context.now,
  }) as const;
const context = (): CommandContext => ({ commandId: newUuid(), actor: { id: 'bench', role: 'service' }, now: new Date() });

/** One use admitted on the ledger of a person of whom this process remembers nothing, beside the same for one with ten entries. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-ledger-'));
  const server = await startEmbeddedLog({ folder });
  const log = openEventLog(server.connectionString);
  try {
    const [long, short] = [newPseudonym(), newPseudonym()];
    await fill(log, short, SHORT);
    await fill(log, long, LONG);
    await measure(log, short); // compiled by then
    const [ofShort, ofLong] = [await measure(log, short), await measure(log, long)];
    return { title: 'Deciding on a long ledger', rows: [row(SHORT, ofShort), row(LONG, ofLong, ofShort)], settings: { tries: TRIES } };
  } finally {
    await log.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A ledger as years of commands leave it, in appends as large as the log takes them. */
async function fill(log: EventLog, subjectId: string, entries: number): Promise<void> {
  const stream = ledgerOf(subjectId);
  let state: Ledger = unknownSubject;
  let written = 0;
  while (written < entries) {
    const events: LedgerEvent[] = [];
    while (events.length < summary.every - 2 && written + events.length < entries) {
      const decision = decide(ledger, admitUse(subjectId, context()), state);
      if (isRefusal(decision)) throw new Error(`refused: ${decision.refused}`);
      for (const event of decision) state = evolve(state, event);
      events.push(...decision);
    }
    if (written + events.length < entries) events.push(summary.of(state, stream));
    await log.append(stream, envelopes(stream, events, context()), 'any');
    written += events.length;
  }
}

/** Milliseconds from the command to the admission in the log, each time with nothing remembered. */
async function measure(log: EventLog, subjectId: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const command = context();
    const begun = performance.now();
    const { events } = await new Decisions(log).run(ledger, admitUse(subjectId, command), command);
    times.push(performance.now() - begun);
    if (events.length === 0) throw new Error('nothing was admitted');
  }
  return times.sort((a, b) => a - b);
}

export const at = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * sorted.length)]!;
const row = (entries: number, times: readonly number[], beside?: readonly number[]): BenchRow => ({
  what: `one use admitted on a ledger of ${entries.toLocaleString('en')} entries, read anew, median`,
  value: at(times, 0.5),
  unit: 'ms',
  beside: `p95 ${at(times, 0.95).toFixed(1)} ms${beside ? `; with ten entries ${at(beside, 0.5).toFixed(1)} ms` : ''}`,
});
