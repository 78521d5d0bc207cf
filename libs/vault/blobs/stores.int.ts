import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@hjemmel/kernel';
import { S3Server } from '../testing/s3-server';
import { BlobMissing, BlobStore, BlobStoreUnavailable } from './blob-store';
import { FileBlobs } from './file-blobs';
import { S3Blobs } from './s3-blobs';
import { S3Client, S3Patience } from './s3-client';
import { sweepOrphans } from './sweep-orphans';

let folder: string;
let server: S3Server;
const QUICK: S3Patience = { silenceMs: 10_000, attempts: 3, pauseMs: 5 };
const PART = 64 * 1024;
const newS3 = (patience: Partial<S3Patience> = {}): S3Blobs => new S3Blobs(new S3Client(server.place, { ...QUICK, ...patience }), PART);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-stores-'));
  server = await S3Server.start();
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function* given(...pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}
async function* failing(...pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
  throw new Error('the source broke');
}
async function read(store: BlobStore, blobId: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of store.read(blobId)) pieces.push(piece);
  return Buffer.concat(pieces);
}
async function listed(store: BlobStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { blobId } of store.list()) ids.push(blobId);
  return ids.sort();
}
const later = (): Date => new Date(Date.now() + 60_000);

describe.each<[string, () => BlobStore]>([
  ['files', () => new FileBlobs(join(folder, 'blobs'))],
  ['S3', () => newS3()],
])('a store of blobs in %s', (_, open) => {
  it.each([0, 1, PART - 1, PART, PART + 1, 3 * PART, 5 * PART + 17])(
    'keeps %d bytes as they are, also for another process',
    async (length) => {
      const [blobId, bytes] = [newUuid(), randomBytes(length)];
      const pieces = [bytes.subarray(0, 10), bytes.subarray(10, 10), bytes.subarray(10)];
      expect(await open().put(blobId, given(...pieces))).toBe('stored');
      expect((await read(open(), blobId)).equals(bytes)).toBe(true);
      expect(await open().stat(blobId)).toEqual({ blobId, bytes: length, storedAt: expect.anything() });
      expect(Math.abs((await open().stat(blobId))!.storedAt.getTime() - Date.now())).toBeLessThan(10_000);
    },
  );

  it('lets the first of a name stand, and takes no byte of a second', async () => {
    const blobId = newUuid();
    await open().put(blobId, given(Buffer.from('first')));
    expect(await open().put(blobId, failing())).toBe('exists');
    expect((await read(open(), blobId)).toString()).toBe('first');
  });

  it('lets one of several writers at once stand, whole', async () => {
    const [blobId, bodies] = [newUuid(), [0, 1, 2, 3].map(() => randomBytes(3 * PART))];
    const outcomes = await Promise.all(bodies.map((body) => open().put(blobId, given(body))));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect((await read(open(), blobId)).equals(bodies[outcomes.indexOf('stored')]!)).toBe(true);
  });

  it.each([[0], [1], [4]])('keeps nothing of what broke off after %d pieces', async (pieces) => {
    const blobId = newUuid();
    await expect(open().put(blobId, failing(...Array.from({ length: pieces }, () => randomBytes(PART))))).rejects.toThrow(
      'the source broke',
    );
    expect(await open().stat(blobId)).toBeUndefined();
    expect([await listed(open()), await open().removeUnfinished(later())]).toEqual([[], 0]);
  });

  it('says that what is not there is missing', async () => {
    const blobId = newUuid();
    await expect(read(open(), blobId)).rejects.toThrow(BlobMissing);
    expect([await open().stat(blobId), await open().delete(blobId)]).toEqual([undefined, false]);
  });

  it('deletes one and no other, and lets it be written again', async () => {
    const [one, other] = [newUuid(), newUuid()];
    for (const blobId of [one, other]) await open().put(blobId, given(Buffer.from(blobId)));
    expect(await open().delete(one)).toBe(true);
    expect(await listed(open())).toEqual([other]);
    expect(await open().put(one, given(Buffer.from('anew')))).toBe('stored');
  });

  it('lists what it keeps with sizes, also when that is more than a page, and nothing where it is new', async () => {
    expect(await listed(open())).toEqual([]);
    server.pageSize = 3;
    const ids = Array.from({ length: 10 }, newUuid);
    for (const blobId of ids) await open().put(blobId, given(Buffer.alloc(7)));
    expect(await listed(open())).toEqual(ids.sort());
    for await (const { bytes } of open().list()) expect(bytes).toBe(7);
  });

  it.each(['', '..', '../../etc/passwd', 'A'.repeat(36), `${newUuid()}/x`, newUuid().toUpperCase()])(
    'takes no name but a UUID: %j',
    async (name) => {
      await expect(open().put(name, given())).rejects.toThrow(TypeError);
      await expect(read(open(), name)).rejects.toThrow(TypeError);
      await expect(open().delete(name)).rejects.toThrow(TypeError);
    },
  );

  it('lets go of what is not read to its end', async () => {
    const blobId = newUuid();
    await open().put(blobId, given(randomBytes(20 * PART)));
    for await (const piece of open().read(blobId)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect((await read(open(), blobId)).length).toBe(20 * PART);
  });

  it('is swept of what no event knows after the grace time, and of nothing else', async () => {
    const [known, orphan] = [newUuid(), newUuid()];
    for (const blobId of [known, orphan]) await open().put(blobId, given(Buffer.from(blobId)));
    const knows = async (ids: readonly string[]) => new Set(ids.filter((id) => id === known));
    expect(await sweepOrphans(open(), knows, new Date(Date.now() - 60_000))).toBe(0);
    expect(await sweepOrphans(open(), knows, later())).toBe(1);
    expect(await listed(open())).toEqual([known]);
  });

  it('is swept of nothing where the log can’t be asked', async () => {
    const blobId = newUuid();
    await open().put(blobId, given(Buffer.from('x')));
    const unknowing = async (): Promise<Set<string>> => {
      throw new Error('the log is away');
    };
    await expect(sweepOrphans(open(), unknowing, later())).rejects.toThrow('away');
    expect(await listed(open())).toEqual([blobId]);
  });

  it('is swept in rounds where there is much', async () => {
    const ids = Array.from({ length: 150 }, newUuid);
    await Promise.all(ids.map((blobId) => open().put(blobId, given(Buffer.from('x')))));
    const asked: number[] = [];
    const knows = async (some: readonly string[]) => (asked.push(some.length), new Set(some.filter((id) => id < '8')));
    expect(await sweepOrphans(open(), knows, later())).toBe(ids.filter((id) => id >= '8').length);
    expect(asked).toEqual([64, 64, 22]);
  });
});

describe('files', () => {
  const blobs = () => new FileBlobs(join(folder, 'blobs'));

  it('are their owner’s alone, on shelves by their first digits', async () => {
    const blobId = newUuid();
    await blobs().put(blobId, given(Buffer.from('x')));
    const { mode } = await stat(join(folder, 'blobs', blobId.slice(0, 2), blobId));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'blobs', blobId.slice(0, 2)))).mode & 0o077).toBe(0);
  });

  it('that a killed writer left half-written are removed after the grace time, and others let be', async () => {
    await blobs().put(newUuid(), given(Buffer.from('x')));
    const drafts = join(folder, 'blobs', 'drafts');
    for (const name of ['old', 'new']) await writeFile(join(drafts, name), 'half');
    await utimes(join(drafts, 'old'), new Date(0), new Date(0));
    expect(await blobs().removeUnfinished(new Date(Date.now() - 60_000))).toBe(1);
    expect(await readdir(drafts)).toEqual(['new']);
  });

  it('of others among them are passed over', async () => {
    await mkdir(join(folder, 'blobs', 'ab'), { recursive: true });
    for (const name of ['notes.txt', newUuid().replace(/^../, 'cd')]) await writeFile(join(folder, 'blobs', 'ab', name), 'x');
    expect(await listed(blobs())).toEqual([]);
  });

  it('that can’t be written say so as a fault that may pass', async () => {
    await writeFile(join(folder, 'blobs'), 'a file where the folder belongs');
    await expect(blobs().put(newUuid(), given(Buffer.from('x')))).rejects.toThrow();
    if (process.getuid?.() === 0) return; // nobody keeps root from writing
    await rm(join(folder, 'blobs'));
    await mkdir(join(folder, 'blobs'));
    await chmod(join(folder, 'blobs'), 0o500);
    await expect(blobs().put(newUuid(), given(Buffer.from('x')))).rejects.toThrow(BlobStoreUnavailable);
  });
});

