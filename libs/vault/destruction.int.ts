import { join } from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@hjemmel/host';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { EmbeddedPostgres, startEmbeddedPostgres } from '@hjemmel/embedded-postgres';
import type { Pool } from 'pg';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Holder } from '../../test/support/holder';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import { CannotSeal, ErasedKey } from './errors';
import { KeyStore } from './key-store';
import type { VaultKeys } from './secrets';

const LEASE_MS = 6_000;
/** A holder that answers does so in milliseconds; the rest is for a machine that does other things. */
const AT_ONCE_MS = 5_000; // less than a lease, on a busy machine too

let home: string;
let server: EmbeddedPostgres;
let database: VaultDatabase;
let secrets: string;
let keys: VaultKeys;
let vault: Pool;
const holders: Holder[] = [];

/** One that outlives a restart: the programs find it at the same place. */
async function startServer(port: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder: join(home, 'postgres'), port, onNotice: () => undefined });
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-destruction-'));
  server = await startServer(await freePort());
  database = await startVaultDatabase({ ownerUrl: server.ownerUrl, stop: () => server.stop() });
  secrets = join(database.folder, 'secrets');
  keys = await database.keysIn(secrets);
  vault = database.vault;
});
afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => holder.end()));
  await database.closeStores();
  // Those that were killed would be waited for in the next test.
  await database.superuser.query('DELETE FROM vault.key_caches');
});
afterAll(async () => {
  await database.stop();
  await rm(home, { recursive: true, force: true });
});

const newStore = (): KeyStore => database.storeOf(keys);
const contact = (subjectId: string) => ({ subjectId, retentionClass: 'contact' as const });

async function startHolder(url = database.urls.vault): Promise<Holder> {
  const holder = await Holder.start(url, secrets);
  holders.push(holder);
  return holder;
}

async function idsOf(store: KeyStore, subjectId: string): Promise<string[]> {
  return (await store.keysOf(subjectId)).map(({ keyId }) => keyId);
}

