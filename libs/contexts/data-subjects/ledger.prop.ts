import { admit, Norms, questionOf, RequestedUse, Standing } from '@hjemmel/admission';
import { lawfully } from '@hjemmel/admission/testing/the-law';
import { decide, fold, isRefusal, newUuid } from '@hjemmel/kernel';
import fc from 'fast-check';
import { ledger, LedgerCommand } from './decider';
import type { LedgerEvent, ProcessingRefused, Relation } from './events';
import { objectionKinds, restrictionGrounds } from './events';
import { evolve, Ledger, summary, unknownSubject } from './state';
import { Entry, faultsOfLedger } from './testing/check-ledger';
import {
  admitUses,
  agreement,
  announce,
  at,
  beginPeriod,
  close,
  company,
  consentTo,
  customer,
  defending,
  delivering,
  disclose,
  endRelation,
  evidence,
  invoicing,
  kari,
  lift,
  mailing,
  norms as usual,
  object,
  officer,
  overrule,
  register,
  restrict,
  sending,
  soleTrader,
  storing,
  takeBack,
  uphold,
  withdraw,
} from './testing/kari';

/** What is in force changes under the ledger's feet: each state of it is found again by what was known. */
const entry = (id: string, changes: object): Norms['register'] => new Map(register).set(id, { ...register.get(id)!, ...changes });
const inForce: readonly Norms[] = [
  usual,
  { ...usual, knownUpTo: '8', register: entry('C-2', { retention: [{ rule: 'R-1', trigger: 'contract-ended' }] }) },
  { ...usual, knownUpTo: '9', register: entry('C-1', { recipients: [] }) },
  { ...usual, knownUpTo: '10', register: entry('C-4', { legalBases: [{ code: '6(1)(a)', when: 'consent', wordings: ['aa'] }] }) },
  { ...usual, knownUpTo: '11', agreements: new Map([[customer, { ...agreement, until: at.toISOString() }]]) },
  { ...usual, knownUpTo: '12', register: entry('C-1', { legalBases: [{ code: '6(1)(f)', when: 'company-representative' }] }) },
];
const normsKnown = new Map(inForce.map((norms) => [norms.knownUpTo, norms]));
const norms = fc.oneof({ arbitrary: fc.constant(usual), weight: 5 }, { arbitrary: fc.constantFrom(...inForce), weight: 2 });

const ordering: RequestedUse = {
  ...delivering,
  activity: 'D-1',
  purpose: 'hms-card-ordering',
  categories: ['subject.nationalId'],
};
const use: fc.Arbitrary<RequestedUse> = fc
  .tuple(
    fc.constantFrom(delivering, delivering, invoicing, mailing, mailing, storing, defending, sending, ordering),
    fc.constantFrom(customer, customer, soleTrader, undefined),
  )
  .map(([{ customer: _, ...asked }, account]) => ({ ...asked, ...(account !== undefined && { customer: account }) }));

/** A command is made when its turn comes: what it is about may be in the ledger by then, or not. */
type Make = (commandId: string, state: Ledger, now: Date) => LedgerCommand;
const pick = (ids: readonly string[], n: number): string => ids[n % (ids.length + 1)] ?? 'nothing';
const restrictions = ({ standing }: Ledger) => standing.restrictions.map(({ restrictionId }) => restrictionId);
const objections = ({ standing }: Ledger) => standing.objections.map(({ objectionId }) => objectionId);

