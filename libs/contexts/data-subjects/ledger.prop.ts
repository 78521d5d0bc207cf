import { admit, RequestedUse } from '@hjemmel/admission';
import { decide, isRefusal, newUuid } from '@hjemmel/kernel';
import fc from 'fast-check';
import { ledger, LedgerCommand } from './decider';
import type { LedgerEvent } from './events';
import { restrictionGrounds } from './events';
import { evolve, Ledger, unknownSubject } from './state';
import { faultsOfLedger } from './testing/check-ledger';
import {
  admitUses,
  close,
  company,
  consentTo,
  customer,
  defending,
  delivering,
  evidence,
  invoicing,
  mailing,
  restrict,
  soleTrader,
  statement,
  storing,
  withdraw,
  register,
  at,
} from './testing/kari';

const use: fc.Arbitrary<RequestedUse> = fc
  .tuple(
    fc.constantFrom(delivering, delivering, invoicing, mailing, mailing, storing, defending),
    fc.constantFrom(customer, customer, soleTrader, undefined),
  )
  .map(([{ customer: _, ...asked }, account]) => ({ ...asked, ...(account !== undefined && { customer: account }) }));

const admitting = fc
  .record({
    uses: fc.array(use, { minLength: 1, maxLength: 3 }),
    first: fc.boolean(),
    relation: fc.constantFrom(
      undefined,
      { customer, capacity: 'company-representative' } as const,
      { customer: soleTrader, capacity: 'sole-trader' } as const,
    ),
    wording: fc.constantFrom(undefined, 'aa', 'aa', 'bb'),
  })
  .map(({ uses, first, relation, wording }) => (commandId: string): LedgerCommand => ({
    ...admitUses(commandId, ...(wording === undefined ? uses : [...uses, evidence])),
    ...(first && { registration: { controller: company, source: 'orderer' } }),
    ...(relation && { relation }),
    ...(wording !== undefined && { consents: [consentTo('marketing', wording)] }),
  }));
const other = fc.oneof(
  fc.constant((commandId: string): LedgerCommand => withdraw(commandId)),
  fc.constantFrom(...restrictionGrounds).map(
    (ground) =>
      (commandId: string): LedgerCommand =>
        restrict(commandId, ground),
  ),
);

/** Either a new command, an earlier one once more, or the closing of an earlier one. */
const step = fc.oneof(
  { arbitrary: fc.record({ make: fc.oneof({ arbitrary: admitting, weight: 5 }, { arbitrary: other, weight: 1 }) }), weight: 6 },
  { arbitrary: fc.record({ again: fc.nat(30) }), weight: 3 },
  { arbitrary: fc.record({ close: fc.nat(30) }), weight: 1 },
);

interface Run {
  readonly entries: { readonly id: string; readonly revision: bigint; readonly event: LedgerEvent; readonly before: Ledger }[];
  readonly commands: LedgerCommand[];
  readonly repeats: (readonly LedgerEvent[])[];
}

function run(steps: readonly object[]): Run {
  let state = unknownSubject;
  const done: Run = { entries: [], commands: [], repeats: [] };
  const recorded = (command: LedgerCommand): readonly LedgerEvent[] => {
    const decision = decide(ledger, command, state);
    const events = isRefusal(decision) ? decision.events : decision;
    for (const event of events) {
      done.entries.push({ id: newUuid(), revision: BigInt(done.entries.length), event, before: state });
      state = evolve(state, event);
    }
    return events;
  };
  for (const next of steps as ({ make: (id: string) => LedgerCommand } | { again: number } | { close: number })[]) {
    if ('make' in next) {
      const command = next.make(`c${done.commands.length}`);
      done.commands.push(command);
      recorded(command);
    } else {
      const earlier = done.commands[('again' in next ? next.again : next.close) % done.commands.length];
      if (earlier && 'again' in next && wasRecorded(done, earlier)) done.repeats.push(recorded(earlier));
      if (earlier && 'close' in next) recorded(close(earlier.commandId));
    }
  }
  return done;
}

/** A command that left nothing in the ledger (a withdrawal of nothing) may find something to do later. */
const wasRecorded = ({ entries }: Run, { commandId }: LedgerCommand): boolean =>
  entries.some(({ event }) => 'commandId' in event.data && event.data.commandId === commandId);

describe('a ledger, whatever commands come in whatever order, new ones, old ones again, closings', () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 40 });

  it('holds nothing that must not be: judged by a reader who shares no code with it', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(steps, (chosen) => {
        const { entries } = run(chosen);
        entries.forEach(({ event }) => met.add(event.type));
        expect(faultsOfLedger(entries)).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
    expect(met.size).toBe(8); // all but KeysCommitted, which no rule reads
  });

  it('gains nothing by a command that left something in it and comes again, however much later', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        for (const events of run(chosen).repeats) expect(events).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same verdicts when it is replayed: each admission and refusal says all that was asked', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        for (const { event, before } of run(chosen).entries) {
          if (event.type !== 'ProcessingAdmitted' && event.type !== 'ProcessingRefused') continue;
          const { activity, purpose, categories, asked } = event.data;
          const { relation, controller = before.standing.controller } = event.type === 'ProcessingRefused' ? event.data.asked : {};
          const standing = { ...before.standing, controller, relations: [...before.standing.relations, ...(relation ? [relation] : [])] };
          const exception = event.type === 'ProcessingAdmitted' ? event.data.exception : event.data.asked.exception;
          const use = { activity, purpose, categories, ...asked, ...(exception && { exception }) };
          const verdict = admit({ standing, activity: register.get(activity), statement, use, at, company });
          expect(event.type).toBe(verdict.admitted ? 'ProcessingAdmitted' : 'ProcessingRefused');
          expect(event.data).toMatchObject(verdict.admitted ? verdict.ground : { rule: verdict.rule, legal: verdict.legal });
        }
      }),
      { numRuns: 500 },
    );
  });
});
