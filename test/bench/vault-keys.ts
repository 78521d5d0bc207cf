import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { issueGrant } from '@hjemmel/admission/grant';
import { startEmbeddedPostgres } from '@hjemmel/embedded-postgres/server';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { KeyStore, openVaultKeys, rotateMasterKey, SealedField, Vault } from '@hjemmel/vault';
import { FileKeys } from '@hjemmel/vault/key-sources';
import { keyMaterial, seal as sealField } from '@hjemmel/vault/sealing';
import { dataKeyBound, unwrapBytes, wrapBytes } from '@hjemmel/vault/wrapping';
import type { Pool } from 'pg';
import { startVaultDatabase } from '../support/vault-database';
import type { BenchRow, BenchTable } from './types';

const KEYS = 20_000;
const FIELDS = 500;
const ROUNDS = 200;
const PEOPLE = 100;
/** What a person's keys are after an order: those that a card holder has. */
const CLASSES = ['contact', 'national-id', 'photo'] as const;
const sealedAt = new Date('2026-03-02T10:00:00.000Z');
const category = 'subject.contact';
const text = JSON.stringify({ givenName: 'Mădălina', familyName: 'Țurcanu' });

const grantOf = (subjectId: string) =>
  issueGrant(
    subjectId,
    {
      activity: 'C-1',
      activityVersion: 1,
      purpose: 'deliver-service',
      role: 'controller',
      controller: '915376215',
      categories: [category],
      basis: { code: '6(1)(f)', because: 'company-representative' },
      statement: { version: '2023-12-20', hash: 'ab' },
    },
    newUuid(),
  );

/** The vault's keys on a durable Postgres: sealing and opening under grants, destroying with two other holders, rotating. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-vault-'));
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), onNotice: () => undefined });
  const database = await startVaultDatabase(server);
  try {
    const secrets = join(database.folder, 'secrets');
    const keys = await database.keysIn(secrets);
    const stores = [1, 2, 3].map(() => database.storeOf(keys));
    const rows = [
      ...(await underGrants(stores[0]!, database.vault)),
      await destroying(stores, database.vault),
      await rotating(stores[0]!, database.vault, await openVaultKeys(new FileKeys(secrets), database.vault, 'never')),
    ];
    return { title: 'Keys of the vault', rows, settings: { fields: FIELDS, keys: KEYS, people: PEOPLE, holders: stores.length } };
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const perSecond = (count: number, begun: number): number => (count * 1000) / (performance.now() - begun);

/** What one core would do that has nothing else to do. */
function perCpuSecond(count: number, since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (count * 1_000_000) / (user + system);
}

