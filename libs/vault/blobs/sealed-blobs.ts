import { createHash, Hash } from 'node:crypto';
import { CannotOpen } from '../sealing';
import { BlobHeader, BlobKey, BlobPlace, openChunks, parseHeader, plainBytesOf, sealChunks, sealedPieces } from './blob-cipher';
import type { BlobStore } from './blob-store';
import { BlobMissing } from './blob-store';

/** What the log keeps of a blob: where it is and how it can be told from any other, nothing of what is in it. */
export interface SealedBlob {
  readonly blobId: string;
  readonly keyId: string;
  /** Of the ciphertext. */
  readonly bytes: number;
  /** SHA-256 of the ciphertext, hex. */
  readonly sha256: string;
}

/** A blob as it is asked for. Where the log has more of it than the place, that is held against what the store gives. */
export interface BlobRequest extends BlobPlace, Partial<Omit<SealedBlob, 'blobId'>> {}

export type OpenedBlob =
  | {
      readonly state: 'open';
      /** Of the plaintext. */
      readonly bytes: number;
      /** @throws CannotOpen where a chunk, or the whole, is not what was sealed; nothing of that chunk is given */
      readonly chunks: AsyncIterable<Buffer>;
    }
  | { readonly state: 'erased' };

/**
 * Seals bytes into the store. Where the blob is there already, from a run of the same command that broke off or goes on beside this one, it
 * is the one that counts: it is looked through and told of as it stands.
 * @param derive the blob's key: a new one, or the one of the blob that begins with this header
 * @throws CannotOpen where what stands there is not a blob of this place under this key; BlobStoreUnavailable; what the source throws
 */
export async function sealInto(
  store: BlobStore,
  derive: (header?: BlobHeader) => BlobKey,
  blobId: string,
  source: AsyncIterable<Buffer>,
): Promise<SealedBlob> {
  const tally = new Tally();
  const secrets = derive();
  const { keyId } = secrets.header;
  const outcome = await store.put(blobId, tally.over(sealChunks(secrets, source)));
  if (outcome === 'stored') return tally.of(blobId, keyId);
  const standing = new Tally();
  const pieces = sealedPieces(standing.over(store.read(blobId)));
  const header = parseHeader((await pieces.next()).value ?? undefined);
  if (header.keyId !== keyId) throw new CannotOpen('the blob is sealed under another key');
  for await (const _ of openChunks(derive(header), pieces)); // verifies each chunk
  return standing.of(blobId, keyId);
}

/** How the key of a blob is come by. */
export interface BlobKeys {
  /** Whether the person's key of this id is there: it is not where it was destroyed. */
  isThere(keyId: string): Promise<boolean>;
  /** The key of the blob that begins with this header; nothing where the person's was destroyed. */
  derive(header: BlobHeader): Promise<BlobKey | undefined>;
}

/**
 * Opens a blob of the store. Before this settles, the key is known to be there and the blob to begin like one.
 * @throws BlobMissing, CannotOpen, BlobStoreUnavailable
 */
export async function openFrom(store: BlobStore, request: BlobRequest, keys: BlobKeys): Promise<OpenedBlob> {
  // Of an erased person nothing is asked of the store: the blob may be gone from there as well.
  if (request.keyId !== undefined && !(await keys.isThere(request.keyId))) return { state: 'erased' };
  const stored = await store.stat(request.blobId);
  if (!stored) throw new BlobMissing(request.blobId);
  if (request.bytes !== undefined && request.bytes !== stored.bytes) throw new CannotOpen('the blob has not the size on record');
  const tally = new Tally();
  const pieces = sealedPieces(tally.over(store.read(request.blobId)));
  try {
    const header = parseHeader((await pieces.next()).value ?? undefined);
    if (request.keyId !== undefined && header.keyId !== request.keyId) throw new CannotOpen('the blob is sealed under another key');
    const secrets = await keys.derive(header);
    if (secrets) return { state: 'open', bytes: plainBytesOf(stored.bytes), chunks: whole(openChunks(secrets, pieces), tally, request) };
  } catch (error) {
    await pieces.return();
    throw error;
  }
  await pieces.return();
  return { state: 'erased' };
}

/** The last chunk is held back until the whole is known to be what is on record: who was given all of it was given the right one. */
async function* whole(chunks: AsyncIterable<Buffer>, tally: Tally, { sha256 }: BlobRequest): AsyncGenerator<Buffer, void, undefined> {
  let before: Buffer | undefined;
  for await (const chunk of chunks) {
    if (before) yield before;
    before = chunk;
  }
  if (sha256 !== undefined && tally.sha256 !== sha256) throw new CannotOpen('the blob is not the one on record');
  if (before && before.length > 0) yield before;
}

/** Counts and hashes what goes by. */
class Tally {
  private readonly hash: Hash = createHash('sha256');
  private digest: string | undefined;
  private bytes = 0;

  async *over(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of source) {
      this.hash.update(piece);
      this.bytes += piece.length;
      yield piece;
    }
  }

  /** Of everything that went by; nothing may follow. */
  get sha256(): string {
    return (this.digest ??= this.hash.digest('hex'));
  }

  of(blobId: string, keyId: string): SealedBlob {
    return { blobId, keyId, bytes: this.bytes, sha256: this.sha256 };
  }
}
