import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { DATA_LOCK, freePort, lockHolder } from '@hjemmel/host';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import type { Recorded, Role } from '@hjemmel/kernel';
import { newUuid } from '@hjemmel/kernel';
import { exportJWK, generateKeyPair } from 'jose';
import { issueToken } from '../../apps/auditor/token/issue-token';
import { tokenOf } from '../../apps/auditor/token/print-token';
import { concludeAgreements } from '../demo/agreements';
import { Api, ProblemBody } from '../demo/api';
import { subjectOf } from '../demo/instance';
import { MadeOrder, readOrders } from '../demo/orders';
import type { OrderPlaced } from '../demo/place-orders';
import { People, peopleIn } from '../demo/story';
import { badRequests, goodOrder } from './support/bad-requests';
import { ByteSearch, described, searchFolder } from './support/byte-search';
import { bearer, bodyOf, command, Reply, request } from './support/http';
import { Instance, runDemo, runHjemmel } from './support/instance';
import { everyRow } from './support/postgres-text';
import { secretsOf } from './support/secrets-of-orders';
import { Secret, spellingsOf } from './support/spellings';

jest.setTimeout(240_000);

const orders = readOrders();
const FAR_AWAY = '9000000000000000000';

let home: string;
let data: string;
let instance: Instance;
let log: EventLog;
/** Answers that had come in when everything was killed. */
const acknowledged = new Map<string, OrderPlaced>();
let people: People;
/** Given to the program by this file, besides the orders. */
const given: Secret[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-story-'));
  data = join(home, 'data');
  await start();
});
afterAll(async () => {
  await log.close();
  if (!instance.hasEnded) await instance.stop();
  await rm(home, { recursive: true, force: true });
});

async function start(): Promise<void> {
  instance = await Instance.start(data, await freePort(), { HJEMMEL_NATIONAL_IDS: 'synthetic', HJEMMEL_READ_WAIT: '2s' });
  log = openEventLog(instance.runtime.log);
}

const token = (role: Role, subject = subjectOf(role)): Promise<string> => tokenOf({ role, subject, data, hours: '1' });
const as = async (role: Role, maxTries?: number): Promise<Api> => new Api(instance.url, await token(role), maxTries);
const get = async <B>(role: Role, path: string): Promise<B> => {
  const { status, body } = await (await as(role)).query<B>(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
};

async function everyEvent(): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const recorded of log.readAll()) events.push(recorded);
  return events;
}
const ofType = (events: readonly Recorded[], type: string) => events.filter(({ event }) => event.type === type);
const dataOf = <D>({ event }: Recorded): D => event.data as D;

/** Runs tasks, a few at a time. */
async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

type PlacedFact = { orderId: string; contact: { subjectId: string }; cardHolders: { subjectId: string }[] };
const peopleOf = ({ contact, cardHolders }: Pick<OrderPlaced, 'contact' | 'cardHolders'>) =>
  [contact, ...cardHolders].map((one) => one.subjectId);

describe('kill -9 of everything while orders come in', () => {
  it('loses none that was acknowledged', async () => {
    const service = await as('service', 1);
    await concludeAgreements(service, orders);
    let killed: Promise<void> | undefined;
    await inParallel(orders, async (order) => {
      if (killed) return;
      const answer = await service.command<OrderPlaced>('/orders', order.commandId, order).catch(() => undefined);
      if (answer?.status === 201) acknowledged.set(order.orderId, answer.body);
      if (acknowledged.size >= 60) killed ??= instance.killAll();
    });
    await killed;
    await log.close();
    expect(await lockHolder(data, DATA_LOCK)).toBeUndefined();

    await start();
    const placed = new Map(ofType(await everyEvent(), 'OrderPlaced').map((recorded) => [dataOf<PlacedFact>(recorded).orderId, recorded]));
    for (const [orderId, answer] of acknowledged) {
      const recorded = placed.get(orderId)!;
      expect({ orderId, position: recorded.position, people: peopleOf(dataOf<PlacedFact>(recorded)) }).toEqual({
        orderId,
        position: BigInt(answer.position),
        people: peopleOf(answer),
      });
    }
  });
});

