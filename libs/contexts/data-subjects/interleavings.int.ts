import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Norms, RefusalRule, RequestedUse } from '@hjemmel/admission';
import { issueGrant } from '@hjemmel/admission/grant';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { CommandContext, Contended, Decided, Decisions, EventLog } from '@hjemmel/event-store';
import { derivedUuid, DomainEvent, newPseudonym, newUuid, Recorded } from '@hjemmel/kernel';
import { KeyStore, SealedField, Vault, vaultEpochsSchema, vaultSchema } from '@hjemmel/vault';
import { givenKeys } from '@hjemmel/vault/testing/given-keys';
import fc from 'fast-check';
import { Pool } from 'pg';
import { startTestLog, TestLog } from '../../../test/support/test-log';
import { ledger, LedgerCommand, LedgerRefusal } from './decider';
import type { LedgerEvent, PersonalDataRead, PersonalDataReadNarrowed } from './events';
import { ledgerOf, restrictionGrounds } from './events';
import { InForce } from './in-force';
import { FieldAnswer, FieldRequest, Reads } from './reads';
import { Ledger } from './state';
import { faultsOfLedger } from './testing/check-ledger';
import {
  admitUses,
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
  erase,
  evidence,
  invoicing,
  lift,
  mailing,
  norms,
  object,
  overrule,
  restrict,
  sending,
  storing,
  takeBack,
  uphold,
  withdraw,
} from './testing/kari';

/** Processes that know nothing of each other: each has a client, and states in memory, of its own. */
const PROCESSES = 3;

let log: TestLog;
let reader: EventLog;
let clients: readonly EventLog[];

beforeAll(async () => {
  log = await startTestLog();
  reader = log.connect();
  clients = Array.from({ length: PROCESSES }, () => log.connect());
});
afterAll(() => log.stop());

const contextOf = (commandId = newUuid(), actorId = 'service'): CommandContext => ({
  commandId,
  actor: { id: actorId, role: 'service' },
  now: at,
});

/** The log as it is, on which fast-check chooses whose call comes next. */
const scheduledOn = (s: fc.Scheduler, real: EventLog): EventLog => ({
  ...real,
  append: async (...call) => {
    await s.schedule(Promise.resolve(), `append ${call[1].map(({ event }) => event.type).join(', ')}`);
    return real.append(...call);
  },
  async *readStream(...call) {
    await s.schedule(Promise.resolve(), 'read');
    yield* real.readStream(...call);
  },
});

async function streamOf<E extends DomainEvent>(stream: string): Promise<Recorded<E>[]> {
  const recorded: Recorded<E>[] = [];
  for await (const event of reader.readStream(stream)) recorded.push(event as Recorded<E>);
  return recorded;
}

const registering = (subjectId: string): LedgerCommand => ({
  ...admitUses(newUuid(), delivering, evidence),
  subjectId,
  registration: { controller: company, source: 'orderer' },
  relation: { customer, capacity: 'company-representative' },
  consents: [consentTo('marketing')],
});