/** How long it took. */
async function timed(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

describe('a destruction', () => {
  it('says what is gone, the same each time, and knows it later', async () => {
    const [store, subjectId] = [newStore(), newPseudonym()];
    const made = await store.ensure([contact(subjectId), { subjectId, retentionClass: 'invoice-2026' }]);
    const known = await store.keysOf(subjectId);
    expect(known).toEqual(made.map(({ keyId, retentionClass, commitment }) => ({ keyId, retentionClass, commitment, destroyedAt: null })));
    expect(await store.destroyedAmong(made.map(({ keyId }) => keyId))).toEqual([]);
    const [first] = await store.destroy([made[0]!.keyId]);
    const { keyId, retentionClass, commitment } = made[0]!;
    expect(first).toEqual({ keyId, subjectId, retentionClass, commitment, destroyedAt: first!.destroyedAt });
    expect(await newStore().destroy([keyId])).toEqual([first]);
    expect(await store.destroyedAmong(made.map((key) => key.keyId))).toEqual([keyId]);
    expect((await store.keysOf(subjectId)).map(({ destroyedAt }) => destroyedAt)).toEqual([first!.destroyedAt, null]);
    const { rows } = await database.owner.query('SELECT wrapped FROM vault.data_keys WHERE key_id = $1', [keyId]);
    expect(rows).toEqual([{ wrapped: null }]);
  });

  it('is answered in the order asked for, and takes no key along that was never made', async () => {
    const store = newStore();
    const made = await store.ensure(Array.from({ length: 500 }, () => contact(newPseudonym())));
    const ids = made.map(({ keyId }) => keyId);
    await expect(store.destroy([...ids, newUuid()])).rejects.toThrow('1 of these keys were never made: nothing was destroyed');
    expect(await store.destroyedAmong(ids)).toEqual([]);
    expect((await store.destroy(ids.toReversed())).map(({ keyId }) => keyId)).toEqual(ids.toReversed());
    expect(await store.destroy([])).toEqual([]);
  });

  it('leaves zeros in memory, here and in every other process that had the keys', async () => {
    const subjectId = newPseudonym();
    const others = [newStore(), newStore()];
    const held = (await Promise.all(others.map((store) => store.ensure([contact(subjectId)])))).flat();
    await newStore().destroy(await idsOf(others[0]!, subjectId));
    for (const key of held) expect([key.encryption, key.nonce].every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    for (const [i, store] of others.entries()) expect(() => store.seal(held[i]!, () => 'sealed')).toThrow(ErasedKey);
    for (const store of others) await expect(store.ensure([contact(subjectId)])).rejects.toThrow(ErasedKey);
  });

  it('is known to who loaded the key in the same moment: hundreds of rounds of loading and destroying at once', async () => {
    const [destroyer, ...others] = [newStore(), newStore(), newStore()];
    for (let round = 0; round < 200; round++) {
      const subjectId = newPseudonym();
      const [made] = await destroyer.ensure([contact(subjectId)]);
      let acknowledged = false;
      const racing = others.map(async (store) => {
        for (;;) {
          await turn();
          const before = acknowledged;
          try {
            const [key] = await store.ensure([contact(subjectId)]);
            store.seal(key!, () => undefined);
            expect(before).toBe(false); // whoever begins after it was acknowledged seals no more
          } catch (error) {
            if (error instanceof ErasedKey) return;
            throw error;
          }
        }
      });
      await destroyer.destroy([made!.keyId]);
      acknowledged = true;
      await Promise.all(racing);
    }
  });

  it('is an erasure to who opens in the same moment, alone or in a page, and never damage', async () => {
    const [destroyer, reader] = [newStore(), newStore()];
    const others = (await destroyer.ensure(Array.from({ length: 20 }, () => contact(newPseudonym())))).map(({ keyId }) => keyId);
    for (let round = 0; round < 100; round++) {
      const [made] = await reader.ensure([contact(newPseudonym())]);
      const page = [...others.slice(0, round % 20), made!.keyId];
      let over = false;
      const reading = (async () => {
        for (let state = ''; state !== 'erased'; await turn()) {
          const began = over;
          state = await reader.open(page, (found) => {
            expect(found.size).toBe(page.length);
            const key = found.get(made!.keyId)!;
            if (key instanceof ErasedKey) return 'erased';
            expect(key.encryption.some((byte) => byte !== 0)).toBe(true);
            return 'open';
          });
          if (began) expect(state).toBe('erased');
        }
      })();
      await destroyer.destroy([made!.keyId]);
      over = true;
      await reading;
    }
  });

  it('waits for no other in a circle: two that destroy the same keys in opposite order both end', async () => {
    const [one, other] = [newStore(), newStore()];
    const ids = (await one.ensure(Array.from({ length: 50 }, () => contact(newPseudonym())))).map(({ keyId }) => keyId);
    const [first, second] = await Promise.all([one.destroy(ids), other.destroy(ids.toReversed())]);
    expect(second).toEqual(first.toReversed());
  });

  it('is done again after an older backup was restored, for those that came alive again', async () => {
    const store = newStore();
    const made = await store.ensure(Array.from({ length: 3 }, () => contact(newPseudonym())));
    const ids = made.map(({ keyId }) => keyId);
    const { rows } = await database.owner.query<{ wrapped: Buffer }>('SELECT wrapped FROM vault.data_keys WHERE key_id = $1', [ids[0]]);
    await store.destroy(ids);
    await database.owner.query('UPDATE vault.data_keys SET wrapped = $2, destroyed_at = NULL WHERE key_id = $1', [
      ids[0],
      rows[0]!.wrapped,
    ]);
    const again = await store.reapplyDestructions([...ids, newUuid()]);
    expect(again.map(({ keyId }) => keyId)).toEqual([ids[0]]);
    expect(await store.destroyedAmong(ids)).toEqual(ids);
    expect(await store.reapplyDestructions(ids)).toEqual([]);
  });
});

describe('the worker’s login', () => {
  it('can’t destroy, make or change keys, and can’t speak for other processes', async () => {
    const [made] = await newStore().ensure([contact(newPseudonym())]);
    for (const sql of [
      'UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = now()',
      'UPDATE vault.data_keys SET epoch = 2',
      'DELETE FROM vault.data_keys',
      `INSERT INTO vault.epochs (kind, epoch) VALUES ('master', 2)`,
      'UPDATE vault.epochs SET retired_at = now()',
      'SELECT * FROM vault.identities',
      `INSERT INTO vault.key_caches (process_id, login, lease_until) VALUES ('${newUuid()}', 'hjemmel_vault', now())`,
    ])
      await expect(database.worker.query(sql)).rejects.toThrow(/permission denied|row-level security/);
    await expect(database.storeOf(keys, database.worker).destroy([made!.keyId])).rejects.toThrow('permission denied');
    const { rows } = await vault.query<{ process_id: string }>('SELECT process_id FROM vault.key_caches WHERE login = current_user');
    expect(rows.length).toBeGreaterThan(0);
    expect((await database.worker.query('DELETE FROM vault.key_caches WHERE login <> current_user')).rowCount).toBe(0);
    expect((await database.worker.query('SELECT FROM vault.key_caches WHERE login <> current_user')).rowCount).toBe(0);
    const forged = `INSERT INTO vault.key_evictions (destruction_id, process_id) VALUES ('${newUuid()}', '${rows[0]!.process_id}')`;
    await expect(database.worker.query(forged)).rejects.toThrow('row-level security');
  });
});

describe('processes that hold a key which is destroyed', () => {
  it('have dropped it when it is acknowledged, the API’s and the worker’s alike', async () => {
    const [api, worker, store] = [await startHolder(), await startHolder(database.urls.worker), newStore()];
    const subjectId = newPseudonym();
    const { field } = await api.ask({ what: 'seal', subjectId });
    expect(await worker.ask({ what: 'open', field: field! })).toMatchObject({ opened: `name of ${subjectId}` });
    expect(await timed(store.destroy(await idsOf(store, subjectId)))).toBeLessThan(AT_ONCE_MS);
    for (const holder of [api, worker]) expect(await holder.ask({ what: 'open', field: field! })).toMatchObject({ opened: 'erased' });
    expect(await api.ask({ what: 'seal-again', subjectId })).toMatchObject({ failed: expect.stringMatching(/^ErasedKey/) });
    expect(await api.ask({ what: 'seal', subjectId })).toMatchObject({ failed: expect.stringMatching(/^ErasedKey/) });
  });

  it('are waited for while they are stopped, no longer than their lease; and never use the key when they go on', async () => {
    const [holder, store] = [await startHolder(), newStore()];
    const subjectId = newPseudonym();
    const { field } = await holder.ask({ what: 'seal', subjectId });
    const ids = await idsOf(store, subjectId);
    holder.signal('SIGSTOP');
    let resolved = false;
    const destroyed = store.destroy(ids).then((answer) => ((resolved = true), answer));
    await pause(1_500);
    expect(resolved).toBe(false); // it may go on at any moment, and still trusts its lease
    expect(await timed(destroyed)).toBeLessThan(LEASE_MS);
    const again = holder.ask({ what: 'seal-again', subjectId });
    const opened = holder.ask({ what: 'open', field: field! });
    holder.signal('SIGCONT');
    expect((await again).failed).toMatch(/^(ErasedKey|CannotSeal)/);
    expect(await opened).toMatchObject({ opened: 'erased' });
  });

  it.each(['seal-after-standing-still', 'open-standing-still'] as const)(
    'and stop in the middle of using it do not come to an end with it, before they have heard of anything: %s',
    async (what) => {
      const [holder, store] = [await startHolder(), newStore()];
      const subjectId = newPseudonym();
      const { field } = await holder.ask({ what: 'seal', subjectId });
      const answer = holder.ask({ what, subjectId, field: field! });
      await pause(500); // it stops itself
      await store.destroy(await idsOf(store, subjectId));
      holder.signal('SIGCONT');
      if (what === 'open-standing-still') expect(await answer).toMatchObject({ opened: 'erased' });
      else expect((await answer).failed).toMatch(/^CannotSeal: nothing can be sealed: the keys in memory had to be dropped/);
    },
  );

  it('are waited for where they go on in time, and answer then', async () => {
    const [holder, store] = [await startHolder(), newStore()];
    const subjectId = newPseudonym();
    await holder.ask({ what: 'seal', subjectId });
    holder.signal('SIGSTOP');
    const destroyed = timed(store.destroy(await idsOf(store, subjectId)));
    await pause(1_000);
    holder.signal('SIGCONT');
    const took = await destroyed;
    expect(took).toBeGreaterThan(900);
    // Whoever was waited for until the end of its lease dropped its keys, and would say CannotSeal.
    expect(await holder.ask({ what: 'seal-again', subjectId })).toMatchObject({ failed: expect.stringMatching(/^ErasedKey/) });
  });

  it('that were killed hold nothing: they are waited for until their lease is over, and their rows go', async () => {
    const [holder, store] = [await startHolder(), newStore()];
    const subjectId = newPseudonym();
    await holder.ask({ what: 'seal', subjectId });
    await holder.end();
    expect(await timed(store.destroy(await idsOf(store, subjectId)))).toBeLessThan(LEASE_MS + AT_ONCE_MS);
    await database.superuser.query(
      `UPDATE vault.key_caches SET lease_until = lease_until - interval '2 minutes' WHERE lease_until < clock_timestamp()`,
    );
    await newStore().ensure([contact(newPseudonym())]); // whoever comes next clears away
    const { rowCount } = await vault.query('SELECT FROM vault.key_caches WHERE lease_until < clock_timestamp()');
    expect(rowCount).toBe(0);
  });

  it('that end as they should are not waited for', async () => {
    const [going, store] = [newStore(), newStore()];
    const [made] = await going.ensure([contact(newPseudonym())]);
    await going.close();
    expect(made!.encryption.every((byte) => byte === 0)).toBe(true);
    expect(await timed(store.destroy([made!.keyId]))).toBeLessThan(AT_ONCE_MS);
    await expect(going.ensure([contact(newPseudonym())])).rejects.toThrow('closed');
  });
});

describe('while Postgres', () => {
  it('is restarted, a destruction that was begun is brought to its end, and holders go on under a new lease', async () => {
    const [holder, store] = [await startHolder(), newStore()];
    const subjectId = newPseudonym();
    const { field } = await holder.ask({ what: 'seal', subjectId });
    const other = await holder.ask({ what: 'seal', subjectId: newPseudonym() });
    const ids = await idsOf(store, subjectId);
    holder.signal('SIGSTOP'); // so that it is in the middle when the server goes
    const destroyed = store.destroy(ids);
    destroyed.catch(() => undefined);
    await pause(500);
    const { port } = server;
    await server.stop();
    server = await startServer(port);
    holder.signal('SIGCONT');
    expect((await destroyed).map(({ keyId }) => keyId)).toEqual(ids);
    expect(await holder.ask({ what: 'open', field: field! })).toMatchObject({ opened: 'erased' });
    expect((await holder.ask({ what: 'seal-again', subjectId })).failed).toMatch(/^(ErasedKey|CannotSeal)/);
    expect(await holder.ask({ what: 'open', field: other.field! })).toMatchObject({ opened: `name of ${other.field!.subjectId}` });
  });

  it('is gone, nothing is sealed or opened from memory, and all goes on when it is back', async () => {
    const store = newStore();
    const [made] = await store.ensure([contact(newPseudonym())]);
    const { port } = server;
    await server.stop();
    await expect(store.open([made!.keyId], () => 'opened')).rejects.toThrow();
    expect(() => store.seal(made!, () => 'sealed')).toThrow(CannotSeal);
    await expect(store.ensure([contact(made!.subjectId)])).rejects.toThrow();
    await expect(store.destroy([made!.keyId])).rejects.toThrow();
    server = await startServer(port);
    const [again] = await store.ensure([contact(made!.subjectId)]);
    expect(again!.keyId).toBe(made!.keyId);
    expect(store.seal(again!, () => 'sealed')).toBe('sealed');
    expect(await store.open([again!.keyId], (found) => found.size)).toBe(1);
  });
});