describe('npm run demo', () => {
  it('goes on with the same keys, and tells the story', async () => {
    const { code, stdout, stderr } = await runDemo(data);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const said of [
      '300 of 300 answered',
      /300 orders in [\d.]+ s/,
      '1,497 card holders and 50 contact persons',
      /a card holder asked for access: forward-to-controller, due \d{4}-\d\d-\d\d/,
      /a contact person asked for access: decide, due \d{4}-\d\d-\d\d/,
      'had consented: admitted (GDPR art. 6(1)(a), statement 2023-12-20)',
      'refused with HTTP 403, rule consent-withdrawn, GDPR art. 7(3)',
      'refused with HTTP 403, rule restricted, GDPR art. 18(2)',
      '/contact  restricted  GDPR art. 18(2)  not admitted under C-1 for deliver-service',
      '300 orders on 2 pages',
      /npx hjemmel history [0-9a-f]{32}/,
    ])
      expect(stdout).toEqual(expect.stringMatching(said instanceof RegExp ? said : escaped(said)));
    const repeated = Number(/(\d+) of 365 commands had come before/.exec(stdout)?.[1]);
    expect(repeated).toBeGreaterThanOrEqual(acknowledged.size);
    expect(repeated).toBeLessThan(300);
    expect(search(secretsOf(orders)).in(Buffer.from(stdout), 'what the demo prints')).toEqual([]);
  });

  it('leaves each order once in the log, each person once, and every admission used or closed', async () => {
    const events = await everyEvent();
    const placed = ofType(events, 'OrderPlaced').map((recorded) => dataOf<PlacedFact>(recorded));
    expect(placed.map(({ orderId }) => orderId).sort()).toEqual(orders.map(({ orderId }) => orderId).sort());
    expect(placed.flatMap(({ cardHolders }) => cardHolders)).toHaveLength(1_497);
    const subjects = ofType(events, 'DataSubjectRegistered').map((recorded) => dataOf<{ subjectId: string }>(recorded).subjectId);
    // The story's, a visitor, and the contact person of a customer without an agreement, whose card holders were refused.
    expect({ all: subjects.length, different: new Set(subjects).size }).toEqual({ all: 1_549, different: 1_549 });

    type Admission = { admissionId: string; factStream?: string; commandId: string };
    const admissions = ofType(events, 'ProcessingAdmitted').map((recorded) => dataOf<Admission>(recorded));
    expect(new Set(admissions.map(({ admissionId }) => admissionId)).size).toBe(admissions.length);
    const facts = new Set([...ofType(events, 'OrderPlaced'), ...ofType(events, 'RightsRequestReceived')].map(({ stream }) => stream));
    const closed = new Set(ofType(events, 'AdmissionClosed').map((recorded) => dataOf<Admission>(recorded).admissionId));
    const open = admissions.filter(
      ({ factStream, admissionId }) => factStream !== undefined && facts.has(factStream) === closed.has(admissionId),
    );
    expect(open).toEqual([]);
  });

  it('told again says so, and does nothing twice', async () => {
    const before = (await everyEvent()).filter(({ event }) => event.type !== 'PersonalDataRead').length;
    const { code, stdout } = await runDemo(data);
    expect(code).toBe(0);
    expect(stdout).toContain('365 of 365 commands had come before');
    expect((await everyEvent()).filter(({ event }) => event.type !== 'PersonalDataRead')).toHaveLength(before);
  });
});

const escaped = (text: string): RegExp => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const search = (secrets: readonly Secret[]): ByteSearch => new ByteSearch(secrets.flatMap(spellingsOf));

