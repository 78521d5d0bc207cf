import { newUuid } from '@hjemmel/kernel';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { hashOf, openShop, Shop } from '../../../test/support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const on = (subjectId: string) => ({
  to: (path: string, json: object, options: { readonly key?: string; readonly subject?: string } = {}) =>
    shop.as('privacy-officer')(`/data-subjects/${subjectId}/${path}`, json, options),
  asService: (path: string, json: object) => shop.as('service')(`/data-subjects/${subjectId}/${path}`, json),
  asCaseWorker: (path: string, json: object) => shop.as('case-worker')(`/data-subjects/${subjectId}/${path}`, json),
});
const typesOf = async (subjectId: string): Promise<string[]> => (await shop.ledger(subjectId)).map(({ type }) => type);
const future = '2999-01-01T00:00:00Z';
const delivery = { activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'] };

describe('a restriction', () => {
  const ground = { ground: 'accuracy-contested', channel: 'phone' };

  it('has an id, the same for a repeat of its ground', async () => {
    const { to } = on(await shop.visitor());
    const first = await to('restrictions', ground);
    expect(first).toMatchObject({ status: 201, body: { restrictionId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect((await to('restrictions', ground)).body.restrictionId).toBe(first.body.restrictionId);
    expect((await to('restrictions', { ...ground, ground: 'needed-for-legal-claims' })).body.restrictionId).not.toBe(
      first.body.restrictionId,
    );
  });

  it('is lifted only after the person was told (GDPR art. 18(3)), and the processing goes on', async () => {
    const { subjectId } = await shop.representative();
    const { to, asService, asCaseWorker } = on(subjectId);
    const { restrictionId } = (await to('restrictions', ground)).body;
    expect((await asService('uses', delivery)).body.rule).toBe('restricted');
    const lift = () => to(`restrictions/${restrictionId}/liftings`, { because: 'accuracy-verified' });
    expect(await lift()).toMatchObject({ status: 409, body: { rule: 'subject-not-told-before-lifting', legal: 'GDPR art. 18(3)' } });
    const told = { because: 'accuracy-verified', channel: 'letter' };
    expect((await asService(`restrictions/${restrictionId}/announcements`, told)).status).toBe(403);
    expect((await asCaseWorker(`restrictions/${restrictionId}/announcements`, told)).status).toBe(201);
    expect((await shop.seen(subjectId)).restrictions).toEqual([
      { restrictionId, ground: 'accuracy-contested', since: expect.any(String), toldOfLifting: true },
    ]);
    expect(await lift()).toMatchObject({ status: 201, body: { restrictionId } });
    expect((await shop.ledger(subjectId)).at(-1)).toMatchObject({
      type: 'RestrictionLifted',
      data: { because: 'accuracy-verified', decidedBy: { role: 'privacy-officer' } },
    });
    expect((await asService('uses', delivery)).status).toBe(201);
    expect((await shop.seen(subjectId)).restrictions).toEqual([]);
    expect(await lift()).toMatchObject({ status: 404, body: { rule: 'no-such-restriction' } });
  });

  it('leaves what the privacy officer states an exception for, and what is only stored', async () => {
    const { subjectId } = await shop.representative();
    const { to, asService } = on(subjectId);
    await to('restrictions', ground);
    const exception = { ground: 'legal-claims', reason: 'the claim of case 7' };
    expect(await asService('uses', { ...delivery, exception })).toMatchObject({ status: 403, body: { rule: 'exception-not-yours' } });
    expect(await to('uses', { ...delivery, exception: { ...exception, reason: 'kari@vik.example' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/exception/reason', rule: 'names-nobody' }] },
    });
    expect((await to('uses', { ...delivery, exception })).status).toBe(201);
    expect((await shop.ledger(subjectId)).at(-1)).toMatchObject({ type: 'ProcessingAdmitted', data: { exception } });
    expect((await asService('uses', { ...delivery, kind: 'storage' })).status).toBe(201);
  });
});

describe('an objection', () => {
  const situation = { kind: 'situation', purpose: 'deliver-service', channel: 'e-mail' };
  const decision = { reasons: 'the order is under way', document: 'vedtak 2026-11/4' };

  it('stops the purpose until it is decided, and what was overruled goes on', async () => {
    const { subjectId } = await shop.representative();
    const { to, asService } = on(subjectId);
    const received = await asService('objections', situation);
    const { objectionId } = received.body;
    expect(received.status).toBe(201);
    expect((await asService('objections', situation)).body.objectionId).toBe(objectionId);
    expect(await asService('uses', delivery)).toMatchObject({ status: 403, body: { rule: 'objected', legal: 'GDPR art. 21(1)' } });
    const overruled = { ...decision, decision: 'overruled', grounds: 'legal-claims', proposedBy: 'shop' };
    const answer = await to(`objections/${objectionId}/decisions`, overruled);
    expect(answer).toMatchObject({ status: 201, body: { decision: 'overruled', decidedBy: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    expect((await asService('uses', delivery)).status).toBe(201);
    expect((await shop.seen(subjectId)).objections).toMatchObject([
      { objectionId, kind: 'situation', purpose: 'deliver-service', state: 'overruled' },
    ]);
    expect(await to(`objections/${objectionId}/decisions`, { ...decision, decision: 'upheld' })).toMatchObject({ status: 404 });
  });

  it('is overruled by two people, with grounds, in words that name nobody', async () => {
    const { subjectId } = await shop.representative();
    const { to, asService, asCaseWorker } = on(subjectId);
    const { objectionId } = (await asService('objections', situation)).body;
    const decide = (json: object) => to(`objections/${objectionId}/decisions`, { ...decision, ...json });
    const overruled = { decision: 'overruled', grounds: 'legal-claims', proposedBy: 'shop' };
    expect((await asCaseWorker(`objections/${objectionId}/decisions`, { ...decision, ...overruled })).status).toBe(403);
    const own = (await to(`objections/${objectionId}/withdrawals`, { channel: 'fax' })).status;
    expect(own).toBe(400);
    const me = (await decide({ ...overruled, proposedBy: await myself() })).body;
    expect(me).toMatchObject({ status: 403, rule: 'four-eyes', legal: 'GDPR art. 21(1), 24(1)' });
    for (const [json, rule] of [
      [{ ...overruled, grounds: undefined }, 'no-grounds'],
      [{ ...overruled, proposedBy: undefined }, 'four-eyes'],
      [{ decision: 'upheld', grounds: 'legal-claims' }, 'only-where-overruled'],
      [{ decision: 'upheld', reasons: 'call 923 61 226' }, 'names-nobody'],
      [{ decision: 'upheld', document: 'born 010180' }, 'names-nobody'],
    ] as const) {
      expect(await decide(json)).toMatchObject({ status: 422, body: { errors: [{ rule }] } });
    }
    expect((await decide({ decision: 'upheld' })).status).toBe(201);
    expect(await decide(overruled)).toMatchObject({ status: 409, body: { rule: 'objection-decided' } });
    expect((await asService('uses', delivery)).body.rule).toBe('objected');
  });

  it('to direct marketing holds at once and is never overruled, whatever was consented to', async () => {
    const visitor = await shop.visitor();
    const { to, asService } = on(visitor);
    const mailing = { activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'] };
    const choices = [{ purpose: 'marketing', choice: 'give', wording: hashOf('marketing') }];
    await asService('consent-choices', { choices, locale: 'nb', surface: 'my-page', steps: 1 });
    expect((await asService('uses', mailing)).status).toBe(201);
    const { objectionId } = (await asService('objections', { kind: 'direct-marketing', purpose: 'marketing', channel: 'e-mail' })).body;
    expect(await asService('uses', mailing)).toMatchObject({
      status: 403,
      body: { rule: 'objected-to-marketing', legal: 'GDPR art. 21(3)' },
    });
    const overruled = { ...decision, decision: 'overruled', grounds: 'legal-claims', proposedBy: 'shop' };
    expect(await to(`objections/${objectionId}/decisions`, overruled)).toMatchObject({
      status: 409,
      body: { rule: 'marketing-objection-is-absolute', legal: 'GDPR art. 21(3)' },
    });
    expect((await asService(`objections/${objectionId}/withdrawals`, { channel: 'service' })).status).toBe(201);
    expect((await asService('uses', mailing)).status).toBe(201);
    expect((await shop.seen(visitor)).objections).toMatchObject([{ state: 'withdrawn' }]);
  });

  it.each([
    ['a purpose that is none', { ...situation, purpose: 'profiling' }, 400],
    ['direct marketing of what is none', { ...situation, kind: 'direct-marketing' }, 422],
    ['the future', { ...situation, receivedAt: future }, 422],
  ])('is not against %s', async (_, json, status) => {
    expect((await on(await shop.visitor()).asService('objections', json)).status).toBe(status);
  });

  it('to what is done for a customer is the customer’s to decide', async () => {
    const { worker } = await shop.representative();
    expect(await on(worker).asService('objections', { ...situation, purpose: 'hms-card-ordering' })).toMatchObject({
      status: 409,
      body: { rule: 'controller-decides', legal: 'GDPR art. 21(1), 28(3)(e)' },
    });
  });

  /** How the log names whom these tests call by. */
  async function myself(): Promise<string> {
    const visitor = await shop.visitor();
    const { restrictionId } = (await on(visitor).to('restrictions', { ground: 'accuracy-contested', channel: 'phone' })).body;
    await on(visitor).to(`restrictions/${restrictionId}/announcements`, { because: 'accuracy-verified', channel: 'phone' });
    return (await on(visitor).to(`restrictions/${restrictionId}/liftings`, { because: 'accuracy-verified' })).body.decidedBy as string;
  }
});

describe('a relation that ends', () => {
  it('carries nothing new, and is recorded once', async () => {
    const { subjectId, customer } = await shop.representative();
    const { to, asService } = on(subjectId);
    const endedAt = '2026-01-31T12:00:00.000Z';
    expect(await to('relation-ends', { customer, endedAt })).toMatchObject({ status: 201, body: { customer, endedAt } });
    expect(await to('relation-ends', { customer })).toMatchObject({ status: 201, body: { endedAt } });
    expect((await typesOf(subjectId)).filter((type) => type === 'RelationEnded')).toHaveLength(1);
    expect(await asService('uses', { ...delivery, customer })).toMatchObject({ status: 403, body: { rule: 'contract-over' } });
    expect((await shop.seen(subjectId)).relations).toEqual([{ customer, capacity: 'company-representative', endedAt }]);
  });

  it('is one that there is, and has ended', async () => {
    const { subjectId, customer } = await shop.representative();
    expect(await on(subjectId).to('relation-ends', { customer: '915376215' })).toMatchObject({
      status: 409,
      body: { rule: 'no-such-relation' },
    });
    expect(await on(subjectId).to('relation-ends', { customer, endedAt: future })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/endedAt', rule: 'in-the-future' }] },
    });
    expect((await on(subjectId).to('relation-ends', { customer: 'Vik Bygg' })).status).toBe(400);
  });
});

describe('a period of keeping', () => {
  it('begins with what a rule of the register counts from, and is over when the rule says', async () => {
    const { subjectId, customer } = await shop.representative();
    const { to, asService } = on(subjectId);
    const period = { trigger: 'contract-ended', customer, since: '2020-01-01T00:00:00Z' };
    expect(await to('retention-periods', period)).toMatchObject({ status: 201, body: { trigger: 'contract-ended', customer } });
    expect(await asService('uses', { ...delivery, customer })).toMatchObject({
      status: 403,
      body: { rule: 'retention-over', legal: 'GDPR art. 5(1)(e)' },
    });
  });

  it.each([
    ['a trigger that no rule has', { trigger: 'full-moon' }, 422, 'trigger-unknown'],
    ['the future', { trigger: 'contract-ended', since: future }, 422, 'in-the-future'],
  ])('does not begin with %s', async (_, json, status, rule) => {
    const { to } = on(await shop.visitor());
    expect(await to('retention-periods', json)).toMatchObject({ status, body: { errors: [{ rule }] } });
  });

  it('is towards a customer whom the person has to do with', async () => {
    const { to } = on(await shop.visitor());
    const json = { trigger: 'contract-ended', customer: '334115739' };
    expect(await to('retention-periods', json)).toMatchObject({ status: 409, body: { rule: 'no-such-relation' } });
  });
});

describe('a disclosure', () => {
  const recipient = { id: 'mail-provider', fields: ['subject.contact.name', 'subject.contact.email'] };

  it('is admitted with recipient and fields, and recorded once it is made', async () => {
    const { subjectId, customer } = await shop.representative();
    const { asService, to } = on(subjectId);
    const admitted = await asService('uses', { ...delivery, customer, recipient });
    expect(admitted).toMatchObject({ status: 201, body: { recipient } });
    const made = { admissionId: admitted.body.admissionId, receipt: 'msg-7f3a9c' };
    expect((await to('disclosures', made)).status).toBe(403);
    const key = newUuid();
    const recorded = await shop.as('service')(`/data-subjects/${subjectId}/disclosures`, made, { key });
    expect(recorded.status).toBe(201);
    expect((await shop.as('service')(`/data-subjects/${subjectId}/disclosures`, made, { key })).body).toEqual(recorded.body);
    expect((await shop.ledger(subjectId)).at(-1)).toMatchObject({
      type: 'DisclosureMade',
      data: { disclosureId: recorded.body.disclosureId, recipient, receipt: 'msg-7f3a9c' },
    });
    expect(await asService('disclosures', made)).toMatchObject({ status: 409, body: { rule: 'no-such-admission' } });
    expect((await shop.seen(subjectId)).disclosures).toEqual([{ recipient: 'mail-provider', times: 1, lastAt: expect.any(String) }]);
  });

  it.each([
    ['somebody of whom the register says nothing', { id: 'friend', fields: ['subject.contact.name'] }, 'recipient-unknown'],
    ['more than the recipient may get', { id: 'mail-provider', fields: ['subject.contact.phone'] }, 'field-not-allowed-for-recipient'],
  ])('is refused to %s', async (_, to, rule) => {
    const { subjectId, customer } = await shop.representative();
    const refused = await on(subjectId).asService('uses', { ...delivery, customer, recipient: to });
    expect(refused).toMatchObject({ status: 403, body: { rule } });
    expect((await shop.ledger(subjectId)).at(-1)).toMatchObject({ type: 'ProcessingRefused', data: { rule, asked: { recipient: to } } });
  });

  it('needs an admission that named a recipient, and a receipt that names nobody', async () => {
    const { subjectId } = await shop.representative();
    const { asService } = on(subjectId);
    const { admissionId } = (await asService('uses', delivery)).body;
    expect((await asService('disclosures', { admissionId, receipt: 'r' })).status).toBe(409);
    for (const receipt of ['kari@vik.example', 'a b', '', 'x'.repeat(201), '15819010029', 'p:15819010029:1']) {
      expect((await asService('disclosures', { admissionId, receipt })).status).toBe(400);
    }
  });
});

describe('a comparison of faces', () => {
  it('is refused (GDPR art. 9(1))', async () => {
    const { worker, customer } = await shop.representative();
    const use = { activity: 'D-1', purpose: 'hms-card-ordering', categories: ['subject.photo'], customer };
    expect((await on(worker).asService('uses', { ...use, matching: false })).body).toMatchObject({ agreementVersion: '2026-01' });
    expect(await on(worker).asService('uses', { ...use, matching: true })).toMatchObject({
      status: 403,
      body: { rule: 'photo-used-for-matching', legal: 'GDPR art. 9(1)' },
    });
  });
});

describe('what the API says of itself', () => {
  it('is valid, and names every one of these routes', async () => {
    const { body, text } = await shop.api.get('/openapi.json');
    const faults = await lintFromString({ source: text, config: await createConfig({ extends: ['spec'] }) });
    expect(faults.map(({ ruleId, message, location: [place] }) => ({ ruleId, message, at: place?.pointer }))).toEqual([]);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/site-visitors',
        '/consent-wordings',
        '/data-subjects/{subjectId}/consent-choices',
        '/data-subjects/{subjectId}/restrictions/{restrictionId}/announcements',
        '/data-subjects/{subjectId}/restrictions/{restrictionId}/liftings',
        '/data-subjects/{subjectId}/objections/{objectionId}/decisions',
        '/data-subjects/{subjectId}/disclosures',
      ]),
    );
  });
});
