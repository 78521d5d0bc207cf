import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '@hjemmel/host';
import { ensureHttpKeys, readHttpKeys } from './secrets';
import { httpSettings } from './settings';

describe('settings', () => {
  const read = (env: Record<string, string>) => httpSettings(settings(env), '/secrets');

  test('have defaults', () => {
    expect(read({})).toMatchObject({
      jwks: '/secrets/token-keys.jwks.json',
      issuer: 'hjemmel',
      audience: 'hjemmel',
      bodyLimitBytes: 1_048_576,
    });
  });

  test('are read from the environment', () => {
    const env = {
      HJEMMEL_JWKS: 'https://id.example/jwks',
      HJEMMEL_RATE_LIMIT: '0',
      HJEMMEL_BODY_LIMIT: '2048',
      HJEMMEL_READ_WAIT: '250ms',
    };
    expect(read(env)).toMatchObject({ jwks: env.HJEMMEL_JWKS, rateLimit: 0, bodyLimitBytes: 2_048, readWaitMs: 250 });
  });

  test.each([{ HJEMMEL_JWKS: 'http://id.example/jwks' }, { HJEMMEL_BODY_LIMIT: '1' }, { HJEMMEL_RATE_LIMIT: 'many' }])(
    '%j makes no sense',
    (env) => {
      expect(() => read(env as Record<string, string>)).toThrow(Object.keys(env)[0]);
    },
  );

  test('keys may come in clear from this machine only', () => {
    expect(read({ HJEMMEL_JWKS: 'http://127.0.0.1:8080/jwks' }).jwks).toBe('http://127.0.0.1:8080/jwks');
  });
});

describe('keys', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hjemmel-keys-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const file = () => join(folder, 'idempotency.key');

  test('are made once, of 32 bytes, for their owner alone', async () => {
    await ensureHttpKeys(folder);
    const keys = await readHttpKeys(folder);
    await ensureHttpKeys(folder);
    expect(await readHttpKeys(folder)).toEqual(keys);
    expect([keys.idempotency.length, keys.actorPseudonym.length, keys.idempotency.equals(keys.actorPseudonym)]).toEqual([32, 32, false]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('that are missing, readable by others or something else are told in one line without their content', async () => {
    await expect(readHttpKeys(folder)).rejects.toThrow(/idempotency.key is missing$/);
    await ensureHttpKeys(folder);
    await chmod(file(), 0o640);
    await expect(readHttpKeys(folder)).rejects.toThrow(/can be read by others/);
    const secret = await readFile(file(), 'utf8');
    await writeFile(file(), secret.slice(1));
    await chmod(file(), 0o600);
    await expect(readHttpKeys(folder)).rejects.toThrow(/idempotency.key must hold 32 bytes as base64$/);
  });
});
