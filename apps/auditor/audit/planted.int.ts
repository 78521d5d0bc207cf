import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Ground, RULES_VERSION } from '@hjemmel/admission';
import type { PersonalDataRead, ProcessingAdmitted } from '@hjemmel/contexts/data-subjects/events';
import { ledgerOf } from '@hjemmel/contexts/data-subjects/events';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { summary } from '@hjemmel/contexts/data-subjects/state';
import { activityStream, company } from '@hjemmel/contexts/processing-register/events';
import { seedActivities } from '@hjemmel/contexts/processing-register/seed/activities';
import { coverageOf } from '@hjemmel/contexts/privacy-notice/coverage';
import { statementStream, StatementText } from '@hjemmel/contexts/privacy-notice/events';
import { publishStatement } from '@hjemmel/contexts/privacy-notice/publish-statement/publish-statement.command';
import { knownParts } from '@hjemmel/contexts/processing-register/declare-activities/declare-activities.command';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import { envelopes, EventLog, NewEvent } from '@hjemmel/event-store';
import { derivedUuid, DomainEvent, newPseudonym, newUuid, Recorded, systemClock } from '@hjemmel/kernel';
import { startTestLog, TestLog } from '../../../test/support/test-log';
import { customer, delivering, evidence, mailing, officer, World } from '../testing/world';
import type { Finding, Kind } from './findings';
import { auditLawful } from './lawful';

const bin = join(process.cwd(), 'apps', 'auditor', 'bin', 'hjemmel.cjs');

let log: TestLog;
let client: EventLog;
let world: World;
/** Where the log ended when the last planting began: what is found before it was found before. */
let from: bigint;

beforeAll(async () => {
  log = await startTestLog();
  client = log.connect();
  world = await World.begin(client, systemClock);
  await world.order({ consents: true });
  await world.order();
});
afterAll(async () => {
  await world.close();
  await log.stop();
});

async function audited(until?: bigint): Promise<Finding[]> {
  const found: Finding[] = [];
  await auditLawful(client, { end: until ?? 0n, now: systemClock.now(), onFinding: (finding) => void found.push(finding) });
  return found;
}

/** What is found of what was put in since {@link from}. */
const foundSince = async (): Promise<Finding[]> => (await audited()).filter(({ position }) => BigInt(position) > from);

async function eventsOf(stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const recorded of client.readStream(stream)) events.push(recorded);
  return events;
}

const lastPosition = async (): Promise<bigint> => (await client.lastPosition())!;
const knownUpTo = (): string => world.inForce.at(systemClock.now()).knownUpTo;

/** Puts events in as the program would write them; `change` makes of an envelope what it would not. */
async function plant(
  stream: string,
  events: readonly DomainEvent[],
  { commandId = newUuid(), change = (envelope: NewEvent): NewEvent => envelope } = {},
): Promise<void> {
  const context = { commandId, actor: officer, now: systemClock.now() };
  await client.append(stream, envelopes(stream, events, context).map(change), 'any');
}

/** An admission as the ledger would write it for a contact person, with parts of it changed. */
function admission(subjectId: string, commandId: string, changes: Partial<ProcessingAdmitted['data']> = {}): ProcessingAdmitted {
  const { version, hash } = world.inForce.notice().versions.at(-1)!;
  const ground: Ground = {
    activity: 'C-1',
    activityVersion: 1,
    purpose: 'deliver-service',
    role: 'controller',
    controller: company,
    categories: ['subject.contact', 'customer.org'],
    basis: { code: '6(1)(f)', because: 'company-representative' },
    statement: { version, hash },
  };
  const admissionId = derivedUuid('admission', commandId, subjectId, '0');
  const by = {
    subjectId,
    commandId,
    act: 'AdmitUse',
    asked: { kind: 'processing', customer },
    rules: RULES_VERSION,
    knownUpTo: knownUpTo(),
  } as const;
  return { type: 'ProcessingAdmitted', data: { admissionId, ...by, ...ground, ...changes } };
}

async function plantAdmission(subjectId: string, changes: Partial<ProcessingAdmitted['data']> = {}): Promise<void> {
  const commandId = newUuid();
  await plant(ledgerOf(subjectId), [admission(subjectId, commandId, changes)], { commandId });
}

