import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, OperatorError } from '@hjemmel/host';
import { TransitServer } from './testing/transit-server';
import { Transit } from './transit';

const TOKEN = 'hvs.CAESIJ-a-token-that-nobody-may-read';
let folder: string;
let tokenFile: string;
let server: TransitServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-transit-'));
  tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  server = await TransitServer.start();
  server.addKey('hjemmel');
  server.tokens.set(TOKEN, ['datakey/plaintext', 'decrypt']);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const certificates = join(__dirname, '../embedded-log/testing');
const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** The server behind TLS, under a certificate for localhost that no authority of this machine signed. */
async function behindTls(): Promise<string> {
  const pem = (name: string) => readFileSync(join(certificates, `localhost-${name}.pem`));
  const tls = createTlsServer({ key: pem('key'), cert: pem('cert') }, (request, response) => server.serve(request, response));
  const port = await freePort();
  await new Promise<void>((done) => tls.listen(port, '127.0.0.1', done));
  closing.push(() => new Promise((done) => tls.close(done)));
  return `https://localhost:${port}`;
}

const transit = (told: Partial<ConstructorParameters<typeof Transit>[0]> = {}): Transit =>
  new Transit({ url: server.url, mount: 'transit', key: 'hjemmel', tokenFile, ...told });

/** What the operator is told, which never holds the token. */
async function told(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toBeInstanceOf(OperatorError);
  expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(TOKEN);
  return error.message;
}

describe('a key from Transit', () => {
  it('is made there, and comes back as the same 32 bytes each time, also when the key that wraps it was rotated', async () => {
    const made = await transit().makeKey();
    expect(made).toMatch(/^vault:v1:/);
    const key = await transit().unwrap(made, 'master key 1');
    expect(key).toHaveLength(32);
    server.rotate('hjemmel');
    expect((await transit().unwrap(made, 'master key 1')).equals(key)).toBe(true);
    expect(await transit().makeKey()).toMatch(/^vault:v2:/);
    expect(server.called).toEqual(['datakey/plaintext/hjemmel', 'decrypt/hjemmel', 'decrypt/hjemmel', 'datakey/plaintext/hjemmel']);
  });

  it('is another each time', async () => {
    const keys = await Promise.all([1, 2].map(async () => transit().unwrap(await transit().makeKey(), 'master key 1')));
    expect(keys[0]!.equals(keys[1]!)).toBe(false);
  });

  it('comes over HTTPS from a server whose certificate the operator trusts', async () => {
    const url = await behindTls();
    const made = await transit().makeKey();
    const script = `
      const { Transit } = require(${JSON.stringify(join(process.cwd(), 'dist/libs/vault/transit.js'))});
      new Transit(JSON.parse(process.argv[1])).unwrap(process.argv[2], 'k').then((key) => console.log(key.toString('hex')));`;
    const settings = JSON.stringify({ url, mount: 'transit', key: 'hjemmel', tokenFile });
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(certificates, 'localhost-cert.pem') };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, settings, made], { env });
    expect(stdout.trim()).toBe((await transit().unwrap(made, 'k')).toString('hex'));
  });

  it('takes a token that was renewed while the program runs', async () => {
    const running = transit();
    const made = await running.makeKey();
    server.tokens.delete(TOKEN);
    await expect(running.unwrap(made, 'k')).rejects.toThrow('403');
    server.tokens.set('hvs.renewed', ['decrypt']);
    await writeFile(tokenFile, 'hvs.renewed');
    await chmod(tokenFile, 0o600);
    expect(await running.unwrap(made, 'k')).toHaveLength(32);
  });
});

describe('what is wrong with Transit is told in one line', () => {
  it('nobody there', async () => {
    const port = await freePort();
    expect(await told(transit({ url: `http://127.0.0.1:${port}` }).makeKey())).toBe(
      `can't use the transit key hjemmel at 127.0.0.1:${port}: it can't be reached: ECONNREFUSED`,
    );
  });

  it('a token that is not valid, or may not do that', async () => {
    server.tokens.set(TOKEN, ['decrypt']);
    expect(await told(transit().makeKey())).toContain(
      `403: the token in ${tokenFile} is not valid any more, or its policy does not allow datakey`,
    );
  });

  it('no such key, no such mount, sealed, standby, broken', async () => {
    expect(await told(transit({ key: 'other' }).makeKey())).toContain('there is no such key');
    expect(await told(transit({ mount: 'kms' }).makeKey())).toContain('404: no transit engine is mounted at kms');
    server.sealed = true;
    expect(await told(transit().makeKey())).toContain('503: it is sealed');
    server.instead = (response) => response.writeHead(307, { location: 'http://active.example:8200/v1/x' }).end();
    expect(await told(transit().makeKey())).toContain('names another server');
    server.instead = (response) => response.writeHead(500).end('<html>');
    expect(await told(transit().makeKey())).toContain('it answered 500');
    server.instead = (response) => response.socket?.destroy();
    expect(await told(transit().makeKey())).toContain("it can't be reached");
  });

  it('another key than the one it was wrapped under, a version that was given up, a ciphertext that is none', async () => {
    const made = await transit().makeKey();
    server.addKey('other');
    expect(await told(transit({ key: 'other' }).unwrap(made, 'master key 1'))).toContain('not the key that master key 1 was wrapped under');
    server.rotate('hjemmel');
    server.keys.get('hjemmel')!.minDecryption = 2;
    for (const ciphertext of [made, 'vault:v9:AAAA', 'nothing', ''])
      expect(await told(transit().unwrap(ciphertext, 'master key 1'))).toContain('not the key that master key 1');
  });

  it('an answer that is no key: too short, no JSON, endless', async () => {
    const answer = (body: string) => (response: ServerResponse) => void response.writeHead(200).end(body);
    server.instead = answer(JSON.stringify({ data: { plaintext: Buffer.alloc(16).toString('base64'), ciphertext: 'vault:v1:AAAA' } }));
    expect(await told(transit().makeKey())).toContain('gave no key of 32 bytes');
    expect(await told(transit().unwrap('vault:v1:AAAA', 'k'))).toContain('gave no 32 bytes for k');
    for (const body of ['', 'null', '[]', '<html>', '{"data":null}']) {
      server.instead = answer(body);
      await told(transit().makeKey());
    }
    server.instead = (response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
      more();
    };
    expect(await told(transit().makeKey())).toContain("it can't be reached");
  });

  it('a server that is silent', async () => {
    server.instead = () => undefined;
    expect(await told(transit().makeKey())).toContain('no answer within 10 s');
  });

  it('a certificate that nobody here knows', async () => {
    const url = await behindTls();
    expect(await told(transit({ url }).makeKey())).toMatch(/can't be reached: \w*(CERT|SSL)\w*/);
  });

  it('a token file that is missing, that others can read, or that holds none', async () => {
    await chmod(tokenFile, 0o644);
    expect(await told(transit().makeKey())).toContain('can be read by others');
    await rm(tokenFile);
    expect(await told(transit().makeKey())).toContain(`${tokenFile} is missing`);
    await writeFile(tokenFile, ' \n', { mode: 0o600 });
    expect(await told(transit().makeKey())).toContain('holds no token');
    expect(server.called).toEqual([]);
  });
});
