import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@hjemmel/host';
import { openEventLog } from '@hjemmel/event-store';
import { newUuid, Role } from '@hjemmel/kernel';
import { tokenOf } from '../../apps/auditor/token/print-token';
import { concludeAgreements } from '../demo/agreements';
import { Api } from '../demo/api';
import { subjectOf } from '../demo/instance';
import { readOrders } from '../demo/orders';
import type { OrderPlaced } from '../demo/place-orders';
import { ByteSearch, described, searchFolder } from './support/byte-search';
import { Instance } from './support/instance';
import { everyRow } from './support/postgres-text';
import { secretsOf } from './support/secrets-of-orders';
import { spellingsOf } from './support/spellings';

jest.setTimeout(300_000);

const order = { ...readOrders()[0]!, cardHolders: readOrders()[0]!.cardHolders.slice(0, 1) };
const search = new ByteSearch(secretsOf([order]).flatMap(spellingsOf));

let home: string;
let data: string;
let instance: Instance;
let placed: OrderPlaced;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-erasure-'));
  data = join(home, 'data');
  await start();
});
afterAll(async () => {
  if (!instance.hasEnded) await instance.stop();
  await rm(home, { recursive: true, force: true });
});

async function start(): Promise<void> {
  instance = await Instance.start(data, await freePort(), { HJEMMEL_NATIONAL_IDS: 'synthetic', HJEMMEL_READ_WAIT: '20s' });
}
const as = async (role: Role): Promise<Api> => new Api(instance.url, await tokenOf({ role, subject: subjectOf(role), data, hours: '1' }));

interface Shown {
  readonly value?: unknown;
  readonly erased?: true;
}
interface ShownOrder {
  readonly contact: { readonly name: Shown; readonly email: Shown };
  readonly cardHolders: readonly { readonly name: Shown; readonly details: Shown }[];
}
async function shownOrder(): Promise<ShownOrder> {
  const { status, body } = await (await as('case-worker')).query<ShownOrder>(`/orders/${order.orderId}?after=${placed.position}`);
  expect(status).toBe(200);
  return body;
}
const everybodyErased = {
  contact: { name: { erased: true }, email: { erased: true } },
  cardHolders: [{ name: { erased: true }, details: { erased: true } }],
};

const people = (): string[] => [placed.contact.subjectId, placed.cardHolders[0]!.subjectId];

/** Has a person erased, and waits until nothing of it can be read in operation. */
async function erase(subjectId: string): Promise<void> {
  const officer = await as('privacy-officer');
  const asked = await officer.command<{ erasureId: string; position: string }>(`/data-subjects/${subjectId}/erasures`, newUuid(), {
    ground: 'no-longer-necessary',
    channel: 'e-mail',
    reference: 'archive 2026/17',
  });
  expect(asked.status).toBe(201);
  const { erasureId, position } = asked.body;
  for (let tries = 0; tries < 120; tries++) {
    const { body } = await officer.query<{ status: string }>(`/erasures/${erasureId}?after=${position}`);
    if (body.status === 'unreadable-in-operation-expiring-in-backups') return;
    await pause(500);
  }
  throw new Error('it is not erased yet');
}

async function typesInLog(): Promise<string[]> {
  const log = openEventLog(instance.runtime.log);
  const types: string[] = [];
  for await (const { event } of log.readAll()) types.push(event.type);
  await log.close();
  return types;
}

/** Everything that is on disk, but what opens it; and every row of every table, since Postgres compresses. */
async function findsEverywhere(): Promise<string[]> {
  const { text } = await everyRow(data);
  const { finds, files } = searchFolder(data, search, ['secrets']);
  expect(files).toBeGreaterThan(100);
  return described([...finds, ...search.in(Buffer.from(text), 'rows')]);
}

it('a person is there: with the keys the values open, and without them nothing on disk tells them', async () => {
  await concludeAgreements(await as('service'), [order]);
  const answer = await (await as('service')).command<OrderPlaced>('/orders', order.commandId, order);
  expect(answer.status).toBe(201);
  placed = answer.body;
  const shown = await shownOrder();
  expect(shown.contact.email.value).toBe(order.contact.email.toLowerCase());
  expect(shown.cardHolders[0]!.name.value).toMatchObject({ givenName: order.cardHolders[0]!.givenName });
  expect(await findsEverywhere()).toEqual([]);
});

describe('an older backup of the database that is restored after an erasure', () => {
  it('brings nobody back: before anything is served, what had been erased is erased again, and that is on record', async () => {
    const [postgres, backup] = [join(data, 'postgres'), join(home, 'backup')];
    await instance.stop();
    await promisify(execFile)('cp', ['-pR', postgres, backup]);
    await start();
    for (const person of people()) await erase(person);
    expect(await shownOrder()).toMatchObject(everybodyErased);
    expect(await typesInLog()).not.toContain('DestructionsReapplied');

    await instance.stop();
    await rename(postgres, join(home, 'replaced'));
    await rename(backup, postgres);
    await start();
    expect(await typesInLog()).toContain('DestructionsReapplied');
    expect(await shownOrder()).toMatchObject(everybodyErased);
  });

  it('has nothing left to do at the next start', async () => {
    const before = (await typesInLog()).length;
    await instance.stop();
    await start();
    expect((await typesInLog()).slice(before)).not.toContain('DestructionsReapplied');
  });

  it('leaves no value on disk: not in the log, the tables, the files of Postgres or what the programs said', async () => {
    expect(await findsEverywhere()).toEqual([]);
  });

  it('knows the person no more: an order makes somebody new of them', async () => {
    const again = { ...order, orderId: newUuid(), commandId: newUuid() };
    const { status, body } = await (await as('service')).command<OrderPlaced>('/orders', again.commandId, again);
    expect(status).toBe(201);
    expect([body.contact.subjectId, body.cardHolders[0]!.subjectId].filter((one) => people().includes(one))).toEqual([]);
    placed = body;
    const { body: shown } = await (await as('case-worker')).query<ShownOrder>(`/orders/${again.orderId}?after=${body.position}`);
    expect(shown.cardHolders[0]!.name).toHaveProperty('value');
  });
});