describe('commands at once on one person', () => {
  interface Sent {
    readonly command: LedgerCommand;
    readonly process: number;
  }
  interface Answered extends Sent {
    readonly decided: Decided<Ledger, LedgerEvent, LedgerRefusal> | undefined;
  }

  /** A command is made for a person, when those before it are: it may be about what one of them leads to. */
  type Make = (commandId: string, subjectId: string, earlier: readonly LedgerCommand[]) => LedgerCommand;
  const last = <T extends LedgerCommand['type']>(type: T, earlier: readonly LedgerCommand[]) =>
    earlier.findLast((command): command is Extract<LedgerCommand, { type: T }> => command.type === type);
  const restrictionIn = (subjectId: string, earlier: readonly LedgerCommand[]) =>
    derivedUuid('restriction', last('RestrictProcessing', earlier)?.commandId ?? '', subjectId);
  const objectionIn = (subjectId: string, earlier: readonly LedgerCommand[]) => {
    const objection = last('ReceiveObjection', earlier);
    return derivedUuid('objection', objection?.commandId ?? '', subjectId, objection?.purpose ?? '');
  };
  const admissionIn = (subjectId: string, earlier: readonly LedgerCommand[]) =>
    derivedUuid('admission', last('AdmitUses', earlier)?.commandId ?? '', subjectId, '0');

  const make: fc.Arbitrary<Make> = fc.oneof(
    {
      arbitrary: fc
        .array(fc.constantFrom(delivering, delivering, mailing, mailing, invoicing, storing, defending, sending), {
          minLength: 1,
          maxLength: 3,
        })
        .map((uses) => (commandId: string) => admitUses(commandId, ...uses)),
      weight: 12,
    },
    {
      arbitrary: fc.constantFrom(...restrictionGrounds.slice(0, 2)).map((ground) => (commandId: string) => restrict(commandId, ground)),
      weight: 3,
    },
    {
      arbitrary: fc.constantFrom<Make>(
        (commandId, ...before) => announce(commandId, restrictionIn(...before)),
        (commandId, ...before) => lift(commandId, restrictionIn(...before)),
      ),
      weight: 3,
    },
    {
      arbitrary: fc.constantFrom<Make>(
        (commandId) => object(commandId),
        (commandId) => object(commandId, 'direct-marketing'),
      ),
      weight: 4,
    },
    {
      arbitrary: fc.constantFrom<Make>(
        (commandId, ...before) => uphold(commandId, objectionIn(...before)),
        (commandId, ...before) => overrule(commandId, objectionIn(...before)),
        (commandId, ...before) => takeBack(commandId, objectionIn(...before)),
      ),
      weight: 3,
    },
    { arbitrary: fc.constant<Make>((commandId) => withdraw(commandId)), weight: 3 },
    { arbitrary: fc.constant<Make>((commandId) => ({ ...admitUses(commandId, evidence), consents: [consentTo('marketing')] })), weight: 2 },
    { arbitrary: fc.constant<Make>((commandId, ...before) => disclose(commandId, admissionIn(...before))), weight: 3 },
    {
      arbitrary: fc.constantFrom<Make>(
        (commandId) => endRelation(commandId),
        (commandId) => beginPeriod(commandId),
        (commandId) => erase(commandId),
      ),
      weight: 1,
    },
  );
  const process = fc.nat(PROCESSES - 1);
  /** New commands, and some of them sent to another process as well, as by a caller who got no answer in time. */
  const commands = fc
    .array(fc.record({ make, process, again: fc.option(process, { freq: 3 }), closing: fc.boolean() }), {
      minLength: 3,
      maxLength: 12,
      size: 'max',
    })
    .map((chosen) => (subjectId: string): readonly Sent[] => {
      const earlier: LedgerCommand[] = [];
      return chosen.flatMap(({ make: of, process: first, again, closing }) => {
        const command: LedgerCommand = { ...of(newUuid(), subjectId, earlier), subjectId };
        earlier.push(command);
        const sent: Sent[] = [{ command, process: first }];
        if (again !== null) sent.push({ command, process: again });
        if (closing && command.type === 'AdmitUses') sent.push({ command: { ...close(command.commandId), subjectId }, process: first });
        return sent;
      });
    });

  async function answer({ command, process: chosen }: Sent, processes: readonly Decisions[], isNew = false): Promise<Answered> {
    try {
      return { command, process: chosen, decided: await processes[chosen]!.run(ledger, command, contextOf(command.commandId), { isNew }) };
    } catch (error) {
      if (error instanceof Contended) return { command, process: chosen, decided: undefined };
      throw error;
    }
  }

  /** Everything that must hold of the log once all have their answers, whoever came first. */
  async function check(subjectId: string, answered: readonly Answered[]): Promise<void> {
    const entries = await streamOf<LedgerEvent>(ledgerOf(subjectId));
    expect(faultsOfLedger(entries)).toEqual([]);
    for (const { command, decided } of answered) {
      const own = entries.filter(
        ({ event }) => event.data.subjectId === subjectId && 'commandId' in event.data && event.data.commandId === command.commandId,
      );
      const ownTypes = own.map(({ event }) => event.type).filter((type) => type !== 'AdmissionClosed');
      if (decided) {
        const told = entries[Number(decided.revision)];
        expect(told?.position).toBe(decided.position);
        expect(answerOf(command, decided.refusal?.refused)).toEqual(outcomeIn(entries, command, ownTypes, decided.revision));
      } else if (!answered.some((other) => other.decided && other.command === command)) {
        expect(ownTypes).toEqual([]);
      }
    }
  }

  /** What the caller was told, and what somebody finds who reads the log as far as the answer reached. */
  const answerOf = ({ type }: LedgerCommand, refused: LedgerRefusal | undefined) => `${type} ${refused ?? 'done'}`;

  function outcomeIn(
    entries: readonly Recorded<LedgerEvent>[],
    command: LedgerCommand,
    ownTypes: readonly string[],
    reached: bigint,
  ): string {
    const before = entries.filter(({ revision }) => revision <= reached).map(({ event }) => event);
    const all = (type: string) => ownTypes.length > 0 && ownTypes.every((own) => own === type);
    /** Whether the command itself, or another one to the same effect, left this behind by then. */
    const left = (type: LedgerEvent['type'], of: object) =>
      before.some((event) => event.type === type && Object.entries(of).every(([name, value]) => Reflect.get(event.data, name) === value));
    const told = (outcome: LedgerRefusal | 'done' | 'lost') => `${command.type} ${outcome}`;
    const own = { commandId: command.commandId };
    switch (command.type) {
      case 'AdmitUses':
        if (all('ProcessingRefused')) return told('not-admitted');
        return told(all('ProcessingAdmitted') && ownTypes.length === command.uses.length ? 'done' : 'lost');
      case 'EraseData':
        return told(left('DataErased', own) ? 'done' : 'restricted');
      case 'RestrictProcessing':
        return told(left('ProcessingRestricted', { ground: command.ground }) ? 'done' : 'lost');
      case 'WithdrawConsent':
        return told(left('ConsentWithdrawn', {}) ? 'done' : 'lost');
      case 'CloseAdmissions':
        return told('done');
      case 'AnnounceLifting':
      case 'LiftRestriction': {
        const id = { restrictionId: command.restrictionId };
        const announcing = command.type === 'AnnounceLifting';
        if (left(announcing ? 'RestrictionLiftAnnounced' : 'RestrictionLifted', own)) return told('done');
        if (!left('ProcessingRestricted', id) || left('RestrictionLifted', id)) return told('no-such-restriction');
        const isTold = left('RestrictionLiftAnnounced', id);
        if (announcing) return told(isTold ? 'done' : 'lost');
        return told(isTold ? 'lost' : 'subject-not-told-before-lifting');
      }
      case 'EndRelation':
        return told(left('RelationEnded', { customer: command.customer }) ? 'done' : 'lost');
      case 'BeginRetentionPeriod':
        return told(left('RetentionPeriodBegan', own) ? 'done' : 'lost');
      case 'ReceiveObjection':
        return told(left('ObjectionReceived', { kind: command.kind, purpose: command.purpose }) ? 'done' : 'lost');
      case 'UpholdObjection':
      case 'OverruleObjection':
      case 'WithdrawObjection': {
        const id = { objectionId: command.objectionId };
        const done = {
          UpholdObjection: 'ObjectionUpheld',
          OverruleObjection: 'ObjectionOverruled',
          WithdrawObjection: 'ObjectionWithdrawn',
        } as const;
        if (left(done[command.type], own)) return told('done');
        if (!left('ObjectionReceived', id) || left('ObjectionOverruled', id) || left('ObjectionWithdrawn', id))
          return told('no-such-objection');
        if (command.type === 'WithdrawObjection') return told('lost');
        const isAbsolute = left('ObjectionReceived', { ...id, kind: 'direct-marketing' });
        if (isAbsolute && command.type === 'OverruleObjection') return told('marketing-objection-is-absolute');
        return told(isAbsolute || left('ObjectionUpheld', id) ? 'objection-decided' : 'lost');
      }
      case 'RecordDisclosure': {
        const id = { admissionId: command.admissionId };
        if (left('DisclosureMade', own)) return told('done');
        const isOpen = before.some(
          ({ type, data }) => type === 'ProcessingAdmitted' && data.admissionId === command.admissionId && data.recipient !== undefined,
        );
        return told(isOpen && !left('DisclosureMade', id) && !left('AdmissionClosed', id) ? 'lost' : 'no-such-admission');
      }
    }
  }

  // Uses by processes that knew the person before, while another one puts an end to them.
  it.each<[string, Make, RequestedUse, RefusalRule]>([
    ['a restriction (art. 18(2))', (commandId) => restrict(commandId), delivering, 'restricted'],
    ['a withdrawal (art. 7(3))', (commandId) => withdraw(commandId), mailing, 'consent-withdrawn'],
    ['an objection on grounds of the situation (art. 21(1))', (commandId) => object(commandId), delivering, 'objected'],
    [
      'an objection to direct marketing (art. 21(3))',
      (commandId) => object(commandId, 'direct-marketing'),
      mailing,
      'objected-to-marketing',
    ],
    ['the end of a relation (art. 6(1)(b))', (commandId) => endRelation(commandId), delivering, 'contract-over'],
  ])('admit nothing behind %s that took effect, whoever’s call to the log comes first', async (_, stop, use, rule) => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(process, { minLength: 3, maxLength: 3 }), process, async (s, users, stopping) => {
        const subjectId = newPseudonym();
        await new Decisions(reader).run(ledger, registering(subjectId), contextOf());
        const processes = clients.map((client) => new Decisions(scheduledOn(s, client)));
        await s.waitFor(Promise.all(processes.map((decisions) => decisions.load(ledger, ledgerOf(subjectId)))));
        const sent = users.map((chosen): Sent => ({ command: { ...admitUses(newUuid(), use), subjectId }, process: chosen }));
        sent.splice(1, 0, { command: { ...stop(newUuid(), subjectId, []), subjectId }, process: stopping });
        await check(subjectId, await s.waitFor(Promise.all(sent.map((one) => answer(one, processes)))));
        const after = (await streamOf<LedgerEvent>(ledgerOf(subjectId))).slice(4).map(({ event }) => event);
        for (const event of after) met.add(event.type === 'ProcessingRefused' ? event.data.rule : event.type);
        const stopped = after.findIndex(({ type }) => !type.startsWith('Processing') || type === 'ProcessingRestricted');
        expect(after.map(({ type }) => type).lastIndexOf('ProcessingAdmitted')).toBeLessThan(stopped);
      }),
      { numRuns: 12 },
    );
    // Runs in which the uses all came before, or all behind, would show nothing of it.
    expect([...met]).toEqual(expect.arrayContaining(['ProcessingAdmitted', rule]));
  });

  it('leave no use behind a restriction, an objection or a withdrawal, and one outcome each, whoever’s call to the log comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), commands, async (s, chosen) => {
        const subjectId = newPseudonym();
        await new Decisions(reader).run(ledger, registering(subjectId), contextOf());
        const processes = clients.map((client) => new Decisions(scheduledOn(s, client)));
        const answers = chosen(subjectId).map((sent) => answer(sent, processes));
        await check(subjectId, await s.waitFor(Promise.all(answers)));
      }),
      { numRuns: 25 },
    );
  });

  it('nor where processes remember what is no longer so, and calls meet on their way', async () => {
    await fc.assert(
      fc.asyncProperty(commands, commands, async (first, second) => {
        const subjectId = newPseudonym();
        await new Decisions(reader).run(ledger, registering(subjectId), contextOf());
        const processes = clients.map((client) => new Decisions(client));
        await Promise.all(processes.map((decisions) => decisions.load(ledger, ledgerOf(subjectId))));
        const answered: Answered[] = [];
        for (const round of [first, second]) {
          answered.push(...(await Promise.all(round(subjectId).map((sent) => answer(sent, processes)))));
        }
        await check(subjectId, answered);
      }),
      { numRuns: 15 },
    );
  });

  it('nor on a person whom several processes register at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(process, { minLength: 2, maxLength: 6 }), async (s, chosen) => {
        const subjectId = newPseudonym();
        const processes = clients.map((client) => new Decisions(scheduledOn(s, client)));
        const sent = chosen.map((at_): Sent => ({ command: { ...registering(subjectId), commandId: newUuid() }, process: at_ }));
        const answers = sent.map((one) => answer(one, processes, true));
        await check(subjectId, await s.waitFor(Promise.all(answers)));
      }),
      { numRuns: 8 },
    );
  });
});