const restrict = (subjectId: string) =>
  world.onLedger(({ commandId, at }) => ({
    type: 'RestrictProcessing',
    ...{ subjectId, commandId, ground: 'accuracy-contested', channel: 'e-mail', receivedAt: at },
  }));

const object = async (subjectId: string, kind: 'situation' | 'direct-marketing', purpose: string): Promise<string> => {
  const [event] = await world.onLedger(({ commandId, at }) => ({
    type: 'ReceiveObjection',
    ...{ subjectId, commandId, kind, purpose, channel: 'e-mail', receivedAt: at, company },
  }));
  return (event!.data as { objectionId: string }).objectionId;
};

const at = () => systemClock.now().toISOString();
const readBy = (read: Omit<PersonalDataRead['data'], 'readId' | 'query' | 'rules' | 'knownUpTo'>) => {
  const context = world.context({ id: 'reader', role: 'case-worker' });
  const data = { readId: newUuid(), query: 'ListOrders', ...read, rules: RULES_VERSION, knownUpTo: knownUpTo() };
  return world.record({ type: 'PersonalDataRead', data }, context);
};
const groundFor = async (subjectId: string): Promise<Ground> => {
  const {
    admissionId: _,
    subjectId: _s,
    commandId: _c,
    act: _a,
    asked: _q,
    rules: _r,
    knownUpTo: _k,
    factStream: _f,
    ...ground
  } = admission(subjectId, '').data;
  return { ...ground, categories: ['subject.contact'] };
};
const revisionOf = async (subjectId: string): Promise<string> => String((await eventsOf(ledgerOf(subjectId))).length - 1);

/** The order of one contact person once more, under another id, by a command that nobody admitted. */
async function plantOrder(): Promise<void> {
  const made = await world.order({ holders: [] });
  const [placed] = await eventsOf(`order-${made.orderId}`);
  const [orderId, commandId] = [newUuid(), newUuid()];
  await plant(`order-${orderId}`, [{ type: 'OrderPlaced', data: { ...placed!.event.data, orderId, commandId } }], { commandId });
}

/** An order under an admission to deliver, with these fields of the contact person and besides. */
async function plantFields(fieldsOf: (person: string, admission: string) => object): Promise<void> {
  const [person, commandId, orderId] = [await world.contact(), newUuid(), newUuid()];
  const admitted = admission(person, commandId);
  await plant(ledgerOf(person), [admitted], { commandId });
  const data = { orderId, commandId, ...fieldsOf(person, admitted.data.admissionId) };
  await plant(`order-${orderId}`, [{ type: 'OrderPlaced', data }], { commandId });
}