describe('S3', () => {
  it('gets a small blob in one request and a large one in parts, none larger than a part', async () => {
    await newS3().put(newUuid(), given(randomBytes(PART)));
    expect(server.requests.map((one) => one.split(' ')[0])).toEqual(['HEAD', 'PUT']);
    await newS3().put(newUuid(), given(randomBytes(10 * PART + 1)));
    expect(server.longestBody).toBe(PART);
    expect(server.requests.filter((one) => one.includes('partNumber='))).toHaveLength(11);
  });

  it.each([
    ['another secret', { secretAccessKey: 'x' }],
    ['another key', { accessKeyId: 'x' }],
  ])('is refused under %s', async (_, wrong) => {
    const place = { ...server.place, credentials: { ...server.place.credentials, ...wrong } };
    const store = new S3Blobs(new S3Client(place, QUICK), PART);
    await expect(store.put(newUuid(), given(Buffer.from('x')))).rejects.toThrow('403');
  });

  it('is tried again where it is overloaded, breaks off, or answers nothing, whatever is asked of it', async () => {
    const [blobId, bytes] = [newUuid(), randomBytes(3 * PART + 1)];
    server.fail({ status: 503 }, { cut: 'before' }, undefined, { status: 500 }, { status: 429 }, undefined, { silentMs: 1_500 });
    expect(await newS3({ silenceMs: 1_000 }).put(blobId, given(bytes))).toBe('stored');
    server.fail({ status: 503 }, { cut: 'before' });
    expect((await read(newS3(), blobId)).equals(bytes)).toBe(true);
    server.fail({ status: 500 });
    expect(await listed(newS3())).toEqual([blobId]);
    server.fail({ status: 500 }, undefined, { cut: 'before' });
    expect(await newS3().delete(blobId)).toBe(true);
  });

  it('takes reading up where it broke, and never starts over', async () => {
    const [blobId, bytes] = [newUuid(), randomBytes(20 * PART)];
    await newS3().put(blobId, given(bytes));
    server.fail({ cut: 'midway' }, { cut: 'midway' }, { silentMs: 1_500, midway: true });
    expect((await read(newS3({ silenceMs: 1_000 }), blobId)).equals(bytes)).toBe(true);
    expect(server.requests.filter((one) => one.startsWith('GET'))).toHaveLength(4);
  });

  it('gives up reading where the object is another by then', async () => {
    const blobId = newUuid();
    await newS3().put(blobId, given(randomBytes(20 * PART)));
    server.fail({ cut: 'midway' });
    const reading = (async () => {
      for await (const _ of newS3().read(blobId)) server.objects.set(blobId, { body: randomBytes(9), etag: '"other"', at: new Date() });
    })();
    await expect(reading).rejects.toThrow('412');
  });

  it('is given up after a bounded number of attempts', async () => {
    const answers = Array.from({ length: 3 }, () => ({ status: 503 }) as const);
    server.fail(...answers);
    await expect(newS3().stat(newUuid())).rejects.toThrow(BlobStoreUnavailable);
    expect(server.requests).toHaveLength(3);
    const gone = newS3();
    await server.stop();
    server = await S3Server.start();
    await expect(gone.stat(newUuid())).rejects.toThrow(BlobStoreUnavailable);
  });

  it('has one blob where only the answer was lost, and tells of it as one that is there', async () => {
    const [small, large] = [newUuid(), newUuid()];
    server.fail(undefined, { cut: 'after' });
    expect(await newS3().put(small, given(Buffer.from('x')))).toBe('exists');
    server.fail(undefined, undefined, undefined, undefined, undefined, { cut: 'after' });
    expect(await newS3().put(large, given(randomBytes(3 * PART)))).toBe('exists');
    expect([server.objects.get(small)!.body.length, server.objects.get(large)!.body.length]).toEqual([1, 3 * PART]);
    expect(server.uploads.size).toBe(0);
  });

  it('keeps no parts of an upload that failed, and is swept of those of a writer that was killed', async () => {
    const blobId = newUuid();
    server.fail(undefined, undefined, undefined, { status: 500 }, { status: 500 }, { status: 500 });
    await expect(newS3().put(blobId, given(randomBytes(3 * PART)))).rejects.toThrow(BlobStoreUnavailable);
    expect(server.uploads.size).toBe(0);
    server.uploads.set('left', { key: blobId, begun: new Date(0), parts: new Map() });
    server.uploads.set('other', { key: 'backup.tar', begun: new Date(0), parts: new Map() });
    server.uploads.set('new', { key: blobId, begun: new Date(), parts: new Map() });
    expect(await newS3().removeUnfinished(new Date(Date.now() - 60_000))).toBe(1);
    expect([...server.uploads.keys()]).toEqual(['other', 'new']);
  });

  it('is not followed to another address', async () => {
    server.objects.set('backup.tar', { body: Buffer.from('x'), etag: '"e"', at: new Date() });
    expect(await listed(newS3())).toEqual([]); // what is not ours is passed over
    const elsewhere = new S3Blobs(new S3Client({ ...server.place, bucket: 'others' }, QUICK), PART);
    expect(await elsewhere.stat(newUuid())).toBeUndefined();
    await expect(elsewhere.put(newUuid(), given(Buffer.from('x')))).rejects.toThrow('404');
  });
});