const admitting = (ours: boolean): fc.Arbitrary<Make> =>
  fc
    .record({
      uses: fc.array(ours ? use : fc.constantFrom(ordering, ordering, delivering), { minLength: 1, maxLength: 3 }),
      first: fc.boolean(),
      relation: ours
        ? fc.constantFrom(
            undefined,
            { customer, capacity: 'company-representative' } as const,
            { customer, capacity: 'company-representative' } as const,
            { customer: soleTrader, capacity: 'sole-trader' } as const,
          )
        : fc.constantFrom(undefined, { customer, capacity: 'worker' } as const),
      wording: ours ? fc.constantFrom(undefined, 'aa', 'aa', 'bb') : fc.constant(undefined),
      refuses: fc.boolean(),
      steps: fc.integer({ min: 1, max: 3 }),
      keys: fc.subarray(['k1', 'k2', 'k3'], { maxLength: 1 }),
      known: norms,
    })
    .map(({ uses, first, relation, wording, refuses, steps, keys, known }) => (commandId, _, now) => {
      const { givenAt: __, ...asked } = { ...consentTo('marketing', wording), steps };
      return {
        ...admitUses(commandId, ...(wording === undefined ? uses : [...uses, evidence])),
        ...(first && { registration: { controller: ours ? company : customer, source: 'orderer' } }),
        ...(relation && { relation }),
        ...(wording !== undefined && !refuses && { consents: [{ ...asked, givenAt: now.toISOString() }] }),
        ...(wording !== undefined && refuses && { refusals: [{ ...asked, refusedAt: now.toISOString() }] }),
        keys: keys.map((keyId) => ({ keyId, retentionClass: 'contact', commitment: keyId })),
        norms: known,
        at: now,
      };
    });
