import type { RequestedUse } from '@hjemmel/admission';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { ledgerOf, restrictionGrounds } from '@hjemmel/contexts/data-subjects/events';
import { company } from '@hjemmel/contexts/processing-register/events';
import { fixedClock, newPseudonym, newUuid, Recorded } from '@hjemmel/kernel';
import fc from 'fast-check';
import { memoryLog } from '../testing/memory-log';
import { findingsIn } from '../testing/replaying';
import { delivering, evidence, mailing, officer, ReadUse, World } from '../testing/world';

const PEOPLE = 4;

type Step = (world: World, people: readonly string[]) => Promise<unknown>;

const ignoringRefusals = (done: Promise<unknown>): Promise<unknown> => done.catch(() => undefined);
const person = fc.nat(PEOPLE - 1);

const reading = (subjectId: string): ReadUse => {
  const { kind: _, ...use } = delivering();
  return { ...use, subjectId, categories: ['subject.contact'], fields: ['contact.name'] };
};
const uses: fc.Arbitrary<RequestedUse> = fc.constantFrom(
  delivering(),
  mailing,
  evidence,
  { ...delivering(), purpose: 'customer-service' },
  { ...delivering(), kind: 'storage' } as const,
  { ...delivering(), exception: { ground: 'legal-claims', reason: 'case 7' } } as const,
  { ...delivering(), recipient: { id: 'mail-provider', fields: ['subject.contact.email'] } },
  { ...delivering(), recipient: { id: 'nobody', fields: [] } },
  { ...delivering(), purpose: 'curiosity' },
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(person, fc.array(person, { maxLength: 2 }), fc.boolean()).map(
      ([contact, holders, consents]): Step =>
        (world, people) =>
          // A worker is another person to the company than the contact of the same name.
          ignoringRefusals(
            world.order({ contact: people[contact]!, holders: [...new Set(holders)].map((one) => workerOf(people[one]!)), consents }),
          ),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(person, uses).map(
      ([who, use]): Step =>
        (world, people) =>
          world.use(people[who]!, use),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(person, fc.constantFrom(...restrictionGrounds)).map(
      ([who, ground]): Step =>
        (world, people) =>
          world.onLedger(({ commandId, at }) => ({
            type: 'RestrictProcessing',
            ...{ subjectId: people[who]!, commandId, ground, channel: 'e-mail', receivedAt: at },
          })),
    ),
  },
  {
    weight: 2,
    arbitrary: person.map(
      (who): Step =>
        (world, people) =>
          lift(world, people[who]!),
    ),
  },
  {
    weight: 2,
    arbitrary: person.map(
      (who): Step =>
        (world, people) =>
          world.onLedger(({ commandId, at }) => ({
            type: 'WithdrawConsent',
            ...{ subjectId: people[who]!, commandId, purpose: 'marketing', surface: 'my-page', steps: 1, at },
          })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(person, fc.constantFrom('situation' as const, 'direct-marketing' as const)).map(
      ([who, kind]): Step =>
        (world, people) =>
          world.onLedger(({ commandId, at }) => ({
            type: 'ReceiveObjection',
            ...{ subjectId: people[who]!, commandId, kind, purpose: kind === 'situation' ? 'deliver-service' : 'marketing' },
            ...{ channel: 'e-mail', receivedAt: at, company },
          })),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.array(person, { minLength: 1 }).map(
      (who): Step =>
        (world, people) =>
          world.read([...new Set(who)].map((one) => reading(people[one]!))),
    ),
  },
);

const workerOf = (subjectId: string): string => `${subjectId.slice(0, 24)}00000000`;

async function lift(world: World, subjectId: string): Promise<void> {
  const { state } = await world.decisions.load(ledger, ledgerOf(subjectId));
  const restrictionId = state.standing.restrictions[0]?.restrictionId;
  if (restrictionId === undefined) return;
  const because = 'accuracy-verified';
  await world.onLedger(({ commandId, at }) => ({
    type: 'AnnounceLifting',
    ...{ subjectId, commandId, restrictionId, because, channel: 'letter', at },
  }));
  await world.onLedger(({ commandId, at }) => ({
    type: 'LiftRestriction',
    ...{ subjectId, commandId, restrictionId, because, decidedBy: officer, at },
  }));
}

async function history(chosen: readonly Step[]): Promise<readonly Recorded[]> {
  const clock = fixedClock('2026-03-02T10:00:00.000Z');
  const log = memoryLog(clock);
  const world = await World.begin(log, clock);
  try {
    const people = Array.from({ length: PEOPLE }, newPseudonym);
    // What every tampering needs something of.
    await world.order({ contact: people[0]!, consents: true });
    await world.use(people[0]!, mailing);
    await world.read([reading(people[0]!)]);
    for (const step of chosen) {
      clock.set(new Date(clock.now().getTime() + 60_000));
      await step(world, people);
    }
    const last = await world.contact();
    const restricted = { subjectId: last, ground: 'accuracy-contested', channel: 'letter' } as const;
    await world.onLedger(({ commandId, at }) => ({ type: 'RestrictProcessing', ...{ ...restricted, commandId, receivedAt: at } }));
    await world.use(last, delivering());
    return log.events;
  } finally {
    await world.close();
  }
}

/** The event of a type that a number chooses, and where it stands. */
function chosenOf(events: readonly Recorded[], type: string, n: number): { readonly at: number; readonly recorded: Recorded } {
  const places = events.flatMap(({ event }, at) => (event.type === type ? [at] : []));
  const at = places[n % places.length]!;
  return { at, recorded: events[at]! };
}

const changed =
  (type: string, change: (data: Data) => object) =>
  (events: readonly Recorded[], n: number): Recorded[] => {
    const { at, recorded } = chosenOf(events, type, n);
    return events.with(at, { ...recorded, event: { type, data: { ...recorded.event.data, ...change(recorded.event.data as Data) } } });
  };

interface Data {
  readonly activityVersion: number;
  readonly statement: object;
  readonly contact: { readonly admissions: readonly string[] };
  readonly cardHolders: readonly { readonly admission: string }[];
  readonly uses: readonly { readonly ground: object; readonly subjects: readonly object[] }[];
  readonly state: { readonly standing: object };
  readonly rule: string;
  readonly ground: string;
}

/** As if the log had been written anew without it: positions stay, and revisions close up. */
function renumbered(events: readonly Recorded[]): Recorded[] {
  const next = new Map<string, bigint>();
  return events.map((recorded) => {
    const revision = next.get(recorded.stream) ?? 0n;
    next.set(recorded.stream, revision + 1n);
    return { ...recorded, revision };
  });
}

type Tampering = (events: readonly Recorded[], n: number) => Recorded[];

const tamperings: Readonly<Record<string, Tampering>> = {
  'another basis': changed('ProcessingAdmitted', () => ({ basis: { code: '6(1)(d)', because: 'always' } })),
  'another version of the entry': changed('ProcessingAdmitted', ({ activityVersion }) => ({ activityVersion: activityVersion + 1 })),
  'another text of the statement': changed('ProcessingAdmitted', ({ statement }) => ({
    statement: { ...statement, hash: 'ab'.repeat(32) },
  })),
  'another purpose': changed('ProcessingAdmitted', () => ({ purpose: 'curiosity' })),
  'another controller': changed('ProcessingAdmitted', () => ({ controller: '987654325' })),
  'a recipient': changed('ProcessingAdmitted', () => ({ recipient: { id: 'broker', fields: [] } })),
  'another rule of a refusal': changed('ProcessingRefused', ({ rule }) => ({ rule: rule === 'erased' ? 'restricted' : 'erased' })),
  'another text of the statement in a refusal': changed('ProcessingRefused', ({ statement }) => ({
    statement: { ...statement, version: '2020-01-01' },
  })),
  'another purpose of a read': changed('PersonalDataRead', ({ uses: [first, ...others] }) =>
    first
      ? { uses: [{ ...first, ground: { ...first.ground, purpose: 'curiosity' } }, ...others] }
      : { withheld: [{ subjectId: 'nobody' }] },
  ),
  'another ground of a restriction': changed('ProcessingRestricted', ({ ground }) => ({ ground: ground === 'whim' ? 'fancy' : 'whim' })),
  'an admission taken out before its fact': (events, n) => {
    const { recorded } = chosenOf(events, 'OrderPlaced', n);
    const { contact } = recorded.event.data as Data;
    return renumbered(events.filter(({ event }) => (event.data as { admissionId?: string }).admissionId !== contact.admissions[0]));
  },
  'two people’s admissions exchanged': (events, n) => {
    const { at, recorded } = chosenOf(events, 'OrderPlaced', n);
    const { contact, cardHolders } = recorded.event.data as Data;
    const [first, ...others] = cardHolders;
    const swapped = first
      ? { contact: { ...contact, admissions: [first.admission] }, cardHolders: [{ ...first, admission: contact.admissions[0] }, ...others] }
      : { contact: { ...contact, admissions: ['of-nobody'] } };
    return events.with(at, { ...recorded, event: { ...recorded.event, data: { ...recorded.event.data, ...swapped } } });
  },
  'a restriction put behind what it forbade': (events) => {
    const restricted = events.findLastIndex(({ event }) => event.type === 'ProcessingRestricted');
    return renumbered([...events.slice(0, restricted), ...events.slice(restricted + 1), events[restricted]!]);
  },
  'an event of a ledger taken out': (events, n) => {
    const ledgers = events.flatMap(({ stream }, at) => (stream.startsWith(ledgerOf('')) ? [at] : []));
    const last = new Set(
      events.map(({ stream }, at) => [stream, at] as const).map(([stream]) => events.findLastIndex((one) => one.stream === stream)),
    );
    const within = ledgers.filter((at) => !last.has(at));
    return events.toSpliced(within[n % within.length]!, 1);
  },
  'an id of its own': (events, n) => events.with(n % events.length, { ...events[n % events.length]!, id: newUuid() }),
};

describe('a history, whatever commands come in whatever order', () => {
  const chosen = fc.array(steps, { minLength: 4, maxLength: 14 });

  it('has nothing in it that is not as it must be', async () => {
    await fc.assert(
      fc.asyncProperty(chosen, async (taken) => {
        expect(findingsIn(await history(taken))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each(Object.entries(tamperings))('is found out: %s', async (_, tamper) => {
    await fc.assert(
      fc.asyncProperty(chosen, fc.nat(), async (taken, n) => {
        const found = findingsIn(tamper(await history(taken), n));
        expect(found.filter(({ severity }) => severity === 'violation')).not.toEqual([]);
      }),
      { numRuns: 5 },
    );
  });

  it('is found out: a summary changed anywhere', async () => {
    const long = await history(Array.from({ length: 270 }, (): Step => (world, people) => world.use(people[0]!, delivering())));
    expect(findingsIn(long)).toEqual([]);
    const { at, recorded } = chosenOf(long, 'LedgerSummarised', 0);
    const whole = recorded.event.data;
    const leaves = pathsIn(whole).filter((path) => path[0] !== 'fold');
    fc.assert(
      fc.property(fc.constantFrom(...leaves), (path) => {
        const found = findingsIn(long.with(at, { ...recorded, event: { ...recorded.event, data: changedAt(whole, path) } }));
        expect(found.length).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });
});

type Path = readonly string[];

const pathsIn = (value: object): Path[] =>
  Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    typeof part === 'object' && part !== null ? pathsIn(part).map((path) => [key, ...path]) : [[key]],
  );

function changedAt(value: object, [key, ...rest]: Path): object {
  const of = value as Record<string, unknown>;
  const part = of[key!];
  const next = rest.length > 0 ? changedAt(part as object, rest) : typeof part === 'number' ? part + 1 : `${String(part)}~`;
  return Array.isArray(value) ? value.with(Number(key), next) : { ...of, [key!]: next };
}