/** Each is planted by itself, in a log that holds those before it as well. */
const plantings: readonly (readonly [what: string, kind: Kind, plant: () => Promise<unknown>])[] = [
  [
    'an admission behind a restriction',
    'verdict-differs',
    async () => {
      const person = await world.contact();
      await restrict(person);
      await plantAdmission(person);
    },
  ],
  [
    'an admission for a purpose that nobody declared',
    'verdict-differs',
    async () => plantAdmission(await world.contact(), { purpose: 'curiosity' }),
  ],
  [
    'a refusal that no rule gives',
    'refusal-differs',
    async () => {
      const person = await world.contact();
      const commandId = newUuid();
      const { activity, purpose, categories, asked, rules, statement } = admission(person, commandId).data;
      const refusalId = derivedUuid('refusal', commandId, person, '0');
      const use = { activity, purpose, categories, asked, rules, knownUpTo: knownUpTo(), statement };
      const data = { refusalId, subjectId: person, commandId, act: 'AdmitUse', ...use, rule: 'restricted', legal: 'GDPR art. 18(2)' };
      await plant(ledgerOf(person), [{ type: 'ProcessingRefused', data }], { commandId });
    },
  ],
  [
    'an admission on a contract with a person who has none',
    'ground-differs',
    async () => plantAdmission(await world.contact(), { basis: { code: '6(1)(b)', because: 'sole-trader' } }),
  ],
  [
    'an admission that cites another text of the statement',
    'cites-not-in-force',
    async () => plantAdmission(await world.contact(), { statement: { version: '2023-12-20', hash: 'ab'.repeat(32) } }),
  ],
  [
    'an admission that cites a version of the entry to come',
    'cites-not-in-force',
    async () => plantAdmission(await world.contact(), { activityVersion: 2 }),
  ],
  [
    'an admission that knew what came after it',
    'cites-not-in-force',
    async () => plantAdmission(await world.contact(), { knownUpTo: '9000000000000' }),
  ],
  ['an order without an admission', 'fact-without-admission', plantOrder],
  [
    'an order of a command that was admitted and closed',
    'admission-misused',
    async () => {
      const person = await world.contact();
      const commandId = newUuid();
      await plant(ledgerOf(person), [admission(person, commandId)], { commandId });
      const { admissionId } = admission(person, commandId).data;
      const closing = { admissionId, subjectId: person, commandId, outcome: 'unused', because: 'abandoned' };
      await plant(ledgerOf(person), [{ type: 'AdmissionClosed', data: closing }], { commandId });
      const orderId = newUuid();
      const contact = { subjectId: person, admissions: [admissionId], name: world.sealed(person, 'contact') };
      await plant(`order-${orderId}`, [{ type: 'OrderPlaced', data: { orderId, commandId, contact } }], { commandId });
    },
  ],
  [
    'an order with a category that its admission does not cover',
    'admission-misused',
    () => plantFields((person, admission) => ({ invoice: { admission, reference: world.sealed(person, 'invoice') } })),
  ],
  [
    'a presentation that cites the admission of another person',
    'admission-misused',
    async () => {
      const [kari, ola] = [await world.contact(), await world.contact()];
      const [commandId, presentationId] = [newUuid(), newUuid()];
      await plant(ledgerOf(ola), [admission(ola, commandId)], { commandId });
      const { version, hashes } = world.inForce.notice().versions.at(-1)!;
      const to = { kind: 'data-subject', subjectId: kari, admission: admission(ola, commandId).data.admissionId };
      const data = { presentationId, version, hash: hashes.nb, locale: 'nb', surface: 'account', to, presentedAt: at() };
      await plant(`statementPresentation-${presentationId}`, [{ type: 'PrivacyStatementPresented', data }], { commandId });
    },
  ],
  [
    'a field that is sealed under a key of nobody',
    'key-not-committed',
    () =>
      plantFields((person, admission) => ({
        contact: { subjectId: person, admissions: [admission], name: world.sealed(newPseudonym(), 'contact') },
      })),
  ],
  [
    'a sealed field where the catalogue knows of none',
    'observed-field-unknown',
    () =>
      plantFields((person, admission) => ({
        contact: { subjectId: person, admissions: [admission], diary: world.sealed(person, 'contact') },
      })),
  ],
  [
    'a read on a ground that the rules do not give',
    'read-differs',
    async () => {
      const person = await world.contact();
      const ground = { ...(await groundFor(person)), purpose: 'invoicing' };
      await readBy({
        uses: [{ ground, subjects: [{ subjectId: person, customer, ledgerRevision: await revisionOf(person), fields: ['contact.name'] }] }],
        withheld: [],
      });
    },
  ],
  [
    'a read that withholds what the rules admit',
    'read-differs',
    async () => {
      const person = await world.contact();
      const use = { activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'], customer };
      const ledgerRevision = await revisionOf(person);
      await readBy({ uses: [], withheld: [{ subjectId: person, ledgerRevision, ...use, rule: 'restricted', legal: 'GDPR art. 18(2)' }] });
    },
  ],
  [
    'a read past a restriction that came before its record',
    'read-not-narrowed',
    async () => {
      const person = await world.contact();
      const ledgerRevision = await revisionOf(person);
      await restrict(person);
      const ground = await groundFor(person);
      await readBy({
        uses: [{ ground, subjects: [{ subjectId: person, customer, ledgerRevision, fields: ['contact.name'] }] }],
        withheld: [],
      });
    },
  ],
  [
    'a second registration',
    'ledger-broken',
    async () => {
      const person = await world.contact();
      const data = { subjectId: person, controller: company, source: 'orderer', relations: [], keys: [] };
      await plant(ledgerOf(person), [{ type: 'DataSubjectRegistered', data }]);
    },
  ],
  [
    'an event of a kind that ledgers do not have',
    'ledger-broken',
    async () => {
      const person = await world.contact();
      await plant(ledgerOf(person), [{ type: 'PersonLiked', data: { subjectId: person } }]);
    },
  ],
  [
    'an event of somebody else in a ledger',
    'ledger-broken',
    async () => {
      const [kari, ola] = [await world.contact(), await world.contact()];
      const [commandId, restrictionId] = [newUuid(), ''];
      const data = { restrictionId, subjectId: ola, commandId, ground: 'accuracy-contested', channel: 'e-mail', receivedAt: at() };
      await plant(
        ledgerOf(kari),
        [{ type: 'ProcessingRestricted', data: { ...data, restrictionId: derivedUuid('restriction', commandId, ola) } }],
        { commandId },
      );
    },
  ],
  [
    'a person put on record for nothing',
    'fact-without-admission',
    async () => {
      const person = newPseudonym();
      const data = { subjectId: person, controller: company, source: 'orderer', relations: [], keys: [] };
      await plant(ledgerOf(person), [{ type: 'DataSubjectRegistered', data }]);
    },
  ],
  [
    'a source that nobody declared',
    'observed-undeclared',
    async () => {
      const [person, commandId] = [newPseudonym(), newUuid()];
      const relations = [{ customer, capacity: 'company-representative' }];
      const data = { subjectId: person, controller: company, source: 'bought-list', relations, keys: [] };
      await plant(ledgerOf(person), [{ type: 'DataSubjectRegistered', data }, admission(person, commandId)], { commandId });
    },
  ],
  [
    'a restriction that was lifted before the person was told',
    'lifted-untold',
    async () => {
      const person = await world.contact();
      const [restricted] = await restrict(person);
      const { restrictionId } = restricted!.data as { restrictionId: string };
      const commandId = newUuid();
      const data = { restrictionId, subjectId: person, commandId, because: 'accuracy-verified', decidedBy: officer, decidedAt: at() };
      await plant(ledgerOf(person), [{ type: 'RestrictionLifted', data }], { commandId });
    },
  ],
  [
    'an objection to marketing that was overruled',
    'objection-overruled-unlawfully',
    async () => {
      const person = await world.contact();
      await plantOverruling(person, await object(person, 'direct-marketing', 'marketing'), {});
    },
  ],
  [
    'an objection that was overruled by one pair of eyes',
    'objection-overruled-unlawfully',
    async () => {
      const person = await world.contact();
      await plantOverruling(person, await object(person, 'situation', 'deliver-service'), { proposedBy: officer.id });
    },
  ],
  [
    'an objection that was overruled without reasons',
    'objection-overruled-unlawfully',
    async () => {
      const person = await world.contact();
      await plantOverruling(person, await object(person, 'situation', 'deliver-service'), { reasons: ' ' });
    },
  ],
  [
    'a withdrawal that took more steps than the giving',
    'consent-broken',
    async () => {
      const person = await world.contact(undefined, true);
      await world.onLedger(({ commandId, at: now }) => ({
        type: 'WithdrawConsent',
        ...{ subjectId: person, commandId, purpose: 'marketing', surface: 'my-page', steps: 7, at: now },
      }));
    },
  ],
  [
    'a withdrawal of a consent that was not given',
    'consent-broken',
    async () => {
      const [person, commandId] = [await world.contact(), newUuid()];
      const data = {
        consentId: newUuid(),
        subjectId: person,
        commandId,
        purpose: 'marketing',
        surface: 'letter',
        steps: 1,
        withdrawnAt: at(),
      };
      await plant(ledgerOf(person), [{ type: 'ConsentWithdrawn', data }], { commandId });
    },
  ],
  [
    'a consent without evidence of it',
    'consent-broken',
    async () => {
      const [person, commandId] = [await world.contact(), newUuid()];
      await plant(ledgerOf(person), [consentOf(person, commandId, {})], { commandId });
    },
  ],
  [
    'a consent that a signal gave',
    'consent-broken',
    async () => {
      const [person, commandId] = [await world.contact(), newUuid()];
      const basis = { code: '6(1)(c)', statute: 'GDPR art. 5(2), 7(1)', because: 'legal-duty' } as const;
      const { activity, purpose, categories } = evidence;
      const proof = admission(person, commandId, { activity, purpose, categories, basis, asked: { kind: 'processing' } });
      await plant(ledgerOf(person), [proof, consentOf(person, commandId, { signal: 'gpc' })], { commandId });
    },
  ],
  [
    'a disclosure to whom nothing was admitted',
    'disclosure-broken',
    async () => {
      const [person, commandId] = [await world.contact(), newUuid()];
      const disclosureId = derivedUuid('disclosure', commandId, person);
      const recipient = { id: 'mail-provider', fields: ['subject.contact.email'] };
      const data = { disclosureId, subjectId: person, commandId, admissionId: newUuid(), recipient, receipt: 'r1', madeAt: at() };
      await plant(ledgerOf(person), [{ type: 'DisclosureMade', data }], { commandId });
    },
  ],
  [
    'a disclosure of more than was admitted',
    'disclosure-broken',
    async () => {
      const person = await world.contact();
      const recipient = { id: 'mail-provider', fields: ['subject.contact.email'] };
      const [admitted] = await world.admit([{ subjectId: person, pointer: '', act: 'Send', uses: [{ ...delivering(), recipient }] }]);
      const commandId = newUuid();
      const disclosureId = derivedUuid('disclosure', commandId, person);
      const more = { id: 'mail-provider', fields: ['subject.contact.email', 'subject.contact.phone'] };
      const data = {
        disclosureId,
        subjectId: person,
        commandId,
        admissionId: admitted!.grants[0]!.recordId,
        recipient: more,
        receipt: 'r1',
        madeAt: at(),
      };
      await plant(ledgerOf(person), [{ type: 'DisclosureMade', data }], { commandId });
    },
  ],
  [
    'a summary that leaves a restriction out',
    'summary-differs',
    async () => {
      const person = await world.contact();
      const { state: before } = await world.decisions.load(ledger, ledgerOf(person));
      await restrict(person);
      await plant(ledgerOf(person), [summary.of(before, ledgerOf(person))]);
    },
  ],
  [
    'an entry of the register that one person changed alone',
    'register-changed-unlawfully',
    async () => {
      const entry = { ...seedActivities['C-15']!, title: 'Suppliers' };
      const data = { activityId: 'C-15', version: 2, entry, reason: 'shorter', approvedBy: officer, proposedBy: officer.id };
      await plant(activityStream('C-15'), [{ type: 'ProcessingActivityRevised', data }]);
    },
  ],
  [
    'a version of an entry that leaves one out',
    'register-changed-unlawfully',
    async () => {
      const entry = { ...seedActivities['C-14']!, title: 'Staff' };
      const data = { activityId: 'C-14', version: 3, entry, reason: 'shorter', approvedBy: officer, proposedBy: 'bo' };
      await plant(activityStream('C-14'), [{ type: 'ProcessingActivityRevised', data }]);
    },
  ],
  [
    'an entry without a legal basis',
    'register-changed-unlawfully',
    async () => {
      const entry = { ...seedActivities['C-13']!, legalBases: [] };
      const data = { activityId: 'C-13', version: 2, entry, reason: 'simpler', approvedBy: officer, proposedBy: 'bo' };
      await plant(activityStream('C-13'), [{ type: 'ProcessingActivityRevised', data }]);
    },
  ],
  [
    'an agreement that instructs what the company does not do',
    'agreement-changed-unlawfully',
    async () => {
      const data = { customer: '987654325', version: '1', sha256: 'cd'.repeat(32), from: at(), activities: ['C-1'], concludedBy: officer };
      await plant('processingAgreement-987654325', [{ type: 'ProcessingAgreementConcluded', data }]);
    },
  ],
  [
    'an event that no command wrote',
    'event-id-not-derived',
    async () => {
      const person = await world.contact();
      await plant(ledgerOf(person), [admission(person, 'c')], {
        commandId: 'c',
        change: (envelope) => ({ ...envelope, id: newUuid() }),
      });
    },
  ],
  [
    'a national identity number among the reasons',
    'personal-data-in-clear',
    async () => {
      const person = await world.contact();
      await world.onLedger(({ commandId }) => ({
        type: 'RestrictProcessing',
        ...{ subjectId: person, commandId, ground: 'accuracy-contested', channel: 'brev fra 07816723854', receivedAt: systemClock.now() },
      }));
    },
  ],
  [
    'an e-mail address in an event',
    'personal-data-in-clear',
    async () => {
      const stream = `order-${newUuid()}`;
      await plant(stream, [{ type: 'OrderNoted', data: { note: 'ring kari.nordmann@vik.example' } }]);
    },
  ],
  [
    'a statement that is called minor and is not',
    'statement-misclassified',
    async () => {
      await addRecipient('archive');
      await plantStatement('2026-12-24', { classification: { kind: 'minor', reasons: 'commas' } });
    },
  ],
  [
    'a statement whose hash is not that of its text',
    'statement-misclassified',
    () => plantStatement('2026-12-25', {}, (text) => ({ ...text, sha256: 'ab'.repeat(32) })),
  ],
];

/** The register is changed as it should be: by two people, for a reason. */
async function addRecipient(id: string): Promise<void> {
  await world.inForce.refresh();
  const { sections } = world.inForce.notice().versions.at(-1)!;
  const known = knownParts(sections, Object.keys(retentionRules));
  const { entry } = world.inForce.entries().get('C-9')!;
  const recipients = [...entry.recipients, { id, capacity: 'processor', location: 'EEA' } as const];
  const change = {
    activityId: 'C-9',
    entry: { ...entry, recipients },
    known,
    reason: 'kept elsewhere',
    approvedBy: officer,
    proposedBy: 'bo',
  };
  await world.run(processingActivity, { type: 'ReviseActivity', ...change }, officer);
  await world.inForce.refresh();
}

/** A version of the statement that is as it should be but for what is changed. */
async function plantStatement(version: string, changes: object, ofText = (text: StatementText): object => text): Promise<void> {
  const { texts } = (await eventsOf(statementStream))[0]!.event.data as { readonly texts: readonly StatementText[] };
  const covers = coverageOf([...world.inForce.entries().values()]);
  const before = (await eventsOf(statementStream)).at(-1)!.event.data as { readonly covers: readonly string[] };
  const additions = covers.filter((part) => !before.covers.includes(part));
  const draft = {
    version,
    effectiveOn: version,
    reason: 'a new one',
    texts: texts.map((one) => ({ ...one, text: one.text.replace(/sist oppdatert [\d.]+/, '') })),
  };
  const command = publishStatement(draft, { publishedAt: systemClock.now(), approvedBy: officer, proposedBy: 'bo', covers });
  const { type: _, adds: _adds, coveredBefore: _before, needs: _needs, ...data } = command;
  const classification = { kind: 'material', reasons: 'somebody new' };
  const published = { ...data, texts: data.texts.map(ofText), classification, additions, ...changes };
  await plant(statementStream, [{ type: 'PrivacyStatementPublished', data: published }]);
}

async function plantOverruling(person: string, objectionId: string, changes: object): Promise<void> {
  const commandId = newUuid();
  const decision = { reasons: 'the claim would be lost', document: 'case 7', decidedBy: officer, decidedAt: at() };
  const data = { objectionId, subjectId: person, commandId, grounds: 'legal-claims', ...decision, proposedBy: 'bo', ...changes };
  await plant(ledgerOf(person), [{ type: 'ObjectionOverruled', data }], { commandId });
}

function consentOf(person: string, commandId: string, more: object): DomainEvent {
  const consentId = derivedUuid('consent', commandId, person, 'marketing');
  const wording = { version: '2023-12-20', locale: 'nb', hash: 'ab'.repeat(32) };
  return {
    type: 'ConsentGiven',
    data: { consentId, subjectId: person, purpose: 'marketing', surface: 'order-form', steps: 1, wording, givenAt: at(), ...more },
  };
}

describe('a log that the program wrote', () => {
  it('has nothing in it that is not as it must be', async () => {
    const person = await world.contact(undefined, true);
    expect(await world.use(person, mailing)).toBe(true);
    await world.onLedger(({ commandId, at: now }) => ({
      type: 'WithdrawConsent',
      ...{ subjectId: person, commandId, purpose: 'marketing', surface: 'order-form', steps: 1, at: now },
    }));
    expect(await world.use(person, mailing)).toBe(false);
    const use = {
      subjectId: person,
      activity: 'C-1',
      purpose: 'deliver-service',
      categories: ['subject.contact'],
      customer,
      fields: ['contact.name'],
    };
    await world.read([use]);
    await world.read([use], async () => void (await restrict(person)));
    await world.read([use]);
    await expect(world.order({ contact: person })).rejects.toThrow('refused');
    expect(await audited()).toEqual([]);
  });
});

describe('what is planted in it is found and named, and nothing else is', () => {
  it.each(plantings)('%s: %s', async (_, kind, planting) => {
    from = await lastPosition();
    await planting();
    await world.inForce.refresh();
    const found = await foundSince();
    expect(found.map((finding) => finding.kind)).toEqual([kind]);
  });

  it('are more than sixteen kinds', () => {
    expect(new Set(plantings.map(([, kind]) => kind)).size).toBeGreaterThanOrEqual(16);
  });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const hjemmel = (...args: readonly string[]): Promise<Said> =>
  new Promise((settle) => {
    execFile(process.execPath, [bin, 'audit', 'lawful', ...args], { env: { ...process.env, COLUMNS: '140' } }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the program', () => {
  it('prints what it found and says so by its exit code and one line', async () => {
    const { code, stdout, stderr } = await hjemmel('--log', log.connectionString);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `the log shows what was not lawful: ${plantings.length} violations\n` });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(`NOT LAWFUL: ${plantings.length} violations`);
    expect(stdout).toMatch(/restriction lifted +dataSubject-[^\n]+ RestrictionLifted +GDPR art\. 18\(3\)\n/);
    expect(stdout).not.toContain('kari.nordmann');
  });

  it('gives JSON Lines, and the account of it all last', async () => {
    const { code, stdout } = await hjemmel('--log', log.connectionString, '--json');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: string; kind: string });
    expect(code).toBe(1);
    expect(
      lines
        .filter(({ line }) => line === 'finding')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(plantings.map(([, kind]) => kind).sort());
    expect(lines.at(-1)).toMatchObject({ line: 'summary', lawful: false, violations: plantings.length, notices: 0 });
  });

  it('reports on one person alone', async () => {
    const [clean, other] = [await world.contact(), (await audited()).find(({ kind }) => kind === 'lifted-untold')!.subjectId!];
    const [lawful, unlawful] = await Promise.all([
      hjemmel('--log', log.connectionString, '--person', clean, '--nb'),
      hjemmel('--log', log.connectionString, '--person', ledgerOf(other)),
    ]);
    expect({ code: lawful.code, stderr: lawful.stderr }).toEqual({ code: 0, stderr: '' });
    expect(lawful.stdout.trimEnd().split('\n').at(-1)).toBe('lovlig: 1 avgjørelse truffet på nytt, ingen brudd');
    expect(unlawful.stdout.trimEnd().split('\n').at(-1)).toBe('NOT LAWFUL: 1 violation');
  });

  it('reports on a time alone', async () => {
    const { code, stdout } = await hjemmel('--log', log.connectionString, '--until', '2020-01-01', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({
      lawful: true,
      verdicts: 0,
      until: '2020-01-01T23:00:00.000Z',
    });
  });

  it.each([
    [['--person', 'f'.repeat(32)], 'the log knows no such data subject'],
    [['--person', 'kari'], 'a data subject is named by its pseudonym: 32 hex digits, as the answers of the API give it'],
    [['--from', '2026-02-30'], '--from must be an instant with its offset (2026-03-02T10:00:00Z) or a day (2026-03-02)'],
    [['--until', 'yesterday'], '--until must be an instant with its offset (2026-03-02T10:00:00Z) or a day (2026-03-02)'],
    [['--from', '2026-03-02T10:00:00'], '--from must be an instant with its offset (2026-03-02T10:00:00Z) or a day (2026-03-02)'],
    [['--from', '2026-03-03', '--until', '2026-03-02'], '--from must lie before --until'],
    [['--positions', 'nowhere.txt'], "can't read the map of positions nowhere.txt: ENOENT: no such file or directory, open 'nowhere.txt'"],
  ])('says in one line what is wrong with %j', async (args, expected) => {
    expect(await hjemmel('--log', log.connectionString, ...args)).toEqual({ code: 1, stdout: '', stderr: `${expected}\n` });
  });
});