interface Shown {
  readonly value?: unknown;
  readonly withheld?: { readonly rule: string; readonly legal: string };
}
interface OrderShown {
  readonly orderId: string;
  readonly customer: { readonly name: Shown; readonly organisationNumber: Shown };
  readonly contact: { readonly subjectId: string; readonly name: Shown; readonly email: Shown; readonly phone: Shown };
  readonly invoice: { readonly reference: Shown; readonly email: Shown; readonly address: Shown };
  readonly delivery: Shown;
  readonly cardHolders: readonly { readonly name: Shown; readonly details: Shown }[];
}
interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

describe('what the API shows', () => {
  it('are all orders, page by page, once each', async () => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const page: Page<OrderShown> = await get('case-worker', `/orders?limit=70${cursor}`);
      ids.push(...page.items.map(({ orderId }) => orderId));
      cursor = page.next === undefined ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(ids.sort()).toEqual(orders.map(({ orderId }) => orderId).sort());
  });

  it('is text as it was given, in Norwegian, Polish, Lithuanian and Romanian letters', async () => {
    const placed = ofType(await everyEvent(), 'OrderPlaced').map((recorded) => dataOf<PlacedFact>(recorded));
    const byOrder = new Map(placed.map((fact) => [fact.orderId, fact]));
    people = peopleIn(
      orders,
      orders.map(({ orderId }) => ({ ...byOrder.get(orderId)!, position: '' })),
    );
    const looked = orders.filter((order, i) => i % 6 === 0 && byOrder.get(order.orderId)!.contact.subjectId !== people.restricted);
    expect(new Set(JSON.stringify(looked).match(/[^\x00-\x7f]/g))).toEqual(new Set(JSON.stringify(orders).match(/[^\x00-\x7f]/g)));
    await inParallel(looked, async (order) =>
      expect(textOf(await get<OrderShown>('case-worker', `/orders/${order.orderId}`))).toEqual(textGiven(order)),
    );
  });

  it('of the restricted person is nothing but the rule', async () => {
    const order = await get<OrderShown>('case-worker', `/orders/${people.restrictedOrder.orderId}`);
    const rule = { withheld: { rule: 'restricted', legal: 'GDPR art. 18(2)' } };
    expect([order.contact.name, order.contact.email, order.contact.phone, order.delivery, order.invoice.email]).toEqual(
      Array(5).fill(rule),
    );
    expect(order.cardHolders.every(({ name }) => name.value !== undefined)).toBe(true);
  });

  it('says of a person what may be done now', async () => {
    type Subject = {
      restrictions: { ground: string }[];
      consents: { purpose: string; state: string }[];
      permissions: { activity: string; admitted: boolean; rule?: string }[];
    };
    const restricted = await get<Subject>('case-worker', `/data-subjects/${people.restricted}`);
    expect(restricted.restrictions).toMatchObject([{ ground: 'accuracy-contested' }]);
    expect(restricted.permissions.filter(({ admitted }) => admitted)).toEqual([]);
    const consenting = await get<Subject>('privacy-officer', `/data-subjects/${people.consenting}`);
    expect(consenting.consents).toMatchObject([{ purpose: 'marketing', state: 'withdrawn' }]);
    expect(consenting.permissions.find(({ activity }) => activity === 'C-4')).toMatchObject({ admitted: false, rule: 'consent-withdrawn' });
    expect(consenting.permissions.some(({ admitted }) => admitted)).toBe(true);
  });

  it('are the requests with their due days, and the refusals with rule and article', async () => {
    const requests = await get<Page<{ subjectId: string; handling: string; due: string; law: string; promise: string }>>(
      'case-worker',
      '/rights-requests',
    );
    expect(new Set(requests.items.map(({ subjectId, handling }) => `${subjectId} ${handling}`))).toEqual(
      new Set([`${people.cardHolder} forward-to-controller`, `${people.contact} decide`]),
    );
    for (const { due, law, promise } of requests.items) expect(due).toBe([law, promise].sort()[0]);
    const refusals = await get<Page<{ subjectId: string; rule: string; legal: string }>>('auditor', '/refusals');
    const refused = refusals.items.map(({ subjectId, rule, legal }) => `${subjectId} ${rule} ${legal}`);
    expect(refused).toEqual(
      expect.arrayContaining([
        `${people.restricted} restricted GDPR art. 18(2)`,
        `${people.consenting} consent-withdrawn GDPR art. 7(3)`,
        `${people.contact} objected GDPR art. 21(1)`,
      ]),
    );
    const rules = new Map(refusals.items.map(({ rule, legal }) => [rule, legal]));
    expect(Object.fromEntries(rules)).toEqual({
      restricted: 'GDPR art. 18(2)',
      'consent-withdrawn': 'GDPR art. 7(3)',
      objected: 'GDPR art. 21(1)',
      'no-agreement-in-force': 'GDPR art. 28(3)',
      'consent-refused': 'GDPR art. 6(1)(a)',
    });
  });
});

