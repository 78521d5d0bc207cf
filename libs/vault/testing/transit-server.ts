import { randomBytes } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unwrapBytes, wrapBytes } from '../wrapping';

/** Which operations a token may call, as a policy says it: `encrypt`, `decrypt`, `rewrap`, `datakey/plaintext`, `rotate`. */
type Policy = readonly string[];

interface TransitKey {
  readonly versions: Buffer[];
  minDecryption: number;
}

interface Reply {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NOTHING = Buffer.alloc(0);
const fault = (status: number, ...errors: string[]): Reply => ({ status, body: { errors } });

/**
 * A stand-in for the Transit secrets engine of HashiCorp Vault and OpenBao: keys of type aes256-gcm96 with versions, tokens with policies, the requests
 * and answers of its HTTP API (datakey, encrypt, decrypt, rewrap, rotate) and its words for what is wrong. Ciphertexts are `vault:v<version>:<base64>`.
 */
export class TransitServer {
  readonly keys = new Map<string, TransitKey>();
  readonly tokens = new Map<string, Policy>();
  /** Paths that were called, in their order. */
  readonly called: string[] = [];
  sealed = false;
  /** What it does instead of answering, where it is set. */
  instead: ((response: ServerResponse) => void) | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<TransitServer> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const made = new TransitServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => made.serve(request, response));
    return made;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request, response).catch(() => response.destroy());
  }

  addKey(name: string): void {
    this.keys.set(name, { versions: [randomBytes(32)], minDecryption: 1 });
  }

  rotate(name: string): void {
    this.keys.get(name)!.versions.push(randomBytes(32));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.instead) return this.instead(response);
    const { status, body } = this.reply(request, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  }

  private reply({ url = '', method, headers }: IncomingMessage, text: string): Reply {
    if (this.sealed) return fault(503, 'Vault is sealed');
    const [, operation, name] = /^\/v1\/transit\/(encrypt|decrypt|rewrap|datakey\/plaintext|datakey\/wrapped)\/([\w.-]+)$/.exec(url) ?? [];
    const token = headers['x-vault-token'];
    if (typeof token !== 'string') return fault(403, 'permission denied');
    if (operation === undefined || name === undefined) return fault(404, `no handler for route "${url.slice('/v1/'.length)}"`);
    if (!this.tokens.get(token)?.includes(operation)) return fault(403, '1 error occurred:\n\t* permission denied\n\n');
    if (method !== 'POST' && method !== 'PUT') return fault(405, 'unsupported operation');
    this.called.push(`${operation}/${name}`);
    const key = this.keys.get(name);
    if (!key) return fault(400, 'encryption key not found');
    let given: Readonly<Record<string, unknown>>;
    try {
      given = JSON.parse(text) as Readonly<Record<string, unknown>>;
    } catch {
      return fault(400, 'failed to parse JSON input');
    }
    return this.perform(operation, key, given);
  }

  private perform(operation: string, key: TransitKey, given: Readonly<Record<string, unknown>>): Reply {
    switch (operation) {
      case 'encrypt': {
        const plaintext = typeof given['plaintext'] === 'string' ? Buffer.from(given['plaintext'], 'base64') : undefined;
        if (!plaintext) return fault(400, 'missing plaintext to encrypt');
        return answered({ ciphertext: encrypt(key, plaintext), key_version: key.versions.length });
      }
      case 'decrypt': {
        const plaintext = decrypt(key, given['ciphertext']);
        return typeof plaintext === 'string' ? fault(400, plaintext) : answered({ plaintext: plaintext.toString('base64') });
      }
      case 'rewrap': {
        const plaintext = decrypt(key, given['ciphertext']);
        if (typeof plaintext === 'string') return fault(400, plaintext);
        return answered({ ciphertext: encrypt(key, plaintext), key_version: key.versions.length });
      }
      default: {
        const bits = given['bits'] ?? 256;
        if (bits !== 128 && bits !== 256 && bits !== 512) return fault(400, 'invalid bit length');
        const made = randomBytes(bits / 8);
        const shown = operation === 'datakey/plaintext' ? { plaintext: made.toString('base64') } : {};
        return answered({ ciphertext: encrypt(key, made), key_version: key.versions.length, ...shown });
      }
    }
  }
}

const answered = (data: object): Reply => ({
  status: 200,
  body: { request_id: '00000000-0000-4000-8000-000000000000', lease_id: '', renewable: false, lease_duration: 0, data, wrap_info: null },
});

const encrypt = ({ versions }: TransitKey, plaintext: Buffer): string =>
  `vault:v${versions.length}:${wrapBytes(versions.at(-1)!, NOTHING, plaintext).toString('base64')}`;

/** The plaintext, or what the engine says where there is none. */
function decrypt({ versions, minDecryption }: TransitKey, ciphertext: unknown): Buffer | string {
  if (typeof ciphertext !== 'string' || ciphertext === '') return 'missing ciphertext to decrypt';
  if (!ciphertext.startsWith('vault:v')) return 'invalid ciphertext: no prefix';
  const [number = '', encoded] = ciphertext.slice('vault:v'.length).split(/:(.*)/s);
  if (encoded === undefined) return 'invalid ciphertext: wrong number of fields';
  if (!/^\d+$/.test(number)) return 'invalid ciphertext: version number could not be decoded';
  if (Number(number) > versions.length) return 'invalid ciphertext: version is too new';
  if (Number(number) < minDecryption) return 'ciphertext or signature version is disallowed by policy (too old)';
  const key = versions[Math.max(1, Number(number)) - 1]!;
  return unwrapBytes(key, NOTHING, Buffer.from(encoded, 'base64')) ?? 'cipher: message authentication failed';
}
