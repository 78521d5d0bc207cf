import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { reasonOf } from '@hjemmel/host';
import { BlobStoreUnavailable } from './blob-store';

export interface S3Place {
  /** Without a path, for example `https://s3.eu-north-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: S3Credentials;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How long something may take, and how often it is tried. */
export interface S3Patience {
  /** From a request to the head of its answer; and between two pieces of a body. */
  readonly silenceMs: number;
  readonly attempts: number;
  /** Before the second attempt; doubled before each one after it, up to {@link LONGEST_PAUSE_MS}. */
  readonly pauseMs: number;
}

const PATIENCE: S3Patience = { silenceMs: 30_000, attempts: 5, pauseMs: 200 };
const LONGEST_PAUSE_MS = 5_000;
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Of an answer in XML: lists come in pages of a thousand keys. */
const LONGEST_XML = 4 * 1024 * 1024;

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Without one, the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** An answer, with its body not read yet: it must be read, or let go by {@link S3Answer.discard}. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  /** @throws what the connection does, also where nothing comes for too long */
  body(): AsyncGenerator<Buffer, void, undefined>;
  /** @throws BlobStoreUnavailable where it is longer than any answer of ours */
  text(): Promise<string>;
  discard(): Promise<void>;
}

/** Requests to an S3-compatible store, signed by SigV4 with the hash of the body, path-style. Never follows a redirect: it could lead out of the EEA. */
export class S3Client {
  readonly patience: S3Patience;

  constructor(
    private readonly place: S3Place,
    patience: Partial<S3Patience> = {},
  ) {
    this.patience = { ...PATIENCE, ...patience };
  }

  /**
   * Tries again what may pass: no answer, 429 and 5xx. Other answers are the caller's to judge.
   * @throws BlobStoreUnavailable when no attempt was answered otherwise
   */
  async send(request: S3Request): Promise<S3Answer> {
    let failure = 'nothing was tried';
    for (let attempt = 0; attempt < this.patience.attempts; attempt++) {
      if (attempt > 0) await this.wait(attempt);
      try {
        const answer = await this.once(request);
        if (!PASSING.has(answer.status)) return answer;
        failure = `it answers ${answer.status}`;
        await answer.discard();
      } catch (error) {
        failure = whyOf(error);
      }
    }
    throw new BlobStoreUnavailable(failure);
  }

  /** Longer from attempt to attempt, and never the same for all who wait. */
  async wait(attempt: number): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MS, this.patience.pauseMs * 2 ** (attempt - 1));
    await pause(longest * (0.5 + Math.random() / 2));
  }

  private async once({ method, key, query = {}, headers = {}, body }: S3Request): Promise<S3Answer> {
    const { endpoint, region, bucket, credentials } = this.place;
    const url = new URL(`/${bucket}${key === undefined ? '' : `/${key}`}`, endpoint);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: {
        ...headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
      ...credentials,
      service: 's3',
      region,
    }).sign();
    const silence = new Silence(this.patience.silenceMs);
    try {
      const init = { method, headers: signed.headers, redirect: 'manual', signal: silence.signal, ...(body && { body }) } as const;
      return answerOf(await fetch(signed.url, init), silence);
    } catch (error) {
      silence.over();
      throw error;
    }
  }
}

/** Ends a request on which nothing moves. */
class Silence {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {
    this.broken();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something came. */
  broken(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(new Error('no answer in time')), this.ms);
  }

  over(): void {
    clearTimeout(this.timer);
  }
}

function answerOf(response: Response, silence: Silence): S3Answer {
  async function* body(): AsyncGenerator<Buffer, void, undefined> {
    try {
      silence.broken();
      for await (const piece of response.body ?? []) {
        // Whoever takes the bytes may be slow: only the store's own silence counts.
        silence.over();
        yield Buffer.from(piece as Uint8Array);
        silence.broken();
      }
    } finally {
      silence.over();
    }
  }
  const text = async (): Promise<string> => {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of body()) {
      length += piece.length;
      if (length > LONGEST_XML) throw new BlobStoreUnavailable('its answer has no end');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  };
  const discard = async (): Promise<void> => {
    silence.over();
    await response.body?.cancel().catch(() => undefined); // it may have broken off by itself
  };
  return { status: response.status, headers: response.headers, body, text, discard };
}

/** `fetch` says what happened in a cause of its error. */
export const whyOf = (error: unknown): string => reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