/** The personal text of an order as it was given, and as the API shows it. */
const textGiven = ({ customer, contact, invoice, delivery, cardHolders }: MadeOrder) => ({
  customer,
  contact: { ...contact, phone: contact.phone.replaceAll(' ', '') },
  invoice: { reference: invoice.reference, email: invoice.email, address: invoice.address },
  delivery,
  cardHolders: cardHolders.map(({ givenName, familyName, birthDate, nationality }) => ({ givenName, familyName, birthDate, nationality })),
});
const textOf = ({ customer, contact, invoice, delivery, cardHolders }: OrderShown) => ({
  customer: { organisationNumber: customer.organisationNumber.value, name: customer.name.value },
  contact: { ...(contact.name.value as object), email: contact.email.value, phone: contact.phone.value },
  invoice: { reference: invoice.reference.value, email: invoice.email.value, address: invoice.address.value },
  delivery: delivery.value,
  cardHolders: cardHolders.map(({ name, details }) => ({ ...(name.value as object), ...(details.value as object) })),
});

/** Places a new order of its own, so that the story's stay as they are. */
async function placeNew(): Promise<{ readonly key: string; readonly body: object & { orderId?: unknown }; readonly answer: Reply }> {
  const { key, body } = goodOrder();
  given.push(...body.cardHolders.map(({ number }): Secret => ({ what: 'a number of this test', text: String(number), kind: 'number' })));
  return { key, body, answer: await request(`${instance.url}/orders`, command(await token('service'), key, body)) };
}

describe('a query that names a position', () => {
  it('has seen what a command just did', async () => {
    const { body, answer } = await placeNew();
    const { position } = bodyOf<OrderPlaced>(answer);
    const shown = await request(`${instance.url}/orders/${String(body.orderId)}?after=${position}`, {
      headers: bearer(await token('case-worker')),
    });
    expect(shown.status).toBe(200);
  });

  it.each(['/orders', '/refusals', '/rights-requests'])('of the far future is told to come back: %s', async (path) => {
    const answer = await request(`${instance.url}${path}?after=${FAR_AWAY}`, { headers: bearer(await token('case-worker')) });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(bodyOf<ProblemBody>(answer).type).toBe('/problems/read-model-behind');
  });
});

