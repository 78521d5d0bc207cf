import { readConfiguration, shownUrl } from './configuration';

const url = (role: string) => `postgres://${role}:hunter2@db.internal:5432/hjemmel`;

describe('what npm start is told', () => {
  it('is nothing at first: everything embedded, on loopback, in ./data', () =>
    expect(readConfiguration({}, '/srv/hjemmel')).toEqual({
      data: '/srv/hjemmel/data',
      host: '127.0.0.1',
      port: 3000,
      log: { kind: 'embedded' },
      postgres: { kind: 'embedded' },
      nationalIds: 'synthetic',
      vaultKeys: {},
    }));

  it('keeps keys of the vault apart, for the programs that need them', () =>
    expect(readConfiguration({ HJEMMEL_VAULT_MASTER_KEYS: '1:AAAA', HJEMMEL_VAULT_BLIND_INDEX_KEYS: '' }).vaultKeys).toEqual({
      HJEMMEL_VAULT_MASTER_KEYS: '1:AAAA',
    }));

  it('moves ports and folder', () =>
    expect(
      readConfiguration({ PORT: '8080', HJEMMEL_LOG_PORT: '2113', HJEMMEL_POSTGRES_PORT: '5432', HJEMMEL_DATA: '../kept' }, '/srv/hjemmel'),
    ).toMatchObject({ port: 8080, data: '/srv/kept', log: { kind: 'embedded', port: 2113 }, postgres: { kind: 'embedded', port: 5432 } }));

  it('names servers elsewhere', () => {
    const log = 'esdb+discover://admin:changeit@a:2113,b:2113?tls=true';
    expect(readConfiguration({ HJEMMEL_LOG: log, HJEMMEL_POSTGRES_URL: url('admin') })).toMatchObject({
      log: { kind: 'server', connectionString: log },
      postgres: { kind: 'server', adminUrl: url('admin') },
      nationalIds: 'real', // beside a real log, made people's numbers are taken only when somebody says so
    });
  });

  it('names a login for each role, or is told which are missing', () => {
    const roles = {
      HJEMMEL_POSTGRES_OWNER_URL: url('owner'),
      HJEMMEL_POSTGRES_API_URL: url('api'),
      HJEMMEL_POSTGRES_WORKER_URL: url('worker'),
      HJEMMEL_POSTGRES_VAULT_URL: url('vault'),
      HJEMMEL_POSTGRES_ERASER_URL: url('eraser'),
    };
    expect(readConfiguration(roles).postgres).toEqual({
      kind: 'roles',
      urls: { owner: url('owner'), api: url('api'), worker: url('worker'), vault: url('vault'), eraser: url('eraser') },
    });
    const { HJEMMEL_POSTGRES_VAULT_URL: _none, ...some } = roles;
    expect(() => readConfiguration(some)).toThrow('missing HJEMMEL_POSTGRES_VAULT_URL');
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a whole number from 1 to 65535'],
    [{ HJEMMEL_LOG: 'http://127.0.0.1:2113' }, 'HJEMMEL_LOG must be a URL that begins with esdb://'],
    [{ HJEMMEL_POSTGRES_URL: 'mysql://root:hunter2@db' }, 'HJEMMEL_POSTGRES_URL must be a URL that begins with postgres://'],
  ])('is refused by name, without its value: %j', (env, message) => {
    expect(() => readConfiguration(env)).toThrow(message);
    expect(() => readConfiguration(env)).not.toThrow('hunter2');
  });

  it('is shown without secrets', () => {
    expect(shownUrl('esdb://admin:p@ss@a:2113,b:2113?tls=true&userKeyFile=x')).toBe('esdb://a:2113,b:2113');
    expect(shownUrl(url('owner'))).toBe('postgres://db.internal:5432/hjemmel');
    expect(shownUrl('not a url')).toBe('(not shown)');
  });
});
