import { newUuid } from '@hjemmel/kernel';
import { hashOf, openShop, Shop } from '../../../test/support/shop';
import type { LedgerEvent } from './events';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

type Choice = readonly [purpose: string, choice: 'give' | 'refuse', wording?: string];
const body = (...choices: readonly Choice[]) => ({
  choices: choices.map(([purpose, choice, wording = hashOf(purpose)]) => ({ purpose, choice, wording })),
  locale: 'nb',
  surface: 'cookie-dialog',
  steps: 1,
});
const choose = (subjectId: string, json: object, key = newUuid(), gpc?: string) =>
  shop.api.post(`/data-subjects/${subjectId}/consent-choices`, json, {
    role: 'service',
    subject: 'shop',
    key,
    ...(gpc !== undefined && { headers: { 'sec-gpc': gpc } }),
  });
const statesIn = ({ body: answer }: { body: { choices: { purpose: string; state: string; signal?: string }[] } }) =>
  answer.choices.map(({ purpose, state, signal }) => [purpose, state, ...(signal ? [signal] : [])]);
const typesOf = async (subjectId: string): Promise<string[]> => (await shop.ledger(subjectId)).map(({ type }) => type);
const consentsOf = async (subjectId: string) =>
  (await shop.ledger(subjectId)).filter((event): event is Extract<LedgerEvent, { type: `Consent${string}` }> =>
    event.type.startsWith('Consent'),
  );

