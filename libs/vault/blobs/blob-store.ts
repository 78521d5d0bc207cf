import { UUID } from '@hjemmel/kernel';
/** A blob as a store knows it. */
export interface StoredBlob {
  readonly blobId: string;
  /** Of the ciphertext. */
  readonly bytes: number;
  readonly storedAt: Date;
}

/** Keeps sealed blobs outside the log, by id. It sees ciphertext only; what is in its hands can be lost, never read. */
export interface BlobStore {
  /**
   * Stores a blob whole or not at all; durable when the promise settles. One that is there stays as it is: then the bytes are not taken.
   * @throws BlobStoreUnavailable; what the source throws
   */
  put(blobId: string, ciphertext: AsyncIterable<Buffer>): Promise<'stored' | 'exists'>;
  /**
   * Its ciphertext from the beginning. Whoever stops early ends the iteration, so that connection or file is let go.
   * @throws BlobMissing, also at the first piece; BlobStoreUnavailable
   */
  read(blobId: string): AsyncIterable<Buffer>;
  stat(blobId: string): Promise<StoredBlob | undefined>;
  /** Durable when the promise settles. Gives whether there was one. */
  delete(blobId: string): Promise<boolean>;
  /** In no particular order; what is not a blob of ours is passed over. */
  list(): AsyncIterable<StoredBlob>;
  /** Removes what writers left half-written before then, and gives how many. */
  removeUnfinished(before: Date): Promise<number>;
}

export class BlobMissing extends Error {
  constructor(readonly blobId: string) {
    super(`there is no blob ${blobId} in the store`);
    this.name = 'BlobMissing';
  }
}

/** The store can't be reached, is full, or keeps failing. It may pass. */
export class BlobStoreUnavailable extends Error {
  constructor(why: string, cause?: unknown) {
    super(`the store of blobs is not available: ${why}`, cause === undefined ? {} : { cause });
    this.name = 'BlobStoreUnavailable';
  }
}

export const isBlobId = (text: string): boolean => UUID.test(text);

/** Ids become names of files and addresses: nothing else may pass. @throws TypeError */
export function demandBlobId(text: string): string {
  if (!isBlobId(text)) throw new TypeError('a blob is named by a UUID in lower case');
  return text;
}