async function underGrants(store: KeyStore, pool: Pool): Promise<BenchRow[]> {
  const vault = new Vault(store);
  const grants = Array.from({ length: FIELDS }, () => grantOf(newPseudonym()));
  const seal = await vault.sealer(grants, sealedAt);
  const fieldOf = (i: number): SealedField => {
    const place = { eventId: '00000000-0000-8000-8000-000000000001', stream: 'order-1', path: `cardHolders.${i}.name` };
    const grant = grants[i]!;
    return { ...place, ...seal(grant, category, place, text), subjectId: grant.subjectId, category };
  };
  const page = grants.map((grant, i) => ({ grant, field: fieldOf(i) }));
  await vault.open(page);
  let [begun, used] = [performance.now(), process.cpuUsage()];
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < FIELDS; i++) fieldOf(i);
    await turn(); // a process that never turns to its lease loses it
  }
  const seals = perSecond(ROUNDS * FIELDS, begun);
  const sealsOfCpu = perCpuSecond(ROUNDS * FIELDS, used);
  [begun, used] = [performance.now(), process.cpuUsage()];
  for (let round = 0; round < ROUNDS; round += 2) await Promise.all([vault.open(page), vault.open(page)]);
  const opens = perSecond(ROUNDS * FIELDS, begun);
  const opensOfCpu = perCpuSecond(ROUNDS * FIELDS, used);
  const ids = page.map(({ field }) => field.$sealed.split('.')[1]);
  begun = performance.now();
  const ask = () =>
    pool.query({ name: 'bench-asked', text: 'SELECT key_id FROM vault.data_keys WHERE key_id = ANY($1::uuid[])', values: [ids] });
  for (let round = 0; round < ROUNDS; round += 2) await Promise.all([ask(), ask()]);
  const asked = perSecond(ROUNDS * FIELDS, begun);
  const material = keyMaterial(newUuid(), randomBytes(32));
  begun = performance.now();
  for (let i = 0; i < ROUNDS * FIELDS; i++)
    sealField(material, { eventId: '1', stream: 'order-1', path: `cardHolders.${i % FIELDS}.name` }, text);
  const bare = perSecond(ROUNDS * FIELDS, begun);
  return [
    {
      what: 'fields sealed under grants, keys at hand',
      value: seals,
      unit: '/s',
      target: '≥ 40 000/s',
      beside: `by CPU time ${Math.round(sealsOfCpu)}/s; sealing alone, under one key: ${Math.round(bare)}/s`,
    },
    {
      what: `fields opened under grants, ${FIELDS} a page, two at once`,
      value: opens,
      unit: '/s',
      target: '≥ 40 000/s',
      beside: `by CPU time ${Math.round(opensOfCpu)}/s; asking Postgres for the page's keys alone: ${Math.round(asked)}/s`,
    },
  ];
}

/** One person's keys after another's, each time until all holders have evicted them. */
async function destroying(stores: readonly KeyStore[], pool: Pool): Promise<BenchRow> {
  const [took, committing]: [number[], number[]] = [[], []];
  for (let i = 0; i < PEOPLE; i++) {
    const subjectId = newPseudonym();
    const wanted = CLASSES.map((retentionClass) => ({ subjectId, retentionClass }));
    for (const store of stores) await store.ensure(wanted);
    const ids = (await stores[0]!.keysOf(subjectId)).map(({ keyId }) => keyId);
    let begun = performance.now();
    await stores[0]!.destroy(ids);
    took.push(performance.now() - begun);
    begun = performance.now();
    await pool.query('UPDATE vault.data_keys SET destroyed_at = clock_timestamp() WHERE key_id = ANY($1::uuid[])', [ids]);
    committing.push(performance.now() - begun);
  }
  const p = (all: readonly number[], share: number) => all.toSorted((a, b) => a - b)[Math.floor(all.length * share)]!;
  return {
    what: 'a person’s keys destroyed everywhere, p99',
    value: p(took, 0.99),
    unit: 'ms',
    target: '< 100 ms',
    beside: `p50 ${p(took, 0.5).toFixed(1)} ms; one commit alone: p50 ${p(committing, 0.5).toFixed(1)} ms`,
  };
}

async function rotating(store: KeyStore, pool: Pool, keys: Awaited<ReturnType<typeof openVaultKeys>>): Promise<BenchRow> {
  const wanted = Array.from({ length: KEYS }, () => ({ subjectId: newPseudonym(), retentionClass: 'contact' as const }));
  await store.ensure(wanted);
  const begun = performance.now();
  const { rows } = await rotateMasterKey(pool, keys);
  const value = perSecond(rows, begun);
  return {
    what: 'keys rotated',
    value,
    unit: '/s',
    target: '≥ 5 000/s',
    beside: `unwrapping and wrapping alone: ${Math.round(cipherAlone())}/s`,
  };
}

function cipherAlone(): number {
  const [one, other, dataKey, id] = [randomBytes(32), randomBytes(32), randomBytes(32), newUuid()];
  const wrapped = wrapBytes(one, dataKeyBound(id, 1), dataKey);
  const begun = performance.now();
  for (let i = 0; i < KEYS; i++) wrapBytes(other, dataKeyBound(id, 2), unwrapBytes(one, dataKeyBound(id, 1), wrapped)!);
  return perSecond(KEYS, begun);
}