describe('reading personal data while people restrict it', () => {
  let postgres: TestPostgres;
  let folder: string;
  let pools: readonly Pool[];
  let keys: KeyStore;
  let people: readonly { readonly subjectId: string; readonly fields: readonly SealedField[] }[];

  beforeAll(async () => {
    postgres = await startTestPostgres();
    folder = await mkdtemp(join(tmpdir(), 'hjemmel-reads-'));
    const urls = await ensureRoles(postgres.ownerUrl, folder);
    pools = [urls.owner, urls.vault].map((connectionString) => new Pool({ connectionString }));
    pools.forEach((pool) => pool.on('error', () => undefined)); // a connection may still be saying goodbye when its server stops
    for (const sql of [...vaultSchema, ...vaultEpochsSchema]) await pools[0]!.query(sql);
    keys = new KeyStore(pools[1]!, givenKeys({ 1: Buffer.alloc(32, 1) }));
  });
  afterAll(async () => {
    await keys.close();
    await Promise.all(pools.map((pool) => pool.end()));
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  class Unchanging extends InForce {
    at(): Norms {
      return norms;
    }
  }

  /** The vault, and a witness at its door: whatever is opened is on record in the log by then, with person and field. */
  class WitnessedVault extends Vault {
    readonly missing: string[] = [];

    override async open(opening: Parameters<Vault['open']>[0]) {
      for (const { grant, field } of opening) {
        const records = await recordsOf(grant.recordId);
        const named = records.flatMap(({ event }) => event.data.uses).flatMap(({ subjects }) => subjects);
        if (!named.some(({ subjectId, fields }) => subjectId === field.subjectId && fields.includes(field.path)))
          this.missing.push(field.path);
      }
      return super.open(opening);
    }
  }
  const recordsOf = async (readId?: string): Promise<Recorded<PersonalDataRead>[]> =>
    (await streamOf<PersonalDataRead>(readStream)).filter(
      ({ event }) => event.type === 'PersonalDataRead' && (readId === undefined || event.data.readId === readId),
    );
  let readStream: string;

  /** Three persons, each with fields of three categories. */
  async function newPeople() {
    const vault = new Vault(keys);
    return Promise.all(
      Array.from({ length: 3 }, async () => {
        const subjectId = newPseudonym();
        const { state } = await new Decisions(reader).run(ledger, { ...registering(subjectId) }, contextOf());
        const [admission] = [...state.recent.values()][0]!.admitted;
        const grant = issueGrant(
          subjectId,
          { ...admission!, categories: ['subject.contact', 'invoice', 'subject.photo'] },
          admission!.admissionId,
        );
        const seal = await vault.sealer([grant], new Date());
        const fieldOf = (category: string, path: string): SealedField => {
          const place = { eventId: newUuid(), stream: `order-${newUuid()}`, path };
          return { ...place, ...seal(grant, category, place, `${path} of ${subjectId}`), subjectId, category };
        };
        return {
          subjectId,
          fields: [
            fieldOf('subject.contact', 'contact.name'),
            fieldOf('subject.contact', 'contact.email'),
            fieldOf('invoice', 'invoice.address'),
            fieldOf('subject.photo', 'photo.image'),
          ],
        };
      }),
    );
  }

  const requestFor = (field: SealedField): FieldRequest => ({
    name: field.path,
    field,
    use:
      field.category === 'invoice'
        ? { activity: 'C-2', purpose: 'invoicing', customer }
        : { activity: 'C-1', purpose: 'deliver-service', customer },
  });

  type Step = { readonly page: readonly (readonly [person: number, field: number])[] } | { readonly restricts: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: fc.record({ page: fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 6 }) }), weight: 2 },
    { arbitrary: fc.record({ restricts: fc.nat(2) }), weight: 1 },
  );

  interface PageRead {
    readonly requests: readonly FieldRequest[];
    readonly answers: readonly FieldAnswer[];
    /** Who was known to be restricted when it began. */
    readonly restrictedBefore: ReadonlySet<string>;
  }

  it('opens no field of a person whose restriction was acknowledged before, and none that is not on record by then', async () => {
    const seen = { open: 0, withheld: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(step, fc.nat(PROCESSES - 1), fc.boolean()), { minLength: 2, maxLength: 8 }),
        async (s, steps) => {
          people = await newPeople();
          const actorId = newUuid();
          readStream = `personalDataRead-${actorId}-2026-03-02`;
          const vault = new WitnessedVault(keys);
          const processes = clients.map((client) => {
            const own = scheduledOn(s, client);
            const decisions = new Decisions(own);
            return { decisions, reads: new Reads(own, decisions, new Unchanging(), vault) };
          });
          const restricted = new Set<string>();
          const pages: PageRead[] = [];
          const act = async (next: Step, process: number): Promise<void> => {
            const { decisions, reads } = processes[process]!;
            if ('restricts' in next) {
              const { subjectId } = people[next.restricts]!;
              const { refusal } = await decisions.run(ledger, { ...restrict(newUuid()), subjectId }, contextOf());
              expect(refusal).toBeUndefined();
              restricted.add(subjectId);
            } else {
              const requests = next.page.map(([person, field]) => requestFor(people[person]!.fields[field]!));
              const restrictedBefore = new Set(restricted);
              pages.push({ requests, answers: await reads.open('ListOrders', requests, contextOf(newUuid(), actorId)), restrictedBefore });
            }
          };
          // Some steps wait for what was asked before them, so that much is acknowledged when they begin.
          let before: Promise<unknown> = Promise.resolve();
          const all = steps.map(([next, process, waits]) => {
            const done = waits ? before.then(() => act(next, process)) : act(next, process);
            before = Promise.all([before, done]);
            return done;
          });
          await s.waitFor(Promise.all(all));

          expect(vault.missing).toEqual([]);
          for (const page of pages) checkPage(page);
          await checkRecords(pages);
        },
      ),
      { numRuns: 15 },
    );
    // A run that never met one of them would show nothing of it.
    expect(Object.values(seen).every((count) => count > 0)).toBe(true);

    function checkPage({ requests, answers, restrictedBefore }: PageRead): void {
      expect(answers).toHaveLength(requests.length);
      requests.forEach(({ field }, i) => {
        const answer = answers[i]!;
        seen[answer.state === 'open' ? 'open' : 'withheld']++;
        if (answer.state === 'open') expect(answer.text).toBe(`${field.path} of ${field.subjectId}`);
        else expect(answer).toEqual({ state: 'withheld', rule: 'restricted', legal: 'GDPR art. 18(2)' });
        if (restrictedBefore.has(field.subjectId)) expect(answer.state).toBe('withheld');
      });
    }

    /** By the log alone: each answer has its record, and what stands in a ledger before the record is never read past. */
    async function checkRecords(answered: readonly PageRead[]): Promise<void> {
      const stored = await streamOf<PersonalDataRead | PersonalDataReadNarrowed>(readStream);
      const narrowed = new Map<string, Set<string>>();
      for (const { event } of stored) {
        if (event.type !== 'PersonalDataReadNarrowed') continue;
        narrowed.set(event.data.readId, new Set(event.data.withheld.map(({ subjectId }) => subjectId)));
      }
      const records = await recordsOf();
      expect(records).toHaveLength(answered.length);
      const openedBy = (page: PageRead) =>
        page.requests.flatMap(({ field }, i) => (page.answers[i]!.state === 'open' ? [`${field.subjectId} ${field.path}`] : []));
      const told = records.map(({ event: { data } }) =>
        data.uses
          .flatMap(({ subjects }) => subjects)
          .filter(({ subjectId }) => !narrowed.get(data.readId)?.has(subjectId))
          .flatMap(({ subjectId, fields }) => fields.map((field) => `${subjectId} ${field}`)),
      );
      expect(told.map((fields) => fields.sort().join()).sort()).toEqual(
        answered.map((page) => [...new Set(openedBy(page))].sort().join()).sort(),
      );
      for (const { subjectId } of people) {
        const restriction = (await streamOf(ledgerOf(subjectId))).find(({ event }) => event.type === 'ProcessingRestricted');
        records.forEach(({ position }, i) => {
          if (restriction && restriction.position < position) expect(told[i]!.some((field) => field.startsWith(subjectId))).toBe(false);
        });
      }
    }
  });

  it('keeps closed what a restriction between record and opening is about, and says so on record', async () => {
    people = await newPeople();
    const [kari, ola] = people;
    const actorId = newUuid();
    readStream = `personalDataRead-${actorId}-2026-03-02`;
    const between: EventLog['append'] = async (stream, events, expected) => {
      const appended = await clients[0]!.append(stream, events, expected);
      if (events.some(({ event }) => event.type === 'PersonalDataRead')) {
        await new Decisions(clients[1]!).run(ledger, { ...restrict(newUuid()), subjectId: kari!.subjectId }, contextOf());
      }
      return appended;
    };
    const own = { ...clients[0]!, append: between };
    const reads = new Reads(own, new Decisions(own), new Unchanging(), new WitnessedVault(keys));
    const requests = [requestFor(kari!.fields[0]!), requestFor(ola!.fields[0]!)];
    const answers = await reads.open('ListOrders', requests, contextOf(newUuid(), actorId));
    expect(answers.map(({ state }) => state)).toEqual(['withheld', 'open']);
    const [record, narrowing] = await streamOf<PersonalDataRead | PersonalDataReadNarrowed>(readStream);
    expect(narrowing!.event).toEqual({
      type: 'PersonalDataReadNarrowed',
      data: {
        readId: record!.event.data.readId,
        rules: 2,
        knownUpTo: norms.knownUpTo,
        withheld: [
          {
            subjectId: kari!.subjectId,
            customer,
            ledgerRevision: '4',
            activity: 'C-1',
            purpose: 'deliver-service',
            categories: ['subject.contact'],
            rule: 'restricted',
            legal: 'GDPR art. 18(2)',
          },
        ],
      },
    });
  });

  it('keeps a record of each answer, also of two under one command', async () => {
    people = await newPeople();
    const actorId = newUuid();
    readStream = `personalDataRead-${actorId}-2026-03-02`;
    const reads = new Reads(clients[0]!, new Decisions(clients[0]!), new Unchanging(), new WitnessedVault(keys));
    const context = contextOf(newUuid(), actorId);
    await reads.open('GetOrder', [requestFor(people[0]!.fields[0]!)], context);
    await reads.open('GetOrder', [requestFor(people[1]!.fields[2]!)], context);
    const records = await recordsOf();
    expect(records.map(({ event }) => event.data.uses.flatMap(({ subjects }) => subjects))).toEqual([
      [{ subjectId: people[0]!.subjectId, customer, ledgerRevision: '3', fields: ['contact.name'] }],
      [{ subjectId: people[1]!.subjectId, customer, ledgerRevision: '3', fields: ['invoice.address'] }],
    ]);
  });

  it('keeps no record of nothing', async () => {
    readStream = `personalDataRead-${newUuid()}-2026-03-02`;
    const reads = new Reads(clients[0]!, new Decisions(clients[0]!), new Unchanging(), new Vault(keys));
    expect(await reads.open('ListOrders', [], contextOf())).toEqual([]);
    expect(await recordsOf()).toEqual([]);
  });

  it('does not open what one request is excepted for to another that is not', async () => {
    people = await newPeople();
    const [{ subjectId, fields }] = [people[0]!];
    const actorId = newUuid();
    readStream = `personalDataRead-${actorId}-2026-03-02`;
    const decisions = new Decisions(clients[0]!);
    await decisions.run(ledger, { ...restrict(newUuid()), subjectId }, contextOf());
    const reads = new Reads(clients[0]!, decisions, new Unchanging(), new WitnessedVault(keys));
    const plain = requestFor(fields[0]!);
    const excepted = { ...requestFor(fields[1]!), use: { ...plain.use, exception: defending.exception! } };
    const states = async (...requests: FieldRequest[]) =>
      (await reads.open('GetOrder', requests, contextOf(newUuid(), actorId))).map(({ state }) => state);
    expect(await states(plain, excepted)).toEqual(['withheld', 'open']);
    expect(await states(excepted, plain)).toEqual(['open', 'withheld']);
  });

  it('does not open what one request asks for itself to another that asks for a recipient, or to compare faces', async () => {
    people = await newPeople();
    const [{ fields }] = [people[0]!];
    const actorId = newUuid();
    readStream = `personalDataRead-${actorId}-2026-03-02`;
    const photographed = { ...norms.register.get('C-1')!, categories: [{ category: 'subject.photo', fields: ['image'] }] };
    class Photographing extends InForce {
      at(): Norms {
        return { ...norms, register: new Map(norms.register).set('C-1', photographed) };
      }
    }
    const reads = new Reads(clients[0]!, new Decisions(clients[0]!), new Photographing(), new WitnessedVault(keys));
    const plain = requestFor(fields[3]!);
    const states = async (...requests: FieldRequest[]) =>
      (await reads.open('GetOrder', requests, contextOf(newUuid(), actorId))).map(({ state }) => state);
    for (const more of [{ matching: true } as const, { recipient: { id: 'nobody', fields: ['subject.photo.image'] } }]) {
      const other = { ...plain, use: { ...plain.use, ...more } };
      expect(await states(plain, other)).toEqual(['open', 'withheld']);
      expect(await states(other, plain)).toEqual(['withheld', 'open']);
    }
  });

  it('says that a field is erased where its key is destroyed', async () => {
    people = await newPeople();
    const [{ subjectId, fields }] = [people[0]!];
    await pools[0]!.query('UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = now() WHERE subject_id = $1', [subjectId]);
    const reads = new Reads(clients[0]!, new Decisions(clients[0]!), new Unchanging(), new Vault(keys));
    expect(await reads.open('GetOrder', [requestFor(fields[0]!)], contextOf())).toEqual([{ state: 'erased' }]);
  });
});