describe('a visitor of the site', () => {
  it('is known by a pseudonym made by chance, and by nothing else, once it is in the log', async () => {
    const key = newUuid();
    const first = await shop.as('service')('/site-visitors', {}, { key });
    const again = await shop.as('service')('/site-visitors', {}, { key });
    expect(first).toMatchObject({ status: 201, body: { subjectId: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const [registered, admitted, ...more] = await shop.ledger(first.body.subjectId);
    expect(registered).toEqual({
      type: 'DataSubjectRegistered',
      data: {
        subjectId: first.body.subjectId,
        controller: '915376215',
        source: 'device',
        relations: [{ customer: '915376215', capacity: 'visitor' }],
        keys: [],
      },
    });
    expect(admitted).toMatchObject({
      type: 'ProcessingAdmitted',
      data: { act: 'RegisterVisitor', activity: 'C-9', basis: { code: '6(1)(c)' } },
    });
    expect(more).toEqual([]);
    expect(await shop.visitor()).not.toBe(first.body.subjectId);
  });

  it('is registered by a service only, and nothing that tells of a person is taken with it', async () => {
    expect((await shop.as('case-worker')('/site-visitors', {})).status).toBe(403);
    expect(await shop.as('service')('/site-visitors', { email: 'kari@vik.example' })).toMatchObject({
      status: 400,
      body: { errors: [{ rule: 'unknown-field' }] },
    });
  });
});

describe('the words that ask', () => {
  it('are read with the hashes that choices cite', async () => {
    const { status, body: list } = await shop.api.get('/consent-wordings', 'service');
    expect(status).toBe(200);
    expect(list.items).toContainEqual(
      expect.objectContaining({ purpose: 'site-analytics', locale: 'en', hash: hashOf('site-analytics', 'en') }),
    );
    expect((await shop.api.get('/consent-wordings')).status).toBe(401);
  });
});

describe('choices', () => {
  it('are recorded purpose by purpose: what is given is used from then on, what is refused is not', async () => {
    const visitor = await shop.visitor();
    const key = newUuid();
    const json = body(['site-analytics', 'give'], ['marketing', 'refuse']);
    const chosen = await choose(visitor, json, key);
    expect(chosen.status).toBe(201);
    expect(statesIn(chosen)).toEqual([
      ['site-analytics', 'given'],
      ['marketing', 'refused'],
    ]);
    expect((await choose(visitor, json, key)).body).toEqual(chosen.body);
    expect(await consentsOf(visitor)).toMatchObject([
      { type: 'ConsentGiven', data: { purpose: 'site-analytics', surface: 'cookie-dialog', steps: 1, wording: { locale: 'nb' } } },
      { type: 'ConsentRefused', data: { purpose: 'marketing', wording: { hash: hashOf('marketing') } } },
    ]);
    const use = { activity: 'C-7', purpose: 'site-analytics', categories: ['device'] };
    expect((await shop.as('service')(`/data-subjects/${visitor}/uses`, use)).status).toBe(201);
    const mailing = { activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'] };
    expect(await shop.as('service')(`/data-subjects/${visitor}/uses`, mailing)).toMatchObject({
      status: 403,
      body: { rule: 'consent-refused' },
    });
  });

  it('of no take back what lives, several at once, and are recorded once', async () => {
    const visitor = await shop.visitor();
    await choose(visitor, body(['site-analytics', 'give'], ['marketing', 'give']));
    const both = body(['site-analytics', 'refuse'], ['marketing', 'refuse']);
    expect(statesIn(await choose(visitor, both))).toEqual([
      ['site-analytics', 'withdrawn'],
      ['marketing', 'withdrawn'],
    ]);
    const before = await typesOf(visitor);
    expect(before.filter((type) => type === 'ConsentWithdrawn')).toHaveLength(2);
    await choose(visitor, both);
    expect(await typesOf(visitor)).toEqual(before);
    expect(statesIn(await choose(visitor, body(['marketing', 'give'])))).toEqual([['marketing', 'given']]);
  });

  it('cite words that are in use for the purpose and the language', async () => {
    const visitor = await shop.visitor();
    const before = await typesOf(visitor);
    expect(await choose(visitor, body(['marketing', 'give', hashOf('marketing', 'en')]))).toMatchObject({
      status: 422,
      body: { rule: 'wording-unknown', legal: 'GDPR art. 7(1)', errors: [{ pointer: '/choices/0/wording' }] },
    });
    expect(await typesOf(visitor)).toEqual(before);
  });

  it.each([
    ['a purpose twice', body(['marketing', 'give'], ['marketing', 'refuse'])],
    [
      'a purpose that nobody asks about',
      { ...body(['marketing', 'give']), choices: [{ purpose: 'invoicing', choice: 'give', wording: 'a'.repeat(64) }] },
    ],
    ['none', body()],
    ['another place', { ...body(['marketing', 'give']), surface: 'phone' }],
    ['no step', { ...body(['marketing', 'give']), steps: 0 }],
  ])('are not taken where they are malformed: %s', async (_, json) => {
    expect((await choose(await shop.visitor(), json)).status).toBe(400);
  });

  it('are possible while the person’s data is restricted', async () => {
    const visitor = await shop.visitor();
    await shop.as('case-worker')(`/data-subjects/${visitor}/restrictions`, { ground: 'accuracy-contested', channel: 'phone' });
    expect(statesIn(await choose(visitor, body(['marketing', 'give'])))).toEqual([['marketing', 'given']]);
    expect((await shop.ledger(visitor)).findLast(({ type }) => type === 'ProcessingAdmitted')).toMatchObject({
      data: { exception: { ground: 'consent-of-data-subject' } },
    });
  });

  it('are somebody’s who is known', async () => {
    const nobody = 'f'.repeat(32);
    expect((await choose(nobody, body(['marketing', 'give']))).status).toBe(404);
    expect((await choose(nobody, body(['marketing', 'refuse']))).status).toBe(404);
    expect(await typesOf(nobody)).toEqual([]);
  });
});

describe('the signal of a device', () => {
  it('turns a yes to what devices give into a no, leaves the rest to the person, and gives nothing', async () => {
    const visitor = await shop.visitor();
    const chosen = await choose(visitor, body(['site-analytics', 'give'], ['marketing', 'give']), newUuid(), '1');
    expect(statesIn(chosen)).toEqual([
      ['site-analytics', 'refused', 'gpc'],
      ['marketing', 'given'],
    ]);
    expect(await consentsOf(visitor)).toMatchObject([
      { type: 'ConsentGiven', data: { purpose: 'marketing' } },
      { type: 'ConsentRefused', data: { purpose: 'site-analytics', signal: 'gpc', steps: 0 } },
    ]);
  });

  it('withdraws what lives of it, also where nobody was asked about that', async () => {
    const visitor = await shop.visitor();
    await choose(visitor, body(['site-analytics', 'give']));
    const chosen = await choose(visitor, body(['marketing', 'refuse']), newUuid(), '1');
    expect(statesIn(chosen)).toEqual([
      ['marketing', 'refused'],
      ['site-analytics', 'withdrawn', 'gpc'],
    ]);
    expect((await consentsOf(visitor)).filter(({ type }) => type === 'ConsentWithdrawn')).toMatchObject([{ data: { signal: 'gpc' } }]);
  });

  it.each(['0', 'true', '1, 1', '11'])('is 1 and nothing else: %j says nothing', async (gpc) => {
    expect(statesIn(await choose(await shop.visitor(), body(['site-analytics', 'give']), newUuid(), gpc))).toEqual([
      ['site-analytics', 'given'],
    ]);
  });
});

describe('a withdrawal', () => {
  it('tells whether it was harder than the giving (GDPR art. 7(3))', async () => {
    const visitor = await shop.visitor();
    await choose(visitor, { ...body(['site-analytics', 'give']), steps: 2 });
    const withdraw = (steps: number) =>
      shop.as('service')(`/data-subjects/${visitor}/consent-withdrawals`, { purpose: 'site-analytics', surface: 'cookie-dialog', steps });
    expect(await withdraw(3)).toMatchObject({ status: 201, body: { stepsToGive: 2, harderThanGiving: true } });
    expect(await withdraw(2)).toMatchObject({ status: 201, body: { stepsToGive: 2, harderThanGiving: false } });
    expect((await typesOf(visitor)).filter((type) => type === 'ConsentWithdrawn')).toHaveLength(1);
  });

  it('needs a consent that was given', async () => {
    const json = { purpose: 'marketing', surface: 'my-page', steps: 1 };
    expect(await shop.as('service')(`/data-subjects/${await shop.visitor()}/consent-withdrawals`, json)).toMatchObject({
      status: 409,
      body: { rule: 'no-such-consent', legal: 'GDPR art. 7(3)' },
    });
  });
});

describe('the consent records of a person', () => {
  it('are JSON-LD, one for each choice, with the words that were shown', async () => {
    const visitor = await shop.visitor();
    await choose(visitor, body(['site-analytics', 'give'], ['marketing', 'refuse']));
    await choose(visitor, body(['site-analytics', 'refuse']));
    const { status, headers, text } = await shop.api.get(`/data-subjects/${visitor}/consent-records`, 'auditor');
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/ld+json; charset=utf-8' });
    const { '@graph': records } = JSON.parse(text) as { '@graph': object[] };
    expect(records).toMatchObject([
      {
        'dpv:hasDataSubject': { 'dpv:hasIdentifier': visitor },
        'dpv:hasProcess': [{ 'dct:identifier': 'C-7 version 1', 'dpv:hasPurpose': [{ 'skos:broader': 'dpv:ServiceUsageAnalytics' }] }],
        'dpv:hasNotice': [{ '@type': 'dpv:ConsentNotice' }, { '@type': 'dpv:PrivacyNotice', 'dct:hasVersion': '2023-12-20' }],
        'dpv:hasConsentStatus': [{ '@type': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'] }, { '@type': ['dpv:ConsentWithdrawn'] }],
      },
      { 'dpv:hasConsentStatus': [{ '@type': ['dpv:ConsentRefused'] }] },
    ]);
  });

  it('are nobody’s where nobody is known, and not for a service to see', async () => {
    expect((await shop.api.get(`/data-subjects/${'f'.repeat(32)}/consent-records`, 'auditor')).status).toBe(404);
    expect((await shop.api.get(`/data-subjects/${await shop.visitor()}/consent-records`, 'service')).status).toBe(403);
  });
});
