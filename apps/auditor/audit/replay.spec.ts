import { ledgerOf } from '@hjemmel/contexts/data-subjects/events';
import { company } from '@hjemmel/contexts/processing-register/events';
import { ledger as processingLedger } from '@hjemmel/contexts/data-subjects/decider';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { fixedClock, newPseudonym, Recorded } from '@hjemmel/kernel';
import { MemoryLog, memoryLog } from '../testing/memory-log';
import { findingsIn } from '../testing/replaying';
import { customer, delivering, evidence, mailing, officer, World } from '../testing/world';
import { Replay } from './replay';

const BEGIN = Date.parse('2026-03-02T10:00:00.000Z');
const clock = fixedClock(new Date(BEGIN));
/** Time goes on, by seconds. */
const pass = (seconds: number): void => clock.set(new Date(clock.now().getTime() + seconds * 1000));

let log: MemoryLog;
let world: World;
beforeEach(async () => {
  clock.set(new Date(BEGIN));
  log = memoryLog(clock);
  world = await World.begin(log, clock);
  pass(60);
});
afterEach(() => world.close());

const kindsIn = (events: readonly Recorded[], scope = {}): string[] => findingsIn(events, scope).map(({ kind }) => kind);
const indexOf = (holds: (recorded: Recorded) => boolean): number => log.events.findIndex(holds);
/** The history with one event changed, or without it. */
const tampered = (at: number, change: (recorded: Recorded) => Recorded | undefined): Recorded[] =>
  log.events.flatMap((recorded, i) => (i === at ? [change(recorded) ?? []].flat() : [recorded]));
const withData = (recorded: Recorded, data: object): Recorded => ({
  ...recorded,
  event: { ...recorded.event, data: { ...recorded.event.data, ...data } },
});

const restrict = (subjectId: string) =>
  world.onLedger(({ commandId, at }) => ({
    type: 'RestrictProcessing',
    ...{ subjectId, commandId, ground: 'accuracy-contested', channel: 'e-mail', receivedAt: at },
  }));
const reading = (subjectId: string) => ({
  subjectId,
  activity: 'C-1',
  purpose: 'deliver-service',
  categories: ['subject.contact'],
  customer,
  fields: ['contact.name'],
});

async function retire(activityId: string): Promise<void> {
  await world.run(
    processingActivity,
    { type: 'RetireActivity', activityId, reason: 'done with', approvedBy: officer, proposedBy: 'bo' },
    officer,
  );
  await world.inForce.refresh();
}