describe('who may call', () => {
  const body = { right: 'access', subjectId: 'a'.repeat(32), channel: 'e-mail' };
  const foreignKey = async (): Promise<string> =>
    JSON.stringify(await exportJWK((await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })).privateKey));
  const ownKey = (): Promise<string> => readFile(join(data, 'secrets', 'token-signing.jwk.json'), 'utf8');
  const us = { issuer: 'hjemmel', audience: 'hjemmel' };
  const worker = { role: 'case-worker', subject: 'somebody', hours: 1 } as const;

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', async () => ({})],
    ['something else than a token', async () => ({ authorization: 'Basic aGplbW1lbDpoamVtbWVs' })],
    ['a token that is none', async () => bearer('aaaa.bbbb.cccc')],
    ['a token that has expired', async () => bearer(await issueToken(await ownKey(), { ...worker, hours: -1 }, us))],
    ['a token of another key', async () => bearer(await issueToken(await foreignKey(), worker, us))],
    ['a token for somebody else', async () => bearer(await issueToken(await ownKey(), worker, { ...us, audience: 'elsewhere' }))],
    ['a token by somebody else', async () => bearer(await issueToken(await ownKey(), worker, { ...us, issuer: 'elsewhere' }))],
  ])('401 for %s', async (_, headers) => {
    const told = await headers();
    for (const [method, path] of [
      ['GET', '/orders'],
      ['POST', '/rights-requests'],
    ] as const) {
      const answer = await request(instance.url + path, {
        method,
        headers: told,
        ...(method === 'POST' && { body: JSON.stringify(body) }),
      });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    }
  });

  it.each<[Role, 'GET' | 'POST', string]>([
    ['auditor', 'POST', '/orders'],
    ['privacy-officer', 'POST', '/orders'],
    ['service', 'GET', '/orders'],
    ['auditor', 'GET', '/orders'],
    ['service', 'GET', `/data-subjects/${'a'.repeat(32)}`],
    ['case-worker', 'POST', `/data-subjects/${'a'.repeat(32)}/uses`],
    ['auditor', 'POST', `/data-subjects/${'a'.repeat(32)}/restrictions`],
    ['admin', 'POST', `/data-subjects/${'a'.repeat(32)}/consent-withdrawals`],
    ['service', 'GET', '/refusals'],
  ])('403 for %s: %s %s', async (role, method, path) => {
    const { status, text } = await request(instance.url + path, { method, headers: bearer(await token(role)) });
    expect({ status, type: (JSON.parse(text) as ProblemBody).type }).toEqual({ status: 403, type: '/problems/role-not-allowed' });
  });
});

describe('a command that comes again', () => {
  it('with the same key and body has the same answer and happens once, also at the same time', async () => {
    const { key, body } = goodOrder();
    const init = command(await token('service'), key, body);
    const answers = await Promise.all(Array.from({ length: 5 }, () => request(`${instance.url}/orders`, init)));
    const last = await log.lastPosition();
    answers.push(await request(`${instance.url}/orders`, init));
    expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(Array(6).fill({ status: 201, text: answers[0]!.text }));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') !== 'true')).toHaveLength(1);
    expect(await log.lastPosition()).toBe(last);
    const events: Recorded[] = [];
    for await (const recorded of log.readStream(`order-${String(body['orderId'])}`)) events.push(recorded);
    expect(events).toHaveLength(1);
  });

  it('with the same key and another body is refused, and changes nothing', async () => {
    const { key, body, answer } = await placeNew();
    const last = await log.lastPosition();
    const other = await request(`${instance.url}/orders`, command(await token('service'), key, { ...body, expectRenewal: true }));
    expect({ status: other.status, rule: bodyOf<ProblemBody>(other).rule }).toEqual({ status: 422, rule: 'idempotency-key-reused' });
    const again = await request(`${instance.url}/orders`, command(await token('service'), key, body));
    expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: answer.text });
    expect(await log.lastPosition()).toBe(last);
  });

  it('after a refusal is refused in the same words', async () => {
    const use = command(await token('service'), 'marketing-once-more', {
      activity: 'C-4',
      purpose: 'marketing',
      categories: ['subject.contact'],
    });
    const answers = [1, 2].map(() => request(`${instance.url}/data-subjects/${people.consenting}/uses`, use));
    const [first, second] = await Promise.all(answers);
    expect(first!.status).toBe(403);
    expect(second!.text).toBe(first!.text);
  });
});

