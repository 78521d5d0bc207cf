import { errorCode, OperatorError, readSecretFile } from '@hjemmel/host';
import { KEY_BYTES } from './wrapping';

export interface TransitSettings {
  /** Base address, `https://vault.example.no:8200`; plain http only on this machine. */
  readonly url: string;
  /** Where the secrets engine is mounted. */
  readonly mount: string;
  /** Name of the key that wraps ours. */
  readonly key: string;
  /** Holds the token, mode 600; read for every request, as tokens are renewed. */
  readonly tokenFile: string;
}

const ANSWER_WITHIN_MS = 10_000;
/** An answer is a few hundred bytes. */
const MOST_BYTES = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body: { readonly data?: Readonly<Record<string, unknown>>; readonly errors?: readonly unknown[] };
}

/**
 * The two calls that we make to the Transit secrets engine of HashiCorp Vault or OpenBao: a new 32-byte key with its ciphertext
 * (`POST /v1/transit/datakey/plaintext/:name`), and the key behind a ciphertext (`POST /v1/transit/decrypt/:name`). Both are retried by nobody:
 * they stand at a program's start and at a rotation, which are begun again. No error holds the token, a key or what the server said.
 */
export class Transit {
  /** Host and key, as shown to the operator. */
  readonly where: string;

  constructor(private readonly settings: TransitSettings) {
    this.where = `transit key ${settings.key} at ${new URL(settings.url).host}`;
  }

  /** Has a key made, and gives its ciphertext (`vault:v1:…`), which is all of it that is kept. @throws OperatorError */
  async makeKey(): Promise<string> {
    const { ciphertext, plaintext } = await this.call('datakey/plaintext', { bits: KEY_BYTES * 8 });
    if (typeof ciphertext !== 'string' || !/^\w+:v\d+:/.test(ciphertext) || !keyOf(plaintext)) throw this.failed('gave no key of 32 bytes');
    return ciphertext;
  }

  /** @param what the key is, for the operator @throws OperatorError */
  async unwrap(ciphertext: string, what: string): Promise<Buffer> {
    const { plaintext } = await this.call(
      'decrypt',
      { ciphertext },
      `it is not the key that ${what} was wrapped under, or its version was given up`,
    );
    const key = keyOf(plaintext);
    if (!key) throw this.failed(`gave no 32 bytes for ${what}`);
    return key;
  }

  private async call(operation: string, payload: object, refused = 'it refuses the request'): Promise<Readonly<Record<string, unknown>>> {
    const { url, mount, key } = this.settings;
    const { status, body } = await this.post(`${url.replace(/\/+$/, '')}/v1/${mount}/${operation}/${encodeURIComponent(key)}`, payload);
    if (status === 200 && body.data) return body.data;
    throw this.failed(this.reasonOf(status, operation, refused, body));
  }

  private reasonOf(status: number, operation: string, refused: string, { errors = [] }: Answer['body']): string {
    if (status === 403)
      return `403: the token in ${this.settings.tokenFile} is not valid any more, or its policy does not allow ${operation}`;
    if (status === 400) return errors.includes('encryption key not found') ? 'there is no such key' : refused;
    if (status === 404) return `404: no transit engine is mounted at ${this.settings.mount}`;
    if (status >= 300 && status < 400) return 'it names another server: name the active one';
    if (status === 429 || status === 472 || status === 473) return `${status}: it takes no requests now`;
    return status === 503 ? '503: it is sealed, or starting' : `it answered ${status}`;
  }

  private async post(address: string, payload: object): Promise<Answer> {
    const token = (await readSecretFile(this.settings.tokenFile)).trim();
    if (!/^[\x21-\x7e]+$/.test(token)) throw new OperatorError(`${this.settings.tokenFile} holds no token`);
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'x-vault-token': token, 'x-vault-request': 'true', 'content-type': 'application/json' },
        body: JSON.stringify(payload),
        redirect: 'manual', // the token goes to the server that was named, and to no other
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { status: response.status, body: parsed(await textOf(response)) };
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      // Not instanceof: fetch may throw errors of another realm.
      const { name, cause } = Object(error) as { readonly name?: unknown; readonly cause?: unknown };
      const why = name === 'TimeoutError' ? `no answer within ${ANSWER_WITHIN_MS / 1000} s` : (errorCode(cause) ?? 'the connection broke');
      throw this.failed(`it can't be reached: ${why}`);
    }
  }

  private failed(reason: string): OperatorError {
    return new OperatorError(`can't use the ${this.where}: ${reason}`);
  }
}

/** Base64, as Vault encodes it. */
function keyOf(plaintext: unknown): Buffer | undefined {
  const key = typeof plaintext === 'string' ? Buffer.from(plaintext, 'base64') : undefined;
  return key?.length === KEY_BYTES ? key : undefined;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    if ((bytes += (chunk as Uint8Array).length) > MOST_BYTES) throw new Error('the answer is too long');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Answer['body'] {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {}; // a proxy's page, or nothing: the status says enough
  }
}
