import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '@hjemmel/host';
import { newPseudonym } from '@hjemmel/kernel';
import { Holder } from '../../test/support/holder';
import { rotationProcess } from '../../test/support/killed-rotation';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import type { EpochKeys } from './epoch-keys';
import { beginEpoch } from './epochs';
import { ErasedKey } from './errors';
import { Identities, IdentityClaim } from './identities';
import { EnvironmentKeys, TransitKeys } from './key-sources';
import { retireEpoch, rotateBlindIndex, rotateMasterKey, vaultStatus } from './rotation';
import { CannotOpen } from './sealing';
import { openVaultKeys, VaultKeys } from './secrets';
import { TransitServer } from './testing/transit-server';
import { Transit } from './transit';
import type { SealedField } from './vault';

let database: VaultDatabase;
let secrets: string;
let keys: VaultKeys;
const holders: Holder[] = [];

beforeAll(async () => {
  database = await startVaultDatabase();
});
beforeEach(async () => {
  await database.empty();
  secrets = await mkdtemp(join(database.folder, 'secrets-'));
  keys = await database.keysIn(secrets);
});
afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => holder.end()));
  await database.closeStores();
});
afterAll(() => database.stop());

const people = (count: number) => Array.from({ length: count }, () => ({ subjectId: newPseudonym(), retentionClass: 'contact' as const }));
const epochs = async () =>
  (
    await database.owner.query<{ epoch: number; count: number }>(
      'SELECT epoch, count(*)::integer AS count FROM vault.data_keys WHERE wrapped IS NOT NULL GROUP BY epoch ORDER BY epoch',
    )
  ).rows;
const statusOf = async (kind: string) =>
  (await vaultStatus(database.vault))
    .filter((one) => one.kind === kind)
    .map(({ epoch, current, keys: alive, destroyed, identities }) => [epoch, current, alive, destroyed, identities]);

