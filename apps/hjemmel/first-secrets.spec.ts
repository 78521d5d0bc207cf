import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, importJWK, JSONWebKeySet, JWK, jwtVerify, SignJWT } from 'jose';
import { ensureTokenKeys } from './first-secrets';

let secrets: string;
beforeEach(async () => {
  secrets = join(await mkdtemp(join(tmpdir(), 'hjemmel-secrets-')), 'secrets');
});
afterEach(() => rm(join(secrets, '..'), { recursive: true }));

const json = async <T>(file: string) => JSON.parse(await readFile(join(secrets, file), 'utf8')) as T;

describe('the keys of access tokens', () => {
  it('sign what the published set verifies, and only the signing one is secret', async () => {
    await ensureTokenKeys(secrets);
    const signing = await json<JWK>('token-signing.jwk.json');
    const published = await json<JSONWebKeySet>('token-keys.jwks.json');
    const token = await new SignJWT({ roles: ['auditor'] })
      .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid ?? '' })
      .sign(await importJWK(signing));
    expect((await jwtVerify(token, createLocalJWKSet(published))).payload).toEqual({ roles: ['auditor'] });
    expect(published.keys).toHaveLength(1);
    expect(published.keys[0]).not.toHaveProperty('d');
    expect((await stat(join(secrets, 'token-signing.jwk.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(secrets)).mode & 0o777).toBe(0o700);
  });

  it('are made once; a lost public set is made again from the signing key', async () => {
    await ensureTokenKeys(secrets);
    const before = [await json('token-signing.jwk.json'), await json('token-keys.jwks.json')];
    await ensureTokenKeys(secrets);
    await rm(join(secrets, 'token-keys.jwks.json'));
    await ensureTokenKeys(secrets);
    expect([await json('token-signing.jwk.json'), await json('token-keys.jwks.json')]).toEqual(before);
  });
});