describe('a history that the program wrote', () => {
  it('is clean: orders, refusals, choices, restrictions, objections, disclosures, reads', async () => {
    const [kari, ola] = [newPseudonym(), newPseudonym()];
    await world.order({ contact: kari, consents: true });
    await world.order({ contact: kari, holders: [ola] });
    await world.use(kari, mailing);
    await world.onLedger(({ commandId, at }) => ({
      type: 'WithdrawConsent',
      ...{ subjectId: kari, commandId, purpose: 'marketing', surface: 'order-form', steps: 1, at },
    }));
    await world.use(kari, mailing);
    await world.read([reading(kari), reading(ola)]);
    await world.read([reading(kari)], async () => void (await restrict(kari)));
    await expect(world.order({ contact: kari })).rejects.toThrow('refused');
    await world.use(kari, { ...delivering(), exception: { ground: 'legal-claims', reason: 'case 7' } });
    const [restriction] = (await world.decisions.load(processingLedger, ledgerOf(kari))).state.standing.restrictions;
    const { restrictionId } = restriction!;
    const because = 'accuracy-verified';
    await world.onLedger(({ commandId, at }) => ({
      type: 'AnnounceLifting',
      ...{ subjectId: kari, commandId, restrictionId, because, channel: 'e-mail', at },
    }));
    await world.onLedger(({ commandId, at }) => ({
      type: 'LiftRestriction',
      ...{ subjectId: kari, commandId, restrictionId, because, decidedBy: officer, at },
    }));
    const [objected] = await world.onLedger(({ commandId, at }) => ({
      type: 'ReceiveObjection',
      ...{ subjectId: kari, commandId, kind: 'situation', purpose: 'deliver-service', channel: 'e-mail', receivedAt: at, company },
    }));
    await world.use(kari, delivering());
    const { objectionId } = objected!.data as { objectionId: string };
    const decision = {
      reasons: 'the claim would be lost',
      document: 'case 7',
      decidedBy: officer,
      grounds: 'legal-claims',
      proposedBy: 'bo',
    } as const;
    await world.onLedger(({ commandId, at }) => ({
      type: 'OverruleObjection',
      ...{ subjectId: kari, commandId, objectionId, ...decision, at },
    }));
    const recipient = { id: 'mail-provider', fields: ['subject.contact.email'] };
    const [sent] = await world.admit([{ subjectId: kari, pointer: '', act: 'Send', uses: [{ ...delivering(), recipient }] }]);
    await world.onLedger(({ commandId, at }) => ({
      type: 'RecordDisclosure',
      ...{ subjectId: kari, commandId, admissionId: sent!.grants[0]!.recordId, receipt: 'r1', at },
    }));
    await world.onLedger(({ commandId, at }) => ({ type: 'EndRelation', ...{ subjectId: kari, commandId, customer, endedAt: at } }));
    await world.onLedger(({ commandId, at }) => ({
      type: 'BeginRetentionPeriod',
      ...{ subjectId: kari, commandId, trigger: 'contract-ended', since: at },
    }));
    await world.use(kari, delivering());
    await retire('C-1');
    await world.use(kari, delivering());
    const replay = new Replay();
    expect(log.events.flatMap((recorded) => replay.take(recorded))).toEqual([]);
    expect(replay.finish(clock.now())).toEqual([]);
    expect(replay.counts()).toMatchObject({ persons: 4, verdicts: 17, facts: 2, reads: 2, byOtherRules: {} });
  });

  it('is clean where a ledger has its summaries', async () => {
    const kari = await world.contact();
    for (let i = 0; i < 260; i++) await world.use(kari, delivering());
    expect(log.events.filter(({ event }) => event.type === 'LedgerSummarised')).toHaveLength(1);
    expect(findingsIn(log.events)).toEqual([]);
    const at = indexOf(({ event }) => event.type === 'LedgerSummarised');
    const fewer = tampered(at, (recorded) =>
      withData(recorded, { state: { ...(recorded.event.data as { state: object }).state, keys: [] } }),
    );
    expect(kindsIn(fewer)).toEqual(['summary-differs']);
  });
});

describe('what only the whole of a log shows', () => {
  it('an event that was taken out leaves a gap', async () => {
    await world.order({ holders: [] });
    const at = indexOf(({ event }) => event.type === 'ProcessingAdmitted');
    expect(kindsIn(tampered(at, () => undefined))).toContain('ledger-broken');
    const rule = indexOf(({ stream }) => stream.startsWith('processingActivity-C-3'));
    expect(kindsIn(tampered(rule, () => undefined))).toEqual([]); // an entry that was never there is no gap, and nothing was done under it
  });

  it('a record of reading that was taken out leaves one as well', async () => {
    const kari = await world.contact();
    await world.read([reading(kari)]);
    await world.read([reading(kari)]);
    const at = indexOf(({ event }) => event.type === 'PersonalDataRead');
    expect(kindsIn(tampered(at, () => undefined))).toEqual(['stream-broken']);
  });

  it('a use that was admitted ten minutes ago and led to nothing is noticed', async () => {
    const kari = newPseudonym();
    await world.order({ contact: kari, holders: [] });
    const at = indexOf(({ event }) => event.type === 'OrderPlaced');
    const found = findingsIn(tampered(at, () => undefined));
    expect(found).toMatchObject([{ kind: 'admission-unused', severity: 'notice', subjectId: kari }]);
  });
});

