import { createHash, randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Place } from '../blobs/s3-client';
import { signatureFault } from './sigv4';

/** What goes wrong with one request. */
export type Fault =
  | { readonly status: 429 | 500 | 503 }
  /** The connection ends before the request is carried out, after it, or in the middle of the answer's body. */
  | { readonly cut: 'before' | 'after' | 'midway' }
  /** Nothing comes for so long, before the answer or in the middle of its body. */
  | { readonly silentMs: number; readonly midway?: true };

interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly at: Date;
}

interface Upload {
  readonly key: string;
  readonly begun: Date;
  readonly parts: Map<number, Buffer>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** A stand-in for an S3-compatible store, in memory: verifies signatures, knows multipart uploads, conditions, ranges and lists, and can fail. */
export class S3Server {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  /** What was asked, `PUT /bucket/key?partNumber=1`. */
  readonly requests: string[] = [];
  /** Longest body of one request. */
  longestBody = 0;
  pageSize = 1_000;
  /** When objects are stored and uploads begun, as far as the store tells. */
  clock = (): Date => new Date();
  private readonly faults: (Fault | undefined)[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  private constructor(private readonly signing: Omit<S3Place, 'endpoint'>) {}

  static async start(region = 'eu-north-1', bucket = 'photos'): Promise<S3Server> {
    const credentials = { accessKeyId: `AK${randomUUID().slice(0, 8)}`, secretAccessKey: randomUUID() };
    const server = new S3Server({ region, bucket, credentials });
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get place(): S3Place {
    return { ...this.signing, endpoint: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  /** The next requests meet these, in order; `undefined` lets one through. */
  fail(...faults: readonly (Fault | undefined)[]): void {
    this.faults.push(...faults);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.shift();
    this.requests.push(`${request.method} ${request.url}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    this.longestBody = Math.max(this.longestBody, body.length);
    if (fault && 'silentMs' in fault && !fault.midway) await pause(fault.silentMs);
    if (fault && 'cut' in fault && fault.cut === 'before') return void request.socket.destroy();
    const { region, credentials } = this.signing;
    const wrong = signatureFault(request, body, { region, ...credentials });
    const answer = wrong
      ? refusal(403, wrong)
      : fault && 'status' in fault
        ? refusal(fault.status, 'SlowDown')
        : this.answer(request, body);
    if (fault && 'cut' in fault && fault.cut === 'after') return void request.socket.destroy();
    await send(response, answer, request.method === 'HEAD', fault);
  }

  private answer(request: IncomingMessage, body: Buffer): Answer {
    const url = new URL(request.url!, 'http://store');
    const [, bucket, key, ...more] = url.pathname.split('/').map(decodeURIComponent);
    if (bucket !== this.signing.bucket || more.length > 0) return refusal(404, 'NoSuchBucket');
    const query = url.searchParams;
    if (!key) return query.has('uploads') ? this.listUploads() : this.listObjects(query);
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.get(key, request.headers.range, request.headers['if-match']);
      case 'DELETE':
        if (query.has('uploadId')) return this.uploads.delete(query.get('uploadId')!) ? { status: 204 } : refusal(404, 'NoSuchUpload');
        this.objects.delete(key);
        return { status: 204 };
      case 'PUT':
        return query.has('uploadId') ? this.putPart(query, body) : this.put(key, body, request.headers['if-none-match']);
      case 'POST':
        return query.has('uploads') ? this.begin(key) : this.complete(key, query, body, request.headers['if-none-match']);
      default:
        return refusal(405, 'MethodNotAllowed');
    }
  }

  private get(key: string, range: string | undefined, ifMatch: string | undefined): Answer {
    const found = this.objects.get(key);
    if (!found) return refusal(404, 'NoSuchKey');
    if (ifMatch !== undefined && ifMatch !== found.etag) return refusal(412, 'PreconditionFailed');
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const headers = { etag: found.etag, 'last-modified': found.at.toUTCString() };
    return { status: range === undefined ? 200 : 206, headers, body: found.body.subarray(from) };
  }

  private put(key: string, body: Buffer, ifNoneMatch: string | undefined): Answer {
    if (ifNoneMatch === '*' && this.objects.has(key)) return refusal(412, 'PreconditionFailed');
    const etag = etagOf(body);
    this.objects.set(key, { body, etag, at: this.clock() });
    return { status: 200, headers: { etag } };
  }

  private begin(key: string): Answer {
    const uploadId = randomUUID();
    this.uploads.set(uploadId, { key, begun: this.clock(), parts: new Map() });
    return xml(`<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`);
  }

  private putPart(query: URLSearchParams, body: Buffer): Answer {
    const upload = this.uploads.get(query.get('uploadId')!);
    if (!upload) return refusal(404, 'NoSuchUpload');
    upload.parts.set(Number(query.get('partNumber')), body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }

  private complete(key: string, query: URLSearchParams, body: Buffer, ifNoneMatch: string | undefined): Answer {
    const upload = this.uploads.get(query.get('uploadId')!);
    if (upload?.key !== key) return refusal(404, 'NoSuchUpload');
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;([0-9a-f]+)&quot;<\/ETag>/g)];
    const parts = named.map(([, number, etag]) => ({ part: upload.parts.get(Number(number)), etag: `"${etag}"` }));
    const areKnown = parts.length === upload.parts.size && parts.every(({ part, etag }) => part && etagOf(part) === etag);
    if (!areKnown) return refusal(400, 'InvalidPart');
    const answer = this.put(key, Buffer.concat(parts.map(({ part }) => part!)), ifNoneMatch);
    if (answer.status !== 200) return answer;
    this.uploads.delete(query.get('uploadId')!);
    return xml('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
  }

  private listObjects(query: URLSearchParams): Answer {
    if (query.get('list-type') !== '2') return refusal(400, 'InvalidArgument');
    const keys = [...this.objects.keys()].sort();
    const from = Number(query.get('continuation-token')?.replace('&from=', '') ?? 0);
    const page = keys.slice(from, from + this.pageSize).map((key) => {
      const { body, at } = this.objects.get(key)!;
      return `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${at.toISOString()}</LastModified><Size>${body.length}</Size></Contents>`;
    });
    const isMore = from + this.pageSize < keys.length;
    const next = isMore ? `<NextContinuationToken>&amp;from=${from + this.pageSize}</NextContinuationToken>` : '';
    return xml(`<ListBucketResult><IsTruncated>${isMore}</IsTruncated>${page.join('')}${next}</ListBucketResult>`);
  }

  private listUploads(): Answer {
    const all = [...this.uploads].map(
      ([id, { key, begun }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begun.toISOString()}</Initiated></Upload>`,
    );
    return xml(`<ListMultipartUploadsResult>${all.join('')}</ListMultipartUploadsResult>`);
  }
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
const xml = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'application/xml' }, body });
const refusal = (status: number, code: string): Answer => ({ ...xml(`<Error><Code>${code}</Code></Error>`), status });

async function send(
  response: ServerResponse,
  { status, headers, body = '' }: Answer,
  isHead: boolean,
  fault: Fault | undefined,
): Promise<void> {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  if (isHead) return void response.end();
  const half = bytes.length >> 1;
  if (fault && 'cut' in fault && fault.cut === 'midway') {
    response.write(bytes.subarray(0, half), () => setTimeout(() => response.destroy(), 20));
    return;
  }
  if (fault && 'silentMs' in fault && fault.midway) {
    response.write(bytes.subarray(0, half));
    await pause(fault.silentMs);
    return void response.end(bytes.subarray(half));
  }
  response.end(bytes);
}