describe('bad input', () => {
  const dNumber = orders.flatMap(({ cardHolders }) => cardHolders).find(({ number }) => Number(number[0]) >= 4)!.number;

  it.each(badRequests(dNumber).map((bad) => [bad.what, bad] as const))('%s', async (_, bad) => {
    given.push(...bad.secrets.filter(({ length }) => length >= 9).map((text): Secret => ({ what: bad.what, text, kind: 'text' })));
    const headers = {
      ...bearer(await token('service')),
      'content-type': 'application/json',
      'idempotency-key': goodOrder().key,
      ...bad.headers,
    };
    const told = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    const last = await log.lastPosition();
    const answer = await request(`${instance.url}/orders`, { method: 'POST', headers: told, body: bad.body });
    const problem = bodyOf<ProblemBody>(answer);
    expect({ status: answer.status, pointers: [...new Set((problem.errors ?? []).map(({ pointer }) => pointer))].sort() }).toEqual({
      status: bad.status,
      pointers: [...bad.pointers].sort(),
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    for (const secret of bad.secrets) expect(answer.text).not.toContain(secret);
    expect(await log.lastPosition()).toBe(last);
  });

  it.each([
    ['/orders/not-a-uuid', 400],
    [`/orders/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`, 404],
    ['/orders?limit=0', 422],
    ['/orders?limit=many', 400],
    ['/orders?after=-1', 422],
    ['/orders?cursor=nonsense', 400],
    ['/orders?colour=red', 400],
    ['/data-subjects/07816723854', 400],
    [`/data-subjects/${'f'.repeat(32)}`, 404],
    ['/nothing-here', 404],
  ])('GET %s is answered with %i', async (path, status) => {
    const answer = await request(instance.url + path, { headers: bearer(await token('case-worker')) });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('07816723854');
  });
});

describe('the API about itself', () => {
  it('describes itself validly, and each operation answers problems', async () => {
    const { status, text } = await request(`${instance.url}/openapi.json`);
    expect(status).toBe(200);
    const faults = await lintFromString({ source: text, config: await createConfig({ extends: ['spec'] }) });
    expect(faults.map(({ ruleId, message, location: [place] }) => ({ ruleId, message, at: place?.pointer }))).toEqual([]);
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { responses: object }>> };
    expect(Object.keys(paths).sort()).toEqual(
      expect.arrayContaining([
        '/data-subjects/{subjectId}',
        '/health/ready',
        '/orders',
        '/orders/{orderId}',
        '/refusals',
        '/rights-requests',
      ]),
    );
    expect(Object.keys(paths['/orders']!['post']!.responses)).toEqual(expect.arrayContaining(['201', '400', '401', '403', '413', '422']));
  });

  it('has a page to browse, with all that the page loads', async () => {
    const page = await request(`${instance.url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => new URL(address!, `${instance.url}/docs/`).href);
    expect(loaded.length).toBeGreaterThan(1);
    for (const address of loaded) expect([address, (await request(address)).status]).toEqual([address, 200]);
  });

  it('is live and ready, and tells how far each read model is behind', async () => {
    expect(bodyOf(await request(`${instance.url}/health/live`))).toEqual({ live: true });
    const ready = await request(`${instance.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(bodyOf(ready)).toMatchObject({
      ready: true,
      log: { reachable: true, position: expect.stringMatching(/^\d+$/) },
      postgres: { reachable: true },
      readModels: expect.arrayContaining(
        ['orders', 'data-subjects', 'refusals', 'rights-requests'].map((model) =>
          expect.objectContaining({ model, lag: expect.any(String) }),
        ),
      ),
    });
  });
});

describe('on disk', () => {
  let everything: ByteSearch;
  const rows: { tables: readonly string[]; text: string } = { tables: [], text: '' };

  it('stops when it is told to', async () => {
    everything = search([...secretsOf(orders), ...given]);
    Object.assign(rows, await everyRow(data));
    await log.close();
    const { code, stderr } = await instance.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('there is no name, number, address, e-mail or phone of anybody, in any file but those of secrets', () => {
    const { finds, files, bytes } = searchFolder(data, everything, ['secrets']);
    expect(described(finds)).toEqual([]);
    expect(files).toBeGreaterThan(500);
    expect(bytes).toBeGreaterThan(20_000_000);
  });

  it('nor in a row of Postgres, where files may hold it compressed', () => {
    expect(rows.tables).toEqual(expect.arrayContaining(['vault.identities', 'vault.data_keys', 'command.idempotency', 'read.orders']));
    expect(described(everything.in(Buffer.from(rows.text), 'Postgres'))).toEqual([]);
  });

  it('the search does see what is there: pseudonyms in the log and in Postgres’ files and write-ahead log', () => {
    const pseudonym: Secret = { what: 'a pseudonym', text: people.restricted, kind: 'text' };
    const { finds } = searchFolder(data, search([pseudonym]), ['secrets']);
    const places = finds.map(({ where }) => where.slice(data.length + 1));
    for (const place of [/^log\/segments\//, /^postgres\/cluster\/base\//, /^postgres\/cluster\/pg_wal\//])
      expect(places).toContainEqual(expect.stringMatching(place));
    expect(rows.text).toContain(people.restricted);
  });
});

describe('hjemmel history, where nothing runs and Postgres is down', () => {
  it('prints the restriction and the refusal with its rule and article', async () => {
    const { code, stdout, stderr } = await runHjemmel('history', people.restricted, '--data', data);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    const restriction = lines.findIndex((line) => line.includes('processing restricted'));
    const refusal = lines.findIndex((line) => line.includes('PlaceOrder REFUSED') && line.includes('restricted: GDPR art.'));
    expect(restriction).toBeGreaterThan(lines.findIndex((line) => line.includes('PlaceOrder admitted')));
    expect(refusal).toBeGreaterThan(restriction);
    expect(stdout).toMatch(/ListOrders WITHHELD .* restricted: GDPR art/);
  });

  it('shows the use before the withdrawal as admitted on its basis, and the one after as refused', async () => {
    const { stdout } = await runHjemmel('history', people.consenting, '--data', data, '--json');
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; activity?: string; basis?: { code: string }; rule?: string; legal?: string });
    const uses = entries.filter(({ kind, activity }) => kind === 'consent-withdrawn' || activity === 'C-4');
    expect(uses).toMatchObject([
      { kind: 'admitted', basis: { code: '6(1)(a)' }, statement: { version: '2023-12-20' }, actor: { id: 'demo', role: 'service' } },
      { kind: 'consent-withdrawn' },
      { kind: 'refused', rule: 'consent-withdrawn', legal: 'GDPR art. 7(3)' },
      { kind: 'refused', rule: 'consent-withdrawn', legal: 'GDPR art. 7(3)' },
    ]);
    expect(search(secretsOf(orders)).in(Buffer.from(stdout), 'the history')).toEqual([]);
  });
});

describe('hjemmel audit lawful, where nothing runs and Postgres is down', () => {
  it('reaches every verdict of the story once more, kills, repeats, bad requests and all, and finds nothing', async () => {
    const { code, stdout, stderr } = await runHjemmel('audit', 'lawful', '--data', data, '--json');
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Readonly<Record<string, unknown>>;
    expect(last).toMatchObject({ line: 'summary', lawful: true, violations: 0, byKind: {} });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(last['verdicts']).toBeGreaterThan(2_000);
    expect(search(secretsOf(orders)).in(Buffer.from(stdout), 'the report')).toEqual([]);
  });

  it('finds a use that was written into the log by hand, and says so by its exit code', async () => {
    const served = await startEmbeddedLog({ folder: join(data, 'log') });
    const forged = openEventLog(served.connectionString);
    try {
      const ledger = `dataSubject-${people.restricted}`;
      const admitted: Recorded[] = [];
      for await (const recorded of forged.readStream(ledger)) if (recorded.event.type === 'ProcessingAdmitted') admitted.push(recorded);
      const { event, metadata } = admitted[0]!;
      const copy = { type: event.type, data: { ...event.data, admissionId: newUuid(), commandId: newUuid() } };
      await forged.append(ledger, [{ id: newUuid(), event: copy, metadata }], 'any');
    } finally {
      await forged.close();
      await served.close();
    }
    const { code, stdout } = await runHjemmel('audit', 'lawful', '--data', data, '--person', people.restricted);
    expect(code).not.toBe(0);
    expect(stdout).toContain('NOT LAWFUL');
    expect(stdout).toContain('GDPR art. 18(2)');
  });
});