describe('what was known', () => {
  it('may lag by some seconds behind what was decided a moment before', async () => {
    const kari = await world.contact();
    const before = world.inForce.at(clock.now()).knownUpTo;
    await retire('C-1');
    pass(3);
    await world.use(kari, evidence);
    await admittedBy(kari, before);
    expect(kindsIn(log.events)).toEqual([]);
  });

  it('must not lag longer where it turns the verdict', async () => {
    const kari = await world.contact();
    const before = world.inForce.at(clock.now()).knownUpTo;
    await retire('C-1');
    pass(9);
    await admittedBy(kari, before);
    expect(findingsIn(log.events)).toMatchObject([{ kind: 'cites-not-in-force', expected: 'refused: no-such-activity, GDPR art. 30(1)' }]);
  });

  it('may lag where it turns nothing', async () => {
    const kari = await world.contact();
    const before = world.inForce.at(clock.now()).knownUpTo;
    await retire('C-2');
    pass(600);
    await admittedBy(kari, before);
    expect(kindsIn(log.events)).toEqual([]);
  });

  it('is looked up at the positions of a copy where a map says which became which', async () => {
    await world.order();
    const moved = log.events.map((recorded) => ({ ...recorded, position: recorded.position + 7_000_000n }));
    expect(new Set(kindsIn(moved))).toEqual(new Set(['verdict-differs', 'observed-undeclared']));
    expect(kindsIn(moved, { positionOf: (named: bigint) => named + 7_000_000n })).toEqual([]);
  });

  /** An admission of before, once more, by the program as it knew the norms up to a position. */
  async function admittedBy(subjectId: string, knownUpTo: string): Promise<void> {
    const norms = { ...world.inForce.at(clock.now()), knownUpTo };
    const register = new Map([...norms.register].map(([id, activity]) => [id, { ...activity, retired: false }]));
    const known = { ...norms, register: new Map([...norms.register, ['C-1', register.get('C-1')!]]) };
    await world.onLedger(({ commandId, at }) => ({
      type: 'AdmitUses',
      ...{ subjectId, commandId, act: 'AdmitUse', keys: [], uses: [delivering()], norms: known, at },
    }));
  }
});

describe('rules of another version', () => {
  it('can’t be applied: their verdicts are counted, and no violation', async () => {
    const kari = await world.contact();
    const at = indexOf(({ event, stream }) => event.type === 'ProcessingAdmitted' && stream === ledgerOf(kari));
    const replay = new Replay();
    const older = tampered(at, (recorded) => withData(recorded, { rules: 1, purpose: 'decided otherwise then' }));
    expect(older.flatMap((recorded) => replay.take(recorded))).toEqual([]);
    expect(replay.counts()).toMatchObject({ verdicts: 0, byOtherRules: { 1: 1 } });
  });
});

describe('a part of the log', () => {
  it('is reported by time or person, on the state of all of it', async () => {
    const [kari, ola] = [await world.contact(), await world.contact()];
    await restrict(kari);
    const at = indexOf(({ event }) => event.type === 'ProcessingRestricted');
    pass(60);
    const later = clock.now();
    await world.use(ola, delivering());
    const broken = tampered(at, (recorded) => withData(recorded, { ground: 'a whim' }));
    expect(kindsIn(broken)).toEqual(['ledger-broken']);
    expect(kindsIn(broken, { from: later })).toEqual([]);
    expect(kindsIn(broken, { until: later })).toEqual(['ledger-broken']);
    expect(kindsIn(broken, { person: kari })).toEqual(['ledger-broken']);
    expect(kindsIn(broken, { person: ola })).toEqual([]);
  });
});

describe('an event of whatever shape', () => {
  it.each([
    ['no data', { event: { type: 'DataSubjectRegistered', data: null } }],
    ['nothing of what its type has', { event: { type: 'DataSubjectRegistered', data: {} } }],
    ['no metadata', { metadata: undefined }],
    ['no instant', { metadata: { correlationId: 'c' } }],
  ])('ends no audit: %s', async (_, shape) => {
    await world.contact();
    const at = indexOf(({ event }) => event.type === 'DataSubjectRegistered');
    const found = kindsIn(tampered(at, (recorded) => ({ ...recorded, ...(shape as object) })));
    expect(found).toContain('ledger-broken');
  });
});

describe('the drift of the register', () => {
  it('is what is declared and nothing in the log makes use of', async () => {
    await world.order({ consents: true });
    const replay = new Replay();
    for (const recorded of log.events) replay.take(recorded);
    const drift = replay.drift();
    expect(drift).toContainEqual(expect.objectContaining({ activity: 'C-3', kind: 'activity' }));
    expect(drift).toContainEqual(expect.objectContaining({ activity: 'C-2', kind: 'purpose', names: ['bookkeeping'] }));
    expect(drift.find(({ activity, kind }) => activity === 'D-1' && kind === 'field')!.names).toEqual(['subject.contact.employer']);
    expect(drift.filter(({ activity }) => activity === 'C-8')).toEqual([]); // suspended: not carried out
  });
});