const either = fc.nat(2);
const other: fc.Arbitrary<Make> = fc.oneof(
  fc.constant<Make>((commandId) => withdraw(commandId)),
  fc.constantFrom(...restrictionGrounds).map(
    (ground): Make =>
      (commandId) =>
        restrict(commandId, ground),
  ),
  either.map(
    (n): Make =>
      (commandId, state) =>
        announce(commandId, pick(restrictions(state), n)),
  ),
  either.map(
    (n): Make =>
      (commandId, state) =>
        lift(commandId, pick(restrictions(state), n)),
  ),
  fc.tuple(fc.constantFrom(...objectionKinds), fc.constantFrom('deliver-service', 'marketing')).map(
    ([kind, purpose]): Make =>
      (commandId) =>
        object(commandId, kind, purpose),
  ),
  either.map(
    (n): Make =>
      (commandId, state) =>
        uphold(commandId, pick(objections(state), n)),
  ),
  fc
    .tuple(either, fc.constantFrom('case-handler', 'case-handler', officer.id))
    .map(([n, proposedBy]): Make => (commandId, state) => ({ ...overrule(commandId, pick(objections(state), n)), proposedBy })),
  either.map(
    (n): Make =>
      (commandId, state) =>
        takeBack(commandId, pick(objections(state), n)),
  ),
  fc.tuple(fc.constantFrom(customer, soleTrader), fc.constantFrom(-1, 0, 5)).map(
    ([towards, hours]): Make =>
      (commandId, _, now) =>
        endRelation(commandId, towards, hoursAfter(now, hours)),
  ),
  fc.tuple(fc.constantFrom(undefined, customer, soleTrader), fc.constantFrom(0, 5)).map(
    ([towards, hours]): Make =>
      (commandId, _, now) =>
        beginPeriod(commandId, 'contract-ended', towards, hoursAfter(now, hours)),
  ),
  either.map(
    (n): Make =>
      (commandId, state) =>
        disclose(commandId, pick(Object.keys(state.disclosable), n)),
  ),
);
const hoursAfter = (now: Date, hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

/** Either a new command, an earlier one once more, or the closing of an earlier one. An hour passes with each. */
type Step = { readonly make: Make } | { readonly again: number } | { readonly close: number };
const stepsOf = (ours: boolean) =>
  fc.array(
    fc.oneof(
      {
        arbitrary: fc.record({ make: fc.oneof({ arbitrary: admitting(ours), weight: 1 }, { arbitrary: other, weight: 1 }) }),
        weight: 6,
      },
      { arbitrary: fc.record({ again: fc.nat(30) }), weight: 2 },
      { arbitrary: fc.record({ close: fc.nat(30) }), weight: 1 },
    ),
    { minLength: 5, maxLength: 50, size: 'max' },
  );
/** Most of them with a person who is known from the start: nothing else is done with a stranger. */
const registering = (ours: boolean): Step => ({
  make: (commandId, _, now) => ({
    ...admitUses(commandId, ours ? evidence : ordering),
    registration: { controller: ours ? company : customer, source: 'orderer' },
    relation: { customer, capacity: ours ? 'company-representative' : 'worker' },
    at: now,
  }),
});
const steps: fc.Arbitrary<Step[]> = fc
  .oneof({ arbitrary: fc.constant(true), weight: 5 }, { arbitrary: fc.constant(false), weight: 1 })
  .chain((ours) =>
    fc
      .tuple(stepsOf(ours), fc.constantFrom(true, true, true, false))
      .map(([chosen, known]) => (known ? [registering(ours), ...chosen] : chosen)),
  );

interface Run {
  readonly entries: (Entry & { readonly event: LedgerEvent; readonly before: Ledger })[];
  readonly commands: LedgerCommand[];
  readonly refused: string[];
  readonly repeats: (readonly LedgerEvent[])[];
  state: Ledger;
}

function run(chosen: readonly Step[]): Run {
  const done: Run = { entries: [], commands: [], refused: [], repeats: [], state: unknownSubject };
  chosen.forEach((next, hour) => {
    const now = hoursAfter(at, hour);
    const recorded = (command: LedgerCommand): readonly LedgerEvent[] => {
      const decision = decide(ledger, command, done.state);
      const events = isRefusal(decision) ? decision.events : decision;
      if (isRefusal(decision)) done.refused.push(decision.refused);
      for (const event of events) {
        const place = { id: newUuid(), revision: BigInt(done.entries.length), metadata: { decidedAt: now.toISOString() } };
        done.entries.push({ ...place, event, before: done.state });
        done.state = evolve(done.state, event);
      }
      return events;
    };
    if ('make' in next) {
      const command = next.make(`c${done.commands.length}`, done.state, now);
      done.commands.push(command);
      recorded(command);
      return;
    }
    const earlier = done.commands[('again' in next ? next.again : next.close) % done.commands.length];
    if (earlier && 'again' in next && wasRecorded(done, earlier)) done.repeats.push(recorded(earlier));
    if (earlier && 'close' in next) recorded(close(earlier.commandId));
  });
  return done;
}

/** A command that left nothing in the ledger (a withdrawal of nothing) may find something to do later. */
const wasRecorded = ({ entries }: Run, { commandId }: LedgerCommand): boolean =>
  entries.some(({ event }) => 'commandId' in event.data && event.data.commandId === commandId);

describe('a ledger, whatever commands come in whatever order, new ones, old ones again, closings', () => {
  it('holds nothing that must not be: judged by a reader who shares no code with it', () => {
    const met = { events: new Set<string>(), refusals: new Set<string>() };
    fc.assert(
      fc.property(steps, (chosen) => {
        const { entries, refused } = run(chosen);
        entries.forEach(({ event }) => met.events.add(event.type));
        refused.forEach((reason) => met.refusals.add(reason));
        expect(faultsOfLedger(entries)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    // A run in which one of them never came would show nothing of it. All but the summary, which is the log's to ask for.
    expect([...met.events].sort()).toEqual(
      [
        'AdmissionClosed',
        'ConsentGiven',
        'ConsentRefused',
        'ConsentWithdrawn',
        'DataSubjectRegistered',
        'DisclosureMade',
        'KeysCommitted',
        'ObjectionOverruled',
        'ObjectionReceived',
        'ObjectionUpheld',
        'ObjectionWithdrawn',
        'ProcessingAdmitted',
        'ProcessingRefused',
        'ProcessingRestricted',
        'RelationEnded',
        'RelationRecorded',
        'RestrictionLiftAnnounced',
        'RestrictionLifted',
        'RetentionPeriodBegan',
      ].sort(),
    );
    expect([...met.refusals].sort()).toEqual(
      [
        'controller-decides',
        'four-eyes',
        'marketing-objection-is-absolute',
        'no-such-admission',
        'no-such-consent',
        'no-such-objection',
        'no-such-relation',
        'no-such-restriction',
        'not-admitted',
        'not-direct-marketing',
        'objection-decided',
        'subject-not-told-before-lifting',
        'unknown-subject',
      ].sort(),
    );
  });

  it('gains nothing by a command that left something in it and comes again, however much later', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        for (const events of run(chosen).repeats) expect(events).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same verdicts when it is replayed, by the rules and by the law: each says all that was asked and what was known', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(steps, (chosen) => {
        for (const { event, before, metadata } of run(chosen).entries) {
          if (event.type !== 'ProcessingAdmitted' && event.type !== 'ProcessingRefused') continue;
          const { activity, purpose, categories, asked } = event.data;
          const { controller, relation, ...rest }: ProcessingRefused['data']['asked'] = asked;
          const { exception, recipient } = event.type === 'ProcessingAdmitted' ? event.data : event.data.asked;
          const known = normsKnown.get(event.data.knownUpTo!)!;
          const replayed = questionOf(
            known,
            withWhatCame(before.standing, controller, relation),
            { activity, purpose, categories, ...rest, ...(exception && { exception }), ...(recipient && { recipient }) },
            new Date(metadata.decidedAt),
          );
          const verdict = admit(replayed);
          met.add(verdict.admitted ? verdict.ground.basis.code : verdict.rule);
          expect(verdict).toEqual(lawfully(replayed));
          expect(event.type).toBe(verdict.admitted ? 'ProcessingAdmitted' : 'ProcessingRefused');
          expect(event.data).toMatchObject(verdict.admitted ? verdict.ground : { rule: verdict.rule, legal: verdict.legal });
        }
      }),
      { numRuns: 300 },
    );
    const expected = ['6(1)(a)', '6(1)(b)', '6(1)(f)', '28(3)(a)', 'objected', 'objected-to-marketing', 'contract-over', 'retention-over'];
    expect([...met]).toEqual(expect.arrayContaining([...expected, 'recipient-unknown', 'no-agreement-in-force', 'restricted']));
  });

  /** A refusal keeps what its command brought with it, since the ledger does not. */
  function withWhatCame(standing: Standing, controller = standing.controller, relation?: Relation): Standing {
    const others = standing.relations.filter((known) => known.customer !== relation?.customer || known.capacity !== relation.capacity);
    return { ...standing, controller, relations: relation ? [...others, relation] : others };
  }
});

describe('a summary of any ledger', () => {
  const stored = (state: Ledger): LedgerEvent => JSON.parse(JSON.stringify(summary.of(state, `dataSubject-${kari}`))) as LedgerEvent;

  it('holds the whole state, as the log gives it back, in the order in which commands are forgotten', () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        const { state } = run(chosen);
        const held = summary.from(stored(state))!;
        expect(held).toStrictEqual(state);
        expect([...held.recent]).toStrictEqual([...state.recent]);
      }),
      { numRuns: 300 },
    );
  });

  it('is as good to go on from as the events before it, wherever it stands, and changes nothing by standing there', () => {
    fc.assert(
      fc.property(steps, fc.nat(100), (chosen, place) => {
        const { entries, state } = run(chosen);
        const events = entries.map(({ event }) => event);
        const cut = place % (events.length + 1);
        const before = fold(evolve, unknownSubject, events.slice(0, cut));
        const written = stored(before);
        expect(fold(evolve, summary.from(written)!, events.slice(cut))).toStrictEqual(state);
        expect(evolve(before, written)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});