describe('a rotation of the master key', () => {
  it('puts every key under the next epoch; what was sealed opens as before, in processes that knew nothing of it', async () => {
    const before = database.storeOf(keys);
    const made = await before.ensure(people(60));
    const reports: string[] = [];
    const rotated = await rotateMasterKey(database.vault, keys, {
      batch: 25,
      onProgress: (done, total) => reports.push(`${done}/${total}`),
    });
    expect(rotated).toEqual({ epoch: 2, begun: true, rows: 60, damaged: [] });
    expect(reports).toEqual(['0/60', '25/60', '50/60', '60/60', '60/60']);
    expect(await epochs()).toEqual([{ epoch: 2, count: 60 }]);
    for (const store of [before, database.storeOf(await database.keysIn(secrets))]) {
      const again = await store.ensure(made);
      expect(again.map(({ encryption }) => encryption.toString('hex'))).toEqual(made.map(({ encryption }) => encryption.toString('hex')));
    }
    const [fresh] = await before.ensure(people(1));
    expect(await epochs()).toEqual([{ epoch: 2, count: 61 }]);
    expect(fresh!.keyId).toBeDefined();
  });

  it('goes on with the epoch that was begun, and makes another only when nothing is left', async () => {
    await database.storeOf(keys).ensure(people(30));
    await keys.source.make('master', 2);
    await beginEpoch(database.vault, 'master', 2, undefined);
    expect(await rotateMasterKey(database.vault, keys)).toMatchObject({ epoch: 2, begun: false, rows: 30 });
    expect(await rotateMasterKey(database.vault, keys)).toMatchObject({ epoch: 3, begun: true, rows: 30 });
    expect((await readdir(secrets)).sort()).toEqual([
      'vault-blind-index.key',
      'vault-master.2.key',
      'vault-master.3.key',
      'vault-master.key',
    ]);
  });

  it('makes no row under an epoch that was followed in the same moment: many stores make keys while it begins', async () => {
    const stores = Array.from({ length: 4 }, () => database.storeOf(keys));
    let going = true;
    const making = stores.map(async (store) => {
      let made = 0;
      for (; going; made += 5) await store.ensure(people(5));
      return made;
    });
    const all = await Promise.all(
      [1, 2, 3].map(async () => rotateMasterKey(database.vault, await database.keysIn(secrets), { batch: 10 })),
    );
    going = false;
    const made = (await Promise.all(making)).reduce((sum, count) => sum + count, 0);
    const { epoch } = await keys.master.refresh().then(() => keys.master.current());
    expect(all.some((one) => one.epoch === epoch)).toBe(true);
    await rotateMasterKey(database.vault, keys);
    expect((await epochs()).map(({ count }) => count)).toEqual([made]);
  });

  it('binds a key to its epoch: one that is said to be of another does not open', async () => {
    const [made] = await database.storeOf(keys).ensure(people(1));
    await rotateMasterKey(database.vault, keys);
    await keys.source.make('master', 3);
    await database.owner.query(`INSERT INTO vault.epochs (kind, epoch) VALUES ('master', 3)`);
    await database.owner.query('UPDATE vault.data_keys SET epoch = 3');
    await expect(database.storeOf(keys).open([made!.keyId], () => undefined)).rejects.toThrow(CannotOpen);
    await database.owner.query('UPDATE vault.data_keys SET epoch = 1');
    await expect(database.storeOf(keys).open([made!.keyId], () => undefined)).rejects.toThrow(CannotOpen);
  });

  it('leaves a damaged key as it is, names it, and is not kept by it from ending or from beginning the next', async () => {
    const made = await database.storeOf(keys).ensure(people(3));
    await database.owner.query(`UPDATE vault.data_keys SET wrapped = '\\x00' WHERE key_id = $1`, [made[1]!.keyId]);
    const damaged = [`data key ${made[1]!.keyId}`];
    expect(await rotateMasterKey(database.vault, keys, { batch: 2 })).toEqual({ epoch: 2, begun: true, rows: 2, damaged });
    expect(await rotateMasterKey(database.vault, keys, { batch: 2 })).toEqual({ epoch: 3, begun: true, rows: 2, damaged });
    await expect(retireEpoch(database.vault, keys, 'master', 1)).rejects.toThrow('1 rows are still under epoch 1');
  });

  it('passes destroyed keys over, and destroys while it runs', async () => {
    const store = database.storeOf(keys);
    const made = await store.ensure(people(400));
    const ids = made.map(({ keyId }) => keyId);
    await store.destroy(ids.slice(0, 100));
    const [rotated] = await Promise.all([
      rotateMasterKey(database.vault, keys, { batch: 5 }),
      (async () => {
        for (let i = 100; i < 200; i += 10) await store.destroy(ids.slice(i, i + 10));
      })(),
    ]);
    expect(rotated.damaged).toEqual([]);
    expect(await store.destroyedAmong(ids)).toEqual(ids.slice(0, 200));
    expect(await epochs()).toEqual([{ epoch: 2, count: 200 }]);
  });

  it('is killed again and again while programs seal and open without pause: nothing fails, and in the end all is under the new epoch', async () => {
    const made = await database.storeOf(keys).ensure(people(1_500));
    const started = await Promise.all([Holder.start(database.urls.vault, secrets), Holder.start(database.urls.vault, secrets)]);
    const reader = await Holder.start(database.urls.worker, secrets);
    holders.push(...started, reader);
    const fields: SealedField[] = [];
    for (const { subjectId } of made.slice(0, 40)) fields.push((await started[0].ask({ what: 'seal', subjectId })).field!);
    const busy = started.map((holder) => holder.ask({ what: 'busy', fields, forMs: 12_000 }));
    let ended = false;
    const reading = (async () => {
      for (let i = 0; !ended; i++) {
        const field = fields[i % fields.length]!;
        expect(await reader.ask({ what: 'open', field })).toMatchObject({ opened: `name of ${field.subjectId}` });
      }
    })();
    for (const killAfter of [1, 2, 4, 8, 12])
      expect(await rotationProcess('master', database.urls.vault, secrets, killAfter)).toBeUndefined();
    const last = await rotationProcess('master', database.urls.vault, secrets);
    expect(last).toMatchObject({ epoch: 2, begun: false, damaged: [] });
    for (const answer of await Promise.all(busy)) {
      expect(answer.failed).toBeUndefined();
      expect(answer.count).toBeGreaterThan(20);
    }
    ended = true;
    await reading;
    expect((await epochs()).map(({ epoch }) => epoch)).toEqual([2]);
    const all = await database.storeOf(await database.keysIn(secrets)).ensure(made);
    expect(all.map(({ keyId }) => keyId)).toEqual(made.map(({ keyId }) => keyId));
  });
});

