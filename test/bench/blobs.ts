import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cardPhoto } from '@hjemmel/images';
import { madePhoto } from '@hjemmel/images/testing/made-images';
import { newUuid } from '@hjemmel/kernel';
import {
  blobKeyFor,
  BlobHeader,
  BlobPlace,
  CHUNK_BYTES,
  newBlobKey,
  openChunks,
  parseHeader,
  sealChunks,
  sealedPieces,
} from '@hjemmel/vault/blobs/blob-cipher';
import { FileBlobs } from '@hjemmel/vault/blobs/file-blobs';
import { openFrom, sealInto } from '@hjemmel/vault/blobs/sealed-blobs';
import { keyMaterial } from '@hjemmel/vault/sealing';
import type { BenchRow, BenchTable } from './types';

const MB = 1_000_000;
const GIB = 2 ** 30;
const IN_MEMORY_BYTES = 256 * 2 ** 20;
const PHOTOS = 500;
const DIFFERENT_PHOTOS = 20;
const AT_ONCE = 4;

const key = { ...keyMaterial(newUuid(), randomBytes(32)), subjectId: '0a'.repeat(16), retentionClass: 'photo' } as const;
const newPlace = () => ({ blobId: newUuid(), subjectId: key.subjectId, category: 'subject.photo' });
const chunk = randomBytes(CHUNK_BYTES);

/** Sealing and opening beside what it is made of, on one core; photos as they come in; and what a large blob takes of memory. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-blobs-'));
  try {
    const store = new FileBlobs(folder);
    const ofLarge = await large(store); // first: what others leave in memory would hide what this takes
    const rows = [...(await ciphering()), ...ofLarge, await photos(store)];
    return { title: 'Sealed blobs', rows, settings: { chunkBytes: CHUNK_BYTES, photos: PHOTOS, atOnce: AT_ONCE } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* repeated(bytes: number): AsyncGenerator<Buffer> {
  for (let given = 0; given < bytes; given += chunk.length) yield chunk;
}

async function ciphering(): Promise<BenchRow[]> {
  const place = newPlace();
  const sealed: Buffer[] = [];
  for await (const piece of sealChunks(newBlobKey(key, place), repeated(IN_MEMORY_BYTES))) sealed.push(piece);
  const seal = await megabytesPerSecond(IN_MEMORY_BYTES, async () => {
    for await (const _ of sealChunks(newBlobKey(key, place), repeated(IN_MEMORY_BYTES)));
  });
  const open = await megabytesPerSecond(IN_MEMORY_BYTES, async () => {
    const pieces = sealedPieces(given(sealed));
    const header = parseHeader((await pieces.next()).value ?? undefined);
    for await (const _ of openChunks(blobKeyFor(key, place, header), pieces));
  });
  const gcm = await megabytesPerSecond(IN_MEMORY_BYTES, async () => {
    for await (const piece of repeated(IN_MEMORY_BYTES)) {
      const cipher = createCipheriv('aes-256-gcm', key.encryption, randomBytes(12));
      cipher.update(piece);
      cipher.final();
      cipher.getAuthTag();
    }
  });
  const sha256 = await megabytesPerSecond(IN_MEMORY_BYTES, async () => {
    const hash = createHash('sha256');
    for await (const piece of repeated(IN_MEMORY_BYTES)) hash.update(piece);
    hash.digest();
  });
  const beside = `AES-256-GCM alone ${Math.round(gcm)} MB/s; SHA-256 ${Math.round(sha256)} MB/s`;
  return [
    { what: 'sealing in chunks', value: seal, unit: 'MB/s', beside },
    { what: 'opening in chunks', value: open, unit: 'MB/s', beside },
  ];
}

async function* given(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

const deriving = (place: BlobPlace) => (header?: BlobHeader) => (header ? blobKeyFor(key, place, header) : newBlobKey(key, place));

async function large(store: FileBlobs): Promise<BenchRow[]> {
  const place = newPlace();
  const memory = new Memory();
  const sealing = await megabytesPerSecond(
    GIB,
    async () => void (await sealInto(store, deriving(place), place.blobId, memory.watching(repeated(GIB)))),
  );
  const opening = await megabytesPerSecond(GIB, async () => {
    const opened = await openFrom(store, place, { isThere: async () => true, derive: async (header) => deriving(place)(header) });
    if (opened.state === 'open') for await (const _ of memory.watching(opened.chunks));
  });
  await store.delete(place.blobId);
  return [
    { what: '1 GiB sealed into a file, hashed and synced', value: sealing, unit: 'MB/s' },
    { what: '1 GiB opened from a file, hashed', value: opening, unit: 'MB/s' },
    { what: 'memory that both take above the start (RSS)', value: memory.grown / 2 ** 20, unit: 'MiB', target: 'flat' },
  ];
}

async function photos(store: FileBlobs): Promise<BenchRow> {
  const uploads = await Promise.all(Array.from({ length: DIFFERENT_PHOTOS }, (_, seed) => madePhoto(seed)));
  const begun = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < PHOTOS) {
      const { jpeg } = await cardPhoto(uploads[next++ % DIFFERENT_PHOTOS]!);
      const place = newPlace();
      await sealInto(store, deriving(place), place.blobId, given([jpeg]));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const kilobytes = uploads.reduce((sum, { length }) => sum + length, 0) / DIFFERENT_PHOTOS / 1_000;
  const value = (performance.now() - begun) / 1_000;
  return { what: `${PHOTOS} photos of ${Math.round(kilobytes)} KB made into card photos and sealed`, value, unit: 's' };
}

/** Watches how far the process grows while bytes go by. */
class Memory {
  private readonly before = process.memoryUsage.rss();
  grown = 0;

  async *watching(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let pieces = 0;
    for await (const piece of source) {
      if (pieces++ % 256 === 0) this.grown = Math.max(this.grown, process.memoryUsage.rss() - this.before);
      yield piece;
    }
  }
}

async function megabytesPerSecond(bytes: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return bytes / MB / ((performance.now() - begun) / 1_000);
}
