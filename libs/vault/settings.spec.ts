import { OperatorError, settings } from '@hjemmel/host';
import { EnvironmentKeys, FileKeys, TransitKeys } from './key-sources';
import { takeKeySource } from './settings';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64url');
const transit = {
  HJEMMEL_VAULT_TRANSIT_URL: 'https://vault.example:8200',
  HJEMMEL_VAULT_TRANSIT_KEY: 'hjemmel',
  HJEMMEL_VAULT_TRANSIT_TOKEN_FILE: '/run/secrets/token',
};
const inEnvironment = { HJEMMEL_VAULT_MASTER_KEYS: `1:${key(1)},2:${key(2)}`, HJEMMEL_VAULT_BLIND_INDEX_KEYS: `1:${key(3)}` };
const take = (env: Record<string, string>, ...more: Parameters<typeof takeKeySource> extends [unknown, ...infer Rest] ? Rest : never) =>
  takeKeySource(settings({ HJEMMEL_SECRETS: '/srv/data/secrets', ...env }), ...more);

describe('where the keys of the vault come from', () => {
  it('is what the settings say: files, the environment, or a key service', () => {
    expect(take({})).toBeInstanceOf(FileKeys);
    expect(take(inEnvironment)).toBeInstanceOf(EnvironmentKeys);
    expect(take(transit)).toBeInstanceOf(TransitKeys);
  });

  it('is named to the operator by file, by variable, by server', () => {
    expect(take({}).nameOf('master', 1)).toBe('/srv/data/secrets/vault-master.key');
    expect(take({}).nameOf('blind-index', 3)).toBe('/srv/data/secrets/vault-blind-index.3.key');
    expect(take(inEnvironment).nameOf('master', 2)).toBe('key 2 of HJEMMEL_VAULT_MASTER_KEYS');
    expect(take(transit).nameOf('master', 2)).toContain('transit key hjemmel at vault.example:8200');
  });

  it('gives from the environment what stands there under the number, and nothing for another', async () => {
    const source = take(inEnvironment);
    expect(await source.read('master', 2)).toEqual(Buffer.alloc(32, 2));
    expect(await source.read('blind-index', 1)).toEqual(Buffer.alloc(32, 3));
    expect(await source.read('master', 3)).toBeUndefined();
    await expect(source.make('master', 2)).resolves.toBeUndefined();
    await expect(source.make('master', 3)).rejects.toThrow('HJEMMEL_VAULT_MASTER_KEYS must hold 3:');
    expect(await source.remove('master', 1)).toContain('take 1:… out of HJEMMEL_VAULT_MASTER_KEYS');
  });

  it('leaves no key in the environment of the process, also where it refuses', () => {
    const env: NodeJS.ProcessEnv = { ...inEnvironment, PATH: '/bin' };
    take(inEnvironment, ['master', 'blind-index'], env);
    expect(env).toEqual({ PATH: '/bin' });
    const refused: NodeJS.ProcessEnv = { ...inEnvironment };
    expect(() => take({ ...inEnvironment, ...transit }, ['master'], refused)).toThrow(OperatorError);
    expect(refused).toEqual({});
  });

  it('gives a program that recognises nobody no key for that', async () => {
    const source = take(inEnvironment, ['master']);
    expect(await source.read('blind-index', 1)).toBeUndefined();
    expect(take({ HJEMMEL_VAULT_MASTER_KEYS: `1:${key(1)}` }, ['master'])).toBeInstanceOf(EnvironmentKeys);
  });

  it.each<[string, Record<string, string>, string]>([
    ['two of them', { ...inEnvironment, ...transit }, 'set one of them'],
    ['half of one', { HJEMMEL_VAULT_MASTER_KEYS: `1:${key(1)}` }, 'HJEMMEL_VAULT_BLIND_INDEX_KEYS must be set too'],
    ['half of the other', { HJEMMEL_VAULT_BLIND_INDEX_KEYS: `1:${key(1)}` }, 'HJEMMEL_VAULT_MASTER_KEYS must be set too'],
    ['a key without number', { ...inEnvironment, HJEMMEL_VAULT_MASTER_KEYS: key(1) }, 'see entry 1'],
    ['a short key', { ...inEnvironment, HJEMMEL_VAULT_MASTER_KEYS: `1:${key(1)},2:${key(2).slice(2)}` }, 'see entry 2'],
    ['a number twice', { ...inEnvironment, HJEMMEL_VAULT_MASTER_KEYS: `1:${key(1)},1:${key(2)}` }, 'see entry 2'],
    ['number nought', { ...inEnvironment, HJEMMEL_VAULT_MASTER_KEYS: `0:${key(1)}` }, 'see entry 1'],
    ['a key service without TLS', { ...transit, HJEMMEL_VAULT_TRANSIT_URL: 'http://vault.example:8200' }, 'must begin with https://'],
    ['one by a name that begins as this machine’s', { ...transit, HJEMMEL_VAULT_TRANSIT_URL: 'http://127.0.0.1.example' }, 'https://'],
    ['one with a password in its address', { ...transit, HJEMMEL_VAULT_TRANSIT_URL: 'https://me:hunter2@vault.example' }, 'without user'],
    ['one without a key', { ...transit, HJEMMEL_VAULT_TRANSIT_KEY: '' }, 'HJEMMEL_VAULT_TRANSIT_KEY must be set'],
    ['one without a token', { ...transit, HJEMMEL_VAULT_TRANSIT_TOKEN_FILE: '' }, 'HJEMMEL_VAULT_TRANSIT_TOKEN_FILE must be set'],
    ['a mount that is no path', { ...transit, HJEMMEL_VAULT_TRANSIT_MOUNT: '../sys' }, 'HJEMMEL_VAULT_TRANSIT_MOUNT'],
  ])('is refused in one line that shows no key and no password: %s', (_, env, said) => {
    const attempt = (): unknown => take(env, undefined, {});
    expect(attempt).toThrow(OperatorError);
    expect(attempt).toThrow(said);
    for (const secret of [key(1), key(2), key(3), 'hunter2', key(2).slice(2)]) expect(attempt).not.toThrow(secret);
  });

  it.each(['http://127.0.0.1:8200', 'http://localhost:8200', 'http://[::1]:8200'])('may be on this machine without TLS: %s', (url) =>
    expect(take({ ...transit, HJEMMEL_VAULT_TRANSIT_URL: url })).toBeInstanceOf(TransitKeys),
  );
});
