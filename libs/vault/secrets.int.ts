import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '@hjemmel/host';
import { newPseudonym } from '@hjemmel/kernel';
import { Identities } from './identities';
import { EnvironmentKeys, FileKeys, KeySource, TransitKeys } from './key-sources';
import { openVaultKeys, VaultKeys } from './secrets';
import { TransitServer } from './testing/transit-server';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import { Transit } from './transit';

let database: VaultDatabase;
let secrets: string;

beforeAll(async () => {
  database = await startVaultDatabase();
});
beforeEach(async () => {
  await database.empty();
  secrets = await mkdtemp(join(database.folder, 'secrets-'));
});
afterEach(() => database.closeStores());
afterAll(() => database.stop());

const open = (source: KeySource = new FileKeys(secrets), make: 'at-first-start' | 'never' = 'at-first-start') =>
  openVaultKeys(source, make === 'never' ? database.worker : database.vault, make);
const bytesOf = async ({ master, blindIndex }: VaultKeys) => [(await master.current()).key, (await blindIndex.current()).key];
const fill = async (keys: VaultKeys) => database.storeOf(keys).ensure([{ subjectId: newPseudonym(), retentionClass: 'contact' }]);

describe('the keys of the vault itself, in files', () => {
  it('are made at the first start, once, for their owner alone, and differ', async () => {
    const [master, blindIndex] = await bytesOf(await open());
    expect(await bytesOf(await open())).toEqual([master, blindIndex]);
    expect([master!.length, blindIndex!.length, master!.equals(blindIndex!)]).toEqual([32, 32, false]);
    expect((await readdir(secrets)).sort()).toEqual(['vault-blind-index.key', 'vault-master.key']);
    for (const file of await readdir(secrets)) expect((await stat(join(secrets, file))).mode & 0o777).toBe(0o600);
  });

  it('are the same for processes that start at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, async () => bytesOf(await open())));
    expect(new Set(all.map((keys) => keys.map((key) => key.toString('hex')).join(' '))).size).toBe(1);
  });

  it.each(['vault-master.key', 'vault-blind-index.key'])('are never made beside a vault that holds keys: %s', async (missing) => {
    await fill(await open());
    await rm(join(secrets, missing));
    await expect(open()).rejects.toThrow(
      new OperatorError(`${join(secrets, missing)} is missing, and the vault is not empty: restore it, nothing can be read without it`),
    );
    expect(await readdir(secrets)).not.toContain(missing);
  });

  it('are never made beside one that knows people and holds no key yet', async () => {
    await new Identities(database.vault, await open()).resolve([{ controller: 'c', kind: 'email', value: 'kari@firma.example' }]);
    await rm(join(secrets, 'vault-blind-index.key'));
    await expect(open()).rejects.toThrow('is missing, and the vault is not empty');
  });

  it('are never made by a program that only reads, which is told the file that is missing', async () => {
    await expect(open(undefined, 'never')).rejects.toThrow(`${join(secrets, 'vault-master.key')} is missing`);
    expect(await readdir(secrets)).toEqual([]);
    const [master] = await bytesOf(await open());
    expect((await (await open(undefined, 'never')).master.current()).key.equals(master!)).toBe(true);
  });

  it('are not taken from a file that others can read, or that holds something else', async () => {
    await open();
    const file = join(secrets, 'vault-master.key');
    await chmod(file, 0o644);
    await expect(open()).rejects.toThrow('can be read by others');
    await chmod(file, 0o600);
    await writeFile(file, `${Buffer.alloc(31).toString('base64url')}\n`);
    await expect(open()).rejects.toThrow(new OperatorError(`${file} must hold 32 bytes as base64url`));
  });

  it('are found by their number: one that a row names and nobody has is named', async () => {
    const keys = await open();
    await database.owner.query(`INSERT INTO vault.epochs (kind, epoch) VALUES ('master', 2)`);
    await expect(keys.master.of(3)).rejects.toThrow('the vault knows no epoch 3');
    await expect(keys.master.of(2)).rejects.toThrow(`${join(secrets, 'vault-master.2.key')} is missing`);
    // The source is read again at the next asking: the file may have been put there meanwhile.
    await new FileKeys(secrets).make('master', 2);
    expect(await keys.master.of(2)).toHaveLength(32);
  });
});

describe('the keys of the vault itself, in the environment', () => {
  const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64url');

  it('are taken from there and written nowhere', async () => {
    const [master, blindIndex] = await bytesOf(await open(new EnvironmentKeys({ master: `1:${key(1)}`, 'blind-index': `1:${key(2)}` })));
    expect([master, blindIndex]).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
    expect(await readdir(secrets)).toEqual([]);
  });

  it('must be there at the first start: none is made that nobody has', async () => {
    const source = new EnvironmentKeys({ master: `2:${key(1)}`, 'blind-index': `1:${key(2)}` });
    await expect(open(source)).rejects.toThrow('HJEMMEL_VAULT_MASTER_KEYS must hold 1:');
  });
});

describe('the keys of the vault itself, made by a key service', () => {
  let server: TransitServer;
  let source: () => KeySource;

  beforeEach(async () => {
    server = await TransitServer.start();
    server.addKey('hjemmel');
    server.tokens.set('t', ['datakey/plaintext', 'decrypt']);
    const tokenFile = join(secrets, 'token');
    await mkdir(secrets, { recursive: true });
    await writeFile(tokenFile, 't', { mode: 0o600 });
    source = () => new TransitKeys(new Transit({ url: server.url, mount: 'transit', key: 'hjemmel', tokenFile }), secrets);
  });
  afterEach(() => server.stop());

  it('are made there once, also for processes that start at the same moment; what is kept opens nowhere else', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, async () => bytesOf(await open(source()))));
    expect(new Set(all.map((keys) => keys.map((key) => key.toString('hex')).join(' '))).size).toBe(1);
    const { rows } = await database.vault.query<{ wrapped: string }>('SELECT wrapped FROM vault.epochs');
    expect(rows.map(({ wrapped }) => wrapped)).toEqual([expect.stringMatching(/^vault:v1:/), expect.stringMatching(/^vault:v1:/)]);
    for (const { wrapped } of rows) for (const key of all[0]!) expect(wrapped).not.toContain(key.toString('base64'));
    expect(await readdir(secrets)).toEqual(['token']);
  });

  it('are there for the worker too, and open what was sealed before', async () => {
    const keys = await open(source());
    const [made] = await fill(keys);
    const read = await open(source(), 'never');
    expect((await read.master.current()).key.equals((await keys.master.current()).key)).toBe(true);
    await database.storeOf(read, database.worker).open([made!.keyId], (found) => expect(found.size).toBe(1));
  });

  it('are not made a second time beside a vault that holds keys, where the service has lost its own', async () => {
    await fill(await open(source()));
    server.addKey('hjemmel');
    await expect(open(source())).rejects.toThrow('it is not the key that master key 1 was wrapped under');
    server.keys.delete('hjemmel');
    await expect(open(source())).rejects.toThrow('there is no such key');
  });

  it('stand beside those of files from before, which stay readable', async () => {
    const [made] = await fill(await open());
    const before = await readFile(join(secrets, 'vault-master.key'));
    const keys = await open(source());
    await database.storeOf(keys).open([made!.keyId], (found) => expect(found.size).toBe(1));
    expect(await readFile(join(secrets, 'vault-master.key'))).toEqual(before);
    expect(server.called).toEqual([]);
  });
});
