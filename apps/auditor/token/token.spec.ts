import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { TokenVerifier } from '@hjemmel/http/authentication/token-verifier';
import { ensureTokenKeys } from '../../hjemmel/first-secrets';
import { tokenOf } from './print-token';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hjemmel-token-'));
  await ensureTokenKeys(join(data, 'secrets'));
});
afterAll(() => rm(data, { recursive: true, force: true }));

const verifier = () => new TokenVerifier({ jwks: join(data, 'secrets', 'token-keys.jwks.json'), issuer: 'hjemmel', audience: 'hjemmel' });

describe('hjemmel token', () => {
  it('issues what the API takes, for the role alone', async () => {
    const token = await tokenOf({ role: 'privacy-officer', data });
    expect(await verifier().verify(token)).toMatchObject({ subject: 'local-privacy-officer', roles: ['privacy-officer'] });
  });

  it('holds as long as told', async () => {
    const { iat = 0, exp = 0, sub } = decodeJwt(await tokenOf({ role: 'service', subject: 'webshop', hours: '0.5', data }));
    expect({ seconds: exp - iat, sub }).toEqual({ seconds: 1_800, sub: 'webshop' });
  });

  it.each(['0', '-1', '721', '1e9', 'NaN', '', '8h', '00000'])('refuses %p hours', async (hours) => {
    await expect(tokenOf({ role: 'service', hours, data })).rejects.toThrow('--hours must be a number above 0 and up to 720');
  });

  it.each(['', '  ', 'a\nb', 'x'.repeat(201)])('refuses the subject %p', async (subject) => {
    await expect(tokenOf({ role: 'service', subject, data })).rejects.toThrow('--subject must be 1 to 200 characters');
  });

  it('says what is missing', async () => {
    await expect(tokenOf({ role: 'service', data: join(data, 'nowhere') })).rejects.toThrow(
      /^there is no data folder .*nowhere: start the program once/,
    );
    await expect(tokenOf({ role: 'service', data: tmpdir() })).rejects.toThrow(/token-signing\.jwk\.json is missing: the first start/);
  });

  it('uses no key that others can read, and quotes no key that is none', async () => {
    const other = await mkdtemp(join(tmpdir(), 'hjemmel-token-'));
    await ensureTokenKeys(join(other, 'secrets'));
    const key = join(other, 'secrets', 'token-signing.jwk.json');
    await chmod(key, 0o644);
    await expect(tokenOf({ role: 'service', data: other })).rejects.toThrow(/can be read by others/);
    await chmod(key, 0o600);
    await writeFile(key, '{"kty":"oct","k":"c2VjcmV0"}');
    await expect(tokenOf({ role: 'service', data: other })).rejects.toThrow(
      'the file of the signing key holds no private Ed25519 key (JWK)',
    );
    await rm(other, { recursive: true });
  });
});
