import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownParts } from '@hjemmel/contexts/processing-register/declare-activities/declare-activities.command';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { seedActivities } from '@hjemmel/contexts/processing-register/seed/activities';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import { Decisions } from '@hjemmel/event-store';
import { derivedUuid, newUuid } from '@hjemmel/kernel';
import { startFirst } from './first-start';
import { startApi, StartedApi } from './testing/started-api';

let api: StartedApi;
const orders = readFileSync(join(__dirname, '../../test/data/orders.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .slice(0, 4)
  .map((line) => JSON.parse(line) as { commandId: string; customer: { organisationNumber: string; name: string } });

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const of = (path: string) => api.get(path, 'auditor');
/** The end of the log: what a query must have seen. */
const end = async () => String(await api.parts.log.lastPosition());

async function typesIn(stream: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { event } of api.parts.log.readStream(stream)) types.push(event.type);
  return types;
}

describe('the first start', () => {
  it('sets every retention rule and declares every activity, once', async () => {
    const { body } = await of(`/retention-rules?after=${await end()}`);
    expect(body.items.map(({ ruleId }: { ruleId: string }) => ruleId).sort()).toEqual(Object.keys(retentionRules).sort());
    expect(body.items.find(({ ruleId }: { ruleId: string }) => ruleId === 'order-3y')).toMatchObject({
      version: 1,
      length: 'P3Y',
      confirmed: false,
    });
    const register = await of(`/processing-activities?after=${await end()}`);
    expect(register.body.items.map(({ activityId }: { activityId: string }) => activityId)).toEqual(Object.keys(seedActivities));
    await startFirst(new Decisions(api.parts.log), api.parts.inForce);
    expect(await typesIn('retentionRule-order-3y')).toEqual(['RetentionRuleSet']);
    expect(await typesIn('processingActivity-C-1')).toEqual(['ProcessingActivityDeclared']);
  });
});

describe('the register over HTTP', () => {
  const entry = { ...seedActivities['C-15']!, title: 'Applicants' };
  const declare = (json: object, options = {}) =>
    api.post('/processing-activities', { activityId: 'C-20', proposedBy: 'shop', entry, ...json }, options);

  it('lists every unknown code with its place', async () => {
    const { status, body } = await declare({
      entry: {
        ...entry,
        purposes: ['supplier-management', 'profiling'],
        dataSubjects: ['horses'],
        categories: [
          { category: 'subject.contact', fields: ['name', 'shoeSize'] },
          { category: 'constructor', fields: ['x'] },
        ],
        retention: [{ rule: 'forever', covers: 'all' }],
        policySections: ['nowhere'],
        unconfirmed: ['retention:none'],
      },
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/entry/purposes/1',
      '/entry/dataSubjects/0',
      '/entry/categories/0/fields/1',
      '/entry/categories/1/category',
      '/entry/retention/0/rule',
      '/entry/policySections/0',
      '/entry/unconfirmed/0',
    ]);
    expect(await typesIn('processingActivity-C-20')).toEqual([]);
  });

  it('is for the privacy officer and the administrator, who do not approve what is their own', async () => {
    expect((await declare({}, { role: 'case-worker' })).status).toBe(403);
    const own = await declare({ activityId: 'C-21' });
    const again = await declare({ activityId: 'C-22', proposedBy: own.body.approvedBy });
    expect({ status: again.status, rule: again.body.rule, legal: again.body.legal }).toEqual({
      status: 403,
      rule: 'four-eyes',
      legal: 'GDPR art. 24(1), 32(1)',
    });
  });

  it('declares, revises, confirms and retires, and tells how it stood at any moment', async () => {
    const key = newUuid();
    const declared = await declare({}, { key });
    expect(declared.status).toBe(201);
    expect((await declare({}, { key })).body).toEqual(declared.body);
    const revised = await api.post('/processing-activities/C-20/revisions', {
      proposedBy: 'shop',
      reason: 'the title was wrong',
      entry: { ...entry, title: 'People who apply' },
    });
    expect(revised.body).toMatchObject({ activityId: 'C-20', version: 2 });
    const part = 'retention:supplier-3y';
    const confirmation = { part, reason: 'decided', document: 'board 2026-11/4' };
    const confirmed = await api.post('/processing-activities/C-20/confirmations', confirmation);
    expect(confirmed.status).toBe(201);
    expect(confirmed.body.unconfirmed).not.toContain(part);
    expect(await api.post('/processing-activities/C-20/confirmations', confirmation)).toMatchObject({
      status: 409,
      body: { rule: 'already-confirmed' },
    });
    const retired = await api.post('/processing-activities/C-20/retirement', { proposedBy: 'shop', reason: 'over' });

    const at = async (position: string) => (await of(`/processing-activities/C-20?position=${position}`)).body.activity;
    const before = String(BigInt(declared.body.position) - 1n);
    expect(await at(before)).toBeUndefined();
    expect(await at(declared.body.position)).toMatchObject({ version: 1, retired: false, entry: { title: 'Applicants' } });
    expect((await at(revised.body.position)).entry).toMatchObject({
      title: 'People who apply',
      unconfirmed: expect.arrayContaining([part]),
    });
    expect((await at(confirmed.body.position)).entry.unconfirmed).not.toContain(part);
    expect(await at(retired.body.position)).toMatchObject({ version: 2, retired: true });
    const { history } = (await of(`/processing-activities/C-20?after=${retired.body.position}`)).body;
    expect(history).toMatchObject([
      { version: 1, proposedBy: 'shop', approvedAs: 'privacy-officer' },
      { version: 2, reason: 'the title was wrong', confirmations: [{ part, document: 'board 2026-11/4' }], retired: { because: 'over' } },
    ]);
    const early = (await of(`/processing-activities?at=${encodeURIComponent(history[0].validFrom)}`)).body.items;
    expect(early.find(({ activityId }: { activityId: string }) => activityId === 'C-20')).toMatchObject({ version: 1 });
    expect((await of('/processing-activities?at=2020-01-01')).body.items).toEqual([]);
    expect((await of('/processing-activities?at=2090-01-01')).body.errors).toMatchObject([{ rule: 'in-the-future' }]);
    expect((await of('/processing-activities?at=yesterday')).status).toBe(422);
  });

  it('confirms a retention rule once, and sets it anew as its next version', async () => {
    const confirmation = { reason: 'decided', document: 'board 2026-11/5' };
    expect((await api.post('/retention-rules/renewal/confirmation', confirmation)).body).toMatchObject({ version: 1, confirmed: true });
    expect((await api.post('/retention-rules/renewal/confirmation', confirmation)).body).toMatchObject({ rule: 'already-confirmed' });
    const anew = {
      trigger: 'card-expired',
      length: 'P2M',
      basis: 'GDPR art. 6(1)(f)',
      confirmed: false,
      reason: 'shorter',
      proposedBy: 'shop',
    };
    const set = await api.post('/retention-rules/renewal/versions', anew);
    expect(set.body).toMatchObject({ ruleId: 'renewal', version: 2, confirmed: false });
    const rules = (await of(`/retention-rules?after=${set.body.position}`)).body.items;
    expect(rules.find(({ ruleId }: { ruleId: string }) => ruleId === 'renewal')).toMatchObject({ version: 2, length: 'P2M' });
  });
});

describe('the record under GDPR art. 30', () => {
  const exported = (query: string) => api.get(`/processing-activities/export?${query}`, 'privacy-officer');
  const customer = orders[0]!.customer.organisationNumber;

  beforeAll(async () => {
    const refused = { ...orders[0]!, commandId: undefined, orderId: newUuid() };
    expect(await api.post('/orders', refused, { role: 'service', subject: 'shop' })).toMatchObject({
      status: 403,
      body: { rule: 'no-agreement-in-force', legal: 'GDPR art. 28(3)' },
    });
    for (const order of orders) {
      expect((await api.agree(order.customer)).status).toBe(201);
      const { status } = await api.post('/orders', order, { role: 'service', subject: 'shop', key: order.commandId });
      expect(status).toBe(201);
    }
  });

  it('30(1): the controller’s activities with every field that the article asks for, and what is unconfirmed', async () => {
    const { body } = await exported(`article=30-1&lang=en&after=${await end()}`);
    expect(body).toMatchObject({
      article: '30(1)',
      confirmed: false,
      keeper: { name: 'Jobbkort AS', organisationNumber: '915376215', dataProtectionOfficer: null },
      statement: { version: '2023-12-20' },
    });
    const c1 = body.entries[0];
    expect(c1).toMatchObject({
      id: 'C-1',
      purposes: [{ code: 'deliver-service' }, { code: 'customer-service' }],
      transfers: [],
      retention: [{ code: 'order-3y', unconfirmed: true, label: expect.stringContaining('3 years after: contract ended') }],
    });
    for (const entry of body.entries) {
      for (const field of ['purposes', 'legalBases', 'dataSubjects', 'categories', 'retention', 'security'])
        expect(entry[field].length).toBeGreaterThan(0);
    }
    expect(body.conflicts.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['T-4', 'T-6', 'T-11']));
    expect(body.entries.find(({ id }: { id: string }) => id === 'C-8')).toMatchObject({
      suspended: { conflict: 'T-6' },
      conflicts: ['T-4', 'T-6'],
    });
  });

  it('30(2): the customer’s extract, with name and contact opened on record and what was really done', async () => {
    const { body } = await exported(`article=30-2&customer=${customer}&after=${await end()}`);
    expect(body.entries.map(({ id }: { id: string }) => id)).toEqual(['D-1', 'D-2', 'D-3', 'D-4', 'D-5', 'D-6', 'D-7']);
    expect(body.customer).toMatchObject({ reference: customer, name: expect.stringMatching(/\w+/), contact: expect.stringContaining('@') });
    expect(body.entries[0].observed.uses).toBeGreaterThan(0);
    expect(body.entries[2].observed).toBeUndefined();
    expect(body.customer.agreement).toMatchObject({ version: '2026-01', from: expect.any(String) });
    expect(body.entries.map(({ instructed }: { instructed?: object }) => instructed !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
    const reads: unknown[] = [];
    for await (const { event } of api.parts.log.readAll({ direction: 'backwards', limit: 5 })) reads.push(event.data);
    expect(reads).toContainEqual(expect.objectContaining({ query: 'ExportRecord' }));
    expect((await exported('article=30-2&customer=889640782')).body).toMatchObject({ status: 404, rule: 'unknown-customer' });
    expect((await exported('article=30-2')).body.errors).toMatchObject([{ rule: 'customer-missing' }]);
    expect((await exported('article=30-2&customer=123456789')).status).toBe(422);
    expect((await api.get(`/processing-activities/export?article=30-1`, 'service')).status).toBe(403);
  });

  it('as CSV for a spreadsheet and as a page that needs nothing else', async () => {
    const csv = await exported('article=30-1&format=csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.text.split('\r\n')[0]).toContain('article,as_of,keeper');
    expect(csv.text).toContain('[ikke bekreftet]');
    const html = await exported('article=30-1&format=html&lang=nb');
    expect(html.headers.get('content-security-policy')).toMatch(/style-src 'sha256-/);
    expect(html.text).toContain('<html lang="nb">');
    expect(html.text).toContain('<mark>ikke bekreftet</mark>');
    expect(html.text).toContain('<li id="T-6">');
    expect(html.text).not.toContain('<script');
  });
});

describe('agreements with customers (GDPR art. 28(3))', () => {
  const { customer } = orders[0]!;
  const path = `/processing-agreements/${customer.organisationNumber}`;
  const order = () => ({ ...orders[0]!, commandId: undefined, orderId: newUuid() });
  const place = () => api.post('/orders', order(), { role: 'service', subject: 'shop' });

  it('are concluded once, whoever says so again', async () => {
    const again = await api.agree(customer);
    expect(again).toMatchObject({ status: 201, body: { customer: customer.organisationNumber, version: '2026-01' } });
    expect(await typesIn(`processingAgreement-${customer.organisationNumber}`)).toEqual(['ProcessingAgreementConcluded']);
    const list = await of(`/processing-agreements?limit=2&after=${again.body.position}`);
    expect(list.body.items).toHaveLength(2);
    expect((await of(`/processing-agreements?limit=2&cursor=${list.body.next}`)).body.items.length).toBeGreaterThan(0);
    expect((await of('/processing-agreements/889640782')).body).toMatchObject({ status: 404, rule: 'no-agreement' });
  });
  it('of a sole trader stand under a pseudonym', async () => {
    const { body } = await api.agree({ organisationNumber: customer.organisationNumber, name: 'Kari Nordmann Bygg' });
    expect(body.customer).toMatch(/^enk-[0-9a-f]{32}$/);
  });
  it('are refused where number, hash or activity is none', async () => {
    const agreement = { customer, version: '1', sha256: 'ab'.repeat(32), activities: ['D-1'] };
    const bad = (changes: object) => api.post('/processing-agreements', { ...agreement, ...changes });
    expect((await bad({ customer: { ...customer, organisationNumber: '123456789' } })).body.errors).toMatchObject([
      { pointer: '/customer/organisationNumber', rule: 'check-digit' },
    ]);
    expect((await bad({ sha256: 'short' })).status).toBe(400);
    expect(await bad({ activities: ['D-99'] })).toMatchObject({
      status: 422,
      body: { rule: 'activity-unknown', legal: 'GDPR art. 30(2)' },
    });
    expect((await api.post('/processing-agreements', agreement, { role: 'auditor' })).status).toBe(403);
  });
  it('and their instructions decide at once: a withdrawn one stops orders, a given one lets them through again', async () => {
    const document = 'archive 2026/417';
    expect((await place()).status).toBe(201);
    const withdrawn = await api.post(`${path}/instruction-withdrawals`, { activities: ['D-1'], document });
    expect(withdrawn.body.instructions[0]).toMatchObject({ activity: 'D-1', until: expect.any(String) });
    expect(await place()).toMatchObject({ status: 403, body: { rule: 'no-instruction', legal: 'GDPR art. 28(3)(a)' } });
    const given = await api.post(`${path}/instructions`, { activities: ['D-1'], document });
    expect(given.status).toBe(201);
    expect((await place()).status).toBe(201);
    const before = BigInt(withdrawn.body.position) - 1n;
    expect((await of(`${path}?position=${before}`)).body.instructions[0]).not.toHaveProperty('until');
    expect((await of(`${path}?position=${withdrawn.body.position}`)).body.instructions[0]).toHaveProperty('until');
  });
  it('end, and with them what is done for the customer; a request of a worker is still passed on', async () => {
    const { cardHolders } = (await place()).body as { cardHolders: { subjectId: string }[] };
    const ended = await api.post(`${path}/ends`, { reason: 'the customer left' });
    expect(ended.body).toMatchObject({ until: expect.any(String) });
    expect(await place()).toMatchObject({ status: 403, body: { rule: 'no-agreement-in-force' } });
    const asked = { right: 'access', subjectId: cardHolders[0]!.subjectId, channel: 'e-mail' };
    expect((await api.post('/rights-requests', asked)).body).toMatchObject({ handling: 'forward-to-controller' });
    expect(await api.post(`${path}/instructions`, { activities: ['D-1'], document: 'x' })).toMatchObject({
      status: 409,
      body: { rule: 'agreement-ended' },
    });
  });
});

describe('balancing tests (GDPR art. 6(1)(f))', () => {
  const test = { necessity: 'n', balance: 'b', safeguards: 's', document: 'LIA 2026/1', reviewBy: '2090-01-01' };
  const balance = (json: object, options = {}) =>
    api.post('/processing-activities/C-5/balancing-tests', { purposes: ['renewal'], proposedBy: 'shop', ...test, ...json }, options);

  it('are approved by somebody else than who prepared them, take the mark away, and show in the record as of any moment', async () => {
    const before = await end();
    expect(await balance({ proposedBy: 'anne' }, { subject: 'anne' })).toMatchObject({ status: 201 }); // a pseudonym stands for anne
    const done = await balance({});
    expect(done).toMatchObject({ status: 201, body: { activityId: 'C-5', reviewBy: '2090-01-01' } });
    expect(done.body.unconfirmed).not.toContain('balancing:renewal');
    const markOf = async (query: string) =>
      (await of(`/processing-activities/C-5?${query}`)).body.activity.entry.unconfirmed.includes('balancing:renewal');
    expect([await markOf(`position=${before}`), await markOf(`after=${done.body.position}`)]).toEqual([true, false]);
    const record = await api.get('/processing-activities/export?article=30-1&lang=en&format=html', 'privacy-officer');
    expect(record.text).toContain('LIA 2026/1, stands until 2090-01-01');
  });
  it('are refused for an interest that nobody declared, and for a day that is past', async () => {
    expect(await balance({ purposes: ['marketing'] })).toMatchObject({ status: 422, body: { rule: 'no-such-interest' } });
    expect(await balance({ reviewBy: '2020-01-01' })).toMatchObject({ status: 422, body: { rule: 'review-is-past' } });
  });
});

describe('a program that knows more of its activities than the one before', () => {
  it('revises what it declared itself, and leaves what the company has revised', async () => {
    const { parts } = api;
    const entries = parts.inForce.entries();
    const declared = entries.get('C-11')!;
    const older = { ...declared.entry, title: 'Audit log' };
    const installer = { id: 'first-start', role: 'system' } as const;
    const anchors = [...new Set(Object.values(seedActivities).flatMap(({ policySections }) => policySections))];
    const known = knownParts(anchors, Object.keys(retentionRules));
    const command = {
      type: 'ReviseActivity',
      activityId: 'C-11',
      entry: older,
      known,
      approvedBy: installer,
      reason: 'as it was',
    } as const;
    const context = { commandId: newUuid(), actor: installer, now: new Date() };
    const { position } = await new Decisions(parts.log).run(processingActivity, command, context);
    await parts.inForce.knows(position);
    await startFirst(new Decisions(parts.log), parts.inForce);
    expect(parts.inForce.entries().get('C-11')).toMatchObject({ version: 3, entry: { title: seedActivities['C-11']!.title } });
    const revised = await api.post('/processing-activities/C-11/revisions', { proposedBy: 'shop', reason: 'our words', entry: older });
    expect(revised.status).toBe(201);
    await startFirst(new Decisions(parts.log), parts.inForce);
    expect(parts.inForce.entries().get('C-11')).toMatchObject({ version: 4, entry: { title: 'Audit log' } });
  });
});

describe('the privacy statement', () => {
  const text = (day: string, more = '') => `Personvernerklæring\n\nVi sier hva vi gjør.${more}\n\nSist endret ${day}.`;
  const anchors = [...new Set(Object.values(seedActivities).flatMap(({ policySections }) => policySections))];
  const draft = (version: string, changes: object = {}) => ({
    version,
    effectiveOn: version,
    reason: 'ny lov',
    proposedBy: 'editor',
    classification: { kind: 'minor', reasons: 'bare ordlyd' },
    texts: [
      {
        language: 'nb',
        text: `${text(version)}\n${anchors.join('\n')}`,
        sections: anchors.map((id) => ({ id, heading: id })),
      },
      {
        language: 'en',
        text: `Privacy statement\n${anchors.join('\n')}`,
        sections: anchors.map((id) => ({ id, heading: id })),
      },
    ],
    ...changes,
  });

  it('is public: every version, the one in force at any instant, its text', async () => {
    const list = await api.get(`/privacy-statements?after=${await end()}`);
    expect(list.body.items).toMatchObject([
      { version: '2023-12-20', texts: [{ language: 'nb', sha256: expect.stringMatching(/^a1dd64726f4d/) }] },
    ]);
    expect((await api.get('/privacy-statements/in-force?at=2024-01-01T00:00:00Z')).body).toMatchObject({ version: '2023-12-20' });
    expect((await api.get('/privacy-statements/in-force?at=2023-01-01T00:00:00Z')).status).toBe(404);
    const plain = await api.get('/privacy-statements/2023-12-20/text');
    expect(plain.text).toBe(readFileSync(join(__dirname, '../../test/data/statement-2023-12-20.nb.txt'), 'utf8'));
    const html = await api.get('/privacy-statements/2023-12-20/text?format=html');
    expect(html.text).toContain('<h2 id="sharing">Deling av personopplysningene</h2>');
    expect((await api.get('/privacy-statements/2023-12-20/text?lang=en')).body).toMatchObject({ status: 404, rule: 'no-such-language' });
    expect((await api.get('/privacy-statements/2001-01-01')).body).toMatchObject({ rule: 'unknown-version' });
  });

  it('shows where it contradicts itself', async () => {
    const { body } = await api.get('/privacy-statements/2023-12-20/conflicts?lang=en', 'auditor');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(Array.from({ length: 14 }, (_, i) => `T-${i + 1}`));
    expect(body.items[10]).toMatchObject({ since: '2025-01-01', where: ['P-33', 'P-07'] });
  });

  it('is published as minor only where nothing was added to the register since (P-82)', async () => {
    const c15 = seedActivities['C-15']!;
    await api.post('/processing-activities/C-15/revisions', {
      proposedBy: 'shop',
      reason: 'a tool for contracts',
      entry: { ...c15, recipients: [{ id: 'contract-tool', capacity: 'processor', location: 'EEA' }] },
    });
    const minor = await api.post('/privacy-statements', draft('2090-01-01'));
    expect(minor).toMatchObject({ status: 422, body: { rule: 'minor-adds-purpose', legal: expect.stringContaining('P-82') } });
    const material = { classification: { kind: 'material', reasons: 'en ny mottaker' } };
    expect((await api.post('/privacy-statements', draft('2090-01-01', material))).body).toMatchObject({ rule: 'addition-not-named' });
    // C-21 was declared in this file before, and C-15 got its recipient just now.
    const adds = [
      { activity: 'C-15', kind: 'recipient', name: 'contract-tool' },
      { activity: 'C-21', kind: 'purpose', name: 'supplier-management' },
      { activity: 'C-21', kind: 'category', name: 'subject.contact' },
      { activity: 'C-21', kind: 'category', name: 'agreement' },
      { activity: 'C-21', kind: 'basis', name: '6(1)(f)' },
    ];
    const published = await api.post('/privacy-statements', draft('2090-01-01', { ...material, adds }));
    expect(published).toMatchObject({ status: 201, body: { version: '2090-01-01', classification: { kind: 'material' } } });
    const after = published.body.position as string;
    expect((await api.get(`/privacy-statements/2090-01-01?after=${after}`)).body).toMatchObject({
      additions: expect.arrayContaining(['recipient:C-15:contract-tool']),
    });
    expect((await api.get('/privacy-statements/in-force')).body).toMatchObject({ version: '2023-12-20' });
    const diff = await api.get('/privacy-statements/2090-01-01/diff?from=2023-12-20');
    expect(diff.body.removed + diff.body.changed).toBeGreaterThan(10);
    const unchanged = await api.get('/privacy-statements/2090-01-01/diff?from=2090-01-01&format=html&lang=en');
    expect(unchanged.text).not.toContain('<ins>');
    const next = await api.post('/privacy-statements', draft('2090-02-01'));
    expect(next.status).toBe(201);
  });

  it('is shown to somebody: a session, or a person under an admission (P-03)', async () => {
    const show = (json: object, version = '2023-12-20') =>
      api.post(
        `/privacy-statements/${version}/presentations`,
        { surface: 'order-form', locale: 'nb', ...json },
        { role: 'service', subject: 'shop' },
      );
    const session = derivedUuid('session').replaceAll('-', '');
    const shown = await show({ session });
    expect(shown).toMatchObject({ status: 201, body: { version: '2023-12-20', hash: expect.stringMatching(/^a1dd/) } });
    const [subject] = await contactsOf();
    const known = await show({ subjectId: subject });
    expect(known.status).toBe(201);
    expect(await typesIn(`dataSubject-${subject}`)).toContain('ProcessingAdmitted');
    const list = await api.get(`/privacy-statements/2023-12-20/presentations?after=${known.body.position}`, 'auditor');
    expect(list.body.items).toMatchObject([{ subjectId: subject }, { session }]);
    expect((await show({})).body.errors).toMatchObject([{ rule: 'one-reader' }]);
    expect((await show({ session }, '2001-01-01')).status).toBe(404);
    expect((await show({ session, locale: 'en' })).body).toMatchObject({ rule: 'no-such-language' });
  });

  async function contactsOf(): Promise<string[]> {
    const found: string[] = [];
    for await (const { event } of api.parts.log.readFiltered({ streamPrefixes: ['order-'] })) {
      if (event.type === 'OrderPlaced') found.push((event.data as { contact: { subjectId: string } }).contact.subjectId);
    }
    return found;
  }
});