describe('an epoch', () => {
  it('is retired when no row needs it: its key is taken away, and the vault opens without', async () => {
    const store = database.storeOf(keys);
    const made = await store.ensure(people(5));
    await store.destroy([made[0]!.keyId]);
    await new Identities(database.vault, keys).resolve([{ controller: 'c', kind: 'email', value: 'kari@firma.example' }]);
    await expect(retireEpoch(database.vault, keys, 'master', 1)).rejects.toThrow('is the current one');
    await keys.source.make('master', 2);
    await beginEpoch(database.vault, 'master', 2, undefined);
    await expect(retireEpoch(database.vault, keys, 'master', 1)).rejects.toThrow('5 rows are still under epoch 1');
    await rotateMasterKey(database.vault, keys);
    expect(await statusOf('master')).toEqual([
      [1, false, 0, 1, 0],
      [2, true, 4, 0, 1],
    ]);
    expect(await retireEpoch(database.vault, keys, 'master', 1)).toBeUndefined();
    expect(await exists(join(secrets, 'vault-master.key'))).toBe(false);
    await retireEpoch(database.vault, keys, 'master', 1); // twice is as good as once
    await expect(retireEpoch(database.vault, keys, 'master', 9)).rejects.toThrow('there is no epoch 9');
    const opened = await database.keysIn(secrets);
    await database.storeOf(opened).open(
      made.map(({ keyId }) => keyId),
      (found) => expect(made.map(({ keyId }) => found.get(keyId) instanceof ErasedKey)).toEqual([true, false, false, false, false]),
    );
  });

  it('in the environment must have been told before a rotation, and is left to the operator after', async () => {
    await database.empty();
    const text = (...fills: number[]) => fills.map((fill, i) => `${i + 1}:${Buffer.alloc(32, fill).toString('base64url')}`).join(',');
    const open = (master: string) =>
      openVaultKeys(new EnvironmentKeys({ master, 'blind-index': text(9) }), database.vault, 'at-first-start');
    const one = await open(text(1));
    await database.storeOf(one).ensure(people(3));
    await expect(rotateMasterKey(database.vault, one)).rejects.toThrow('HJEMMEL_VAULT_MASTER_KEYS must hold 2:');
    expect((await statusOf('master')).length).toBe(1);
    const two = await open(text(1, 2));
    expect(await rotateMasterKey(database.vault, two)).toMatchObject({ epoch: 2, rows: 3 });
    expect(await retireEpoch(database.vault, two, 'master', 1)).toContain('take 1:… out of HJEMMEL_VAULT_MASTER_KEYS');
    await open(text(1, 2).split(',')[1]!);
  });

  it('in files is followed by one of a key service, and that by the next of it', async () => {
    const made = await database.storeOf(keys).ensure(people(4));
    const server = await TransitServer.start();
    try {
      server.addKey('hjemmel');
      server.tokens.set('t', ['datakey/plaintext', 'decrypt']);
      await writeFile(join(secrets, 'token'), 't', { mode: 0o600 });
      const source = new TransitKeys(
        new Transit({ url: server.url, mount: 'transit', key: 'hjemmel', tokenFile: join(secrets, 'token') }),
        secrets,
      );
      const moved = await openVaultKeys(source, database.vault, 'at-first-start');
      for (const epoch of [2, 3]) {
        expect(await rotateMasterKey(database.vault, moved)).toMatchObject({ epoch, rows: 4 });
        server.rotate('hjemmel');
      }
      await rotateBlindIndex(database.vault, moved);
      for (const epoch of [1, 2]) await retireEpoch(database.vault, moved, 'master', epoch);
      await retireEpoch(database.vault, moved, 'blind-index', 1);
      expect(await readdir(secrets)).toEqual(['token']);
      await rm(join(secrets, 'vault-master.key'), { force: true });
      const again = await openVaultKeys(source, database.vault, 'at-first-start');
      await database.storeOf(again).open(
        made.map(({ keyId }) => keyId),
        (found) => expect(found.size).toBe(4),
      );
    } finally {
      await server.stop();
    }
  });
});

describe('a rotation of the key of blind indexes', () => {
  const claims = (count: number): IdentityClaim[] =>
    Array.from({ length: count }, (_, i) => ({ controller: '334115739', kind: 'national-id', value: String(10_000_000_000 + i) }));

  it('makes every index anew from the value that its row keeps; people stay who they are', async () => {
    const identities = new Identities(database.vault, keys);
    const before = await identities.resolve(claims(60));
    const { rows: old } = await database.owner.query<{ blind: Buffer }>('SELECT blind FROM vault.identities');
    expect(await rotateBlindIndex(database.vault, keys, { batch: 25 })).toEqual({ epoch: 2, begun: true, rows: 60, damaged: [] });
    expect(await statusOf('blind-index')).toEqual([
      [1, false, 0, 0, 0],
      [2, true, 0, 0, 60],
    ]);
    const { rows: fresh } = await database.owner.query<{ blind: Buffer }>('SELECT blind FROM vault.identities');
    expect(new Set([...old, ...fresh].map(({ blind }) => blind.toString('hex'))).size).toBe(120);
    for (const one of [identities, new Identities(database.vault, await database.keysIn(secrets))]) {
      const after = await one.resolve(claims(60));
      expect(after).toEqual(before.map(({ subjectId }) => ({ subjectId, isNew: false })));
    }
    await retireEpoch(database.vault, keys, 'blind-index', 1);
    expect(await new Identities(database.vault, await database.keysIn(secrets)).lookUp(claims(1)[0]!)).toBe(before[0]!.subjectId);
  });

  it('goes on after the master key was rotated as well', async () => {
    const identities = new Identities(database.vault, keys);
    const before = await identities.resolve(claims(20));
    expect(await rotateMasterKey(database.vault, keys)).toMatchObject({ epoch: 2, rows: 20 });
    await retireEpoch(database.vault, keys, 'master', 1);
    expect(await rotateBlindIndex(database.vault, keys)).toMatchObject({ epoch: 2, rows: 20, damaged: [] });
    expect((await identities.resolve(claims(20))).map(({ subjectId }) => subjectId)).toEqual(before.map(({ subjectId }) => subjectId));
  });

  it('leaves rows from before values were kept to the moment when their person is seen again', async () => {
    const identities = new Identities(database.vault, keys);
    const [kari, ola] = await identities.resolve(claims(2));
    await database.owner.query('UPDATE vault.identities SET sealed = NULL, epoch = NULL');
    expect(await rotateBlindIndex(database.vault, keys)).toMatchObject({ epoch: 2, rows: 0 });
    await expect(retireEpoch(database.vault, keys, 'blind-index', 1)).rejects.toThrow('2 rows are still under epoch 1');
    expect(await new Identities(database.vault, keys).lookUp(claims(2)[0]!)).toBe(kari!.subjectId);
    expect(await statusOf('blind-index')).toEqual([
      [1, false, 0, 0, 1],
      [2, true, 0, 0, 1],
    ]);
    expect(await identities.resolve(claims(2))).toEqual([kari, ola].map((one) => ({ subjectId: one!.subjectId, isNew: false })));
    await retireEpoch(database.vault, keys, 'blind-index', 1);
  });

  it('gives no person two pseudonyms, whoever asks at whatever moment: processes with old and new keys, rotations that are killed', async () => {
    const wanted = claims(600);
    const seen = wanted.map(() => new Set<string>());
    let going = true;
    const asking = Array.from({ length: 3 }, async (_, n) => {
      const identities = new Identities(database.poolOf(database.urls.vault), await database.keysIn(secrets));
      for (let i = n * 100; going; i++) {
        const at = Array.from({ length: 8 }, (_, k) => (i * 7 + k * 13) % wanted.length);
        const found = await identities.resolve(at.map((place) => wanted[place]!));
        found.forEach(({ subjectId }, k) => seen[at[k]!]!.add(subjectId));
      }
    });
    for (const killAfter of [2, 5, undefined, 3, undefined]) await rotationProcess('blind-index', database.urls.vault, secrets, killAfter);
    going = false;
    await Promise.all(asking);
    const found = await new Identities(database.vault, await database.keysIn(secrets)).resolve(wanted);
    found.forEach(({ subjectId }, i) => seen[i]!.add(subjectId));
    expect(seen.filter(({ size }) => size !== 1)).toEqual([]);
    const { rowCount } = await database.owner.query('SELECT FROM vault.identities');
    expect(rowCount).toBe(wanted.length);
  });

  it('gives no person two pseudonyms where they come for the first time in the very moment in which a version begins', async () => {
    const processes = await Promise.all(
      Array.from({ length: 4 }, async () => new Identities(database.poolOf(database.urls.vault), await database.keysIn(secrets))),
    );
    for (let round = 0; round < 10; round++) {
      const fresh = claims(24).map((claim) => ({ ...claim, controller: `round-${round}` }));
      const orders = [fresh, fresh.toReversed(), [...fresh.slice(12), ...fresh.slice(0, 12)], fresh];
      const resolving = processes.map(async (one, n) => {
        const found: string[] = [];
        for (const claim of orders[n]!) found.push(...(await one.resolve([claim])).map(({ subjectId }) => `${claim.value} ${subjectId}`));
        return found;
      });
      const rotating = rotateBlindIndex(database.vault, keys, { batch: 5 });
      const pairs = new Set((await Promise.all(resolving)).flat());
      await rotating;
      expect(pairs.size).toBe(fresh.length);
    }
  });

  it.each<[string, (slow: EpochKeys, quick: Identities, kari: IdentityClaim) => Promise<unknown>]>([
    [
      'made them under the next version',
      async (_, quick, kari) => {
        await rotateBlindIndex(database.vault, keys);
        return quick.resolve([kari]);
      },
    ],
    [
      'made them under the old version, just before the next one began',
      async (_, quick, kari) => {
        await quick.resolve([kari]);
        await keys.source.make('blind-index', 2);
        await beginEpoch(database.vault, 'blind-index', 2, undefined);
      },
    ],
    [
      'made them under the old version, and the next one is known here already',
      async (slow, quick, kari) => {
        await quick.resolve([kari]);
        await rotateBlindIndex(database.vault, keys);
        await slow.refresh();
      },
    ],
    [
      'made them, and the master key was followed by another',
      async (_, quick, kari) => {
        await quick.resolve([kari]);
        await rotateMasterKey(database.vault, keys);
      },
    ],
  ])('gives no person two pseudonyms where one process did not find them, and another %s', async (_, meanwhile) => {
    const [slow, quick] = [await database.keysIn(secrets), new Identities(database.vault, await database.keysIn(secrets))];
    const [kari, ola] = claims(2) as [IdentityClaim, IdentityClaim];
    let once = true;
    // Between looking for people and making them the master key is asked for.
    const master: EpochKeys = {
      of: (epoch) => slow.master.of(epoch),
      live: () => slow.master.live(),
      refresh: () => slow.master.refresh(),
      current: async () => {
        const before = await slow.master.current();
        if (once) {
          once = false;
          await meanwhile(slow.blindIndex, quick, kari);
        }
        return before;
      },
    };
    const found = await new Identities(database.vault, { blindIndex: slow.blindIndex, master }).resolve([ola, kari]);
    expect(once).toBe(false);
    await rotateBlindIndex(database.vault, keys);
    expect(await quick.resolve([ola, kari])).toEqual(found.map(({ subjectId }) => ({ subjectId, isNew: false })));
    expect((await database.owner.query('SELECT FROM vault.identities')).rowCount).toBe(2);
  });

  it.each(['identities', 'data_keys'])('waits for what is being put into %s before it lets a number follow', async (table) => {
    const other = await database.vault.connect();
    try {
      const [kind, insert] =
        table === 'identities'
          ? ([
              'blind-index',
              `(controller, kind, blind, subject_id, version) VALUES ('c', 'email', uuid_send(gen_random_uuid()), gen_random_uuid(), 1)`,
            ] as const)
          : ([
              'master',
              `(key_id, subject_id, retention_class, wrapped, commitment, epoch)
              VALUES (gen_random_uuid(), gen_random_uuid(), 'contact', '\\x00', '\\x00', 1)`,
            ] as const);
      await other.query('BEGIN');
      await other.query(`INSERT INTO vault.${table} ${insert}`);
      let followed = false;
      const following = beginEpoch(database.vault, kind, 2, undefined).then(() => (followed = true));
      const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
      while (!followed && (await database.superuser.query(waiting)).rowCount === 0);
      expect(followed).toBe(false);
      await other.query('COMMIT');
      await following;
      await expect(database.vault.query(`INSERT INTO vault.${table} ${insert}`)).rejects.toMatchObject({ code: 'HJ001' });
    } finally {
      other.release();
    }
  });

  it('loses nobody who is looked up in the moment in which their row moves', async () => {
    const identities = new Identities(database.vault, keys);
    const known = await identities.resolve(claims(100));
    let going = true;
    const looking = (async () => {
      const other = new Identities(database.vault, await database.keysIn(secrets));
      for (let i = 0; going; i++) expect(await other.lookUp(claims(100)[i % 100]!)).toBe(known[i % 100]!.subjectId);
    })();
    for (let round = 0; round < 4; round++) await rotateBlindIndex(database.vault, await database.keysIn(secrets), { batch: 3 });
    going = false;
    await looking;
  });
});
