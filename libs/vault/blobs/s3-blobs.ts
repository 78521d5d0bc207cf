import { BlobMissing, BlobStore, BlobStoreUnavailable, demandBlobId, isBlobId, StoredBlob } from './blob-store';
import { inPieces } from './chunks';
import { S3Answer, S3Client, whyOf } from './s3-client';
import { S3Upload } from './s3-upload';
import { insidesOf, textOf } from './s3-xml';

/** What is in memory of a blob on its way out; S3 takes no smaller part than 5 MiB, and at most 10,000 of them: 80 GB. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Blobs as objects of an S3-compatible store, named by their id. */
export class S3Blobs implements BlobStore {
  constructor(
    private readonly client: S3Client,
    private readonly partBytes = PART_BYTES,
  ) {}

  async put(blobId: string, ciphertext: AsyncIterable<Buffer>): Promise<'stored' | 'exists'> {
    if (await this.stat(blobId)) return 'exists';
    let upload: S3Upload | undefined;
    let first: Buffer | undefined;
    try {
      for await (const part of inPieces(ciphertext, this.partBytes)) {
        if (!first && !upload) {
          first = part;
          continue;
        }
        upload ??= await S3Upload.begin(this.client, blobId);
        if (first) await upload.add(first);
        first = undefined;
        await upload.add(part);
      }
      return upload ? await upload.complete() : await this.putWhole(blobId, first ?? Buffer.alloc(0));
    } catch (error) {
      await upload?.abort();
      throw error;
    }
  }

  /** A connection that breaks is taken up again where it broke, as long as the object is the same. */
  async *read(blobId: string): AsyncGenerator<Buffer, void, undefined> {
    let done = 0;
    let etag: string | null = null;
    for (let failures = 0; ;) {
      const answer = await this.readFrom(blobId, done, etag);
      etag ??= answer.headers.get('etag');
      try {
        for await (const piece of answer.body()) {
          [done, failures] = [done + piece.length, 0];
          yield piece;
        }
        return;
      } catch (error) {
        if (++failures >= this.client.patience.attempts) throw new BlobStoreUnavailable(whyOf(error));
        await this.client.wait(failures);
      } finally {
        await answer.discard();
      }
    }
  }

  async stat(blobId: string): Promise<StoredBlob | undefined> {
    const answer = await this.client.send({ method: 'HEAD', key: demandBlobId(blobId) });
    await answer.discard();
    if (answer.status === 404) return undefined;
    expectStatus(answer, 200);
    const { headers } = answer;
    return { blobId, bytes: Number(headers.get('content-length')), storedAt: new Date(headers.get('last-modified') ?? NaN) };
  }

  async delete(blobId: string): Promise<boolean> {
    const there = await this.stat(blobId);
    if (!there) return false;
    const answer = await this.client.send({ method: 'DELETE', key: blobId });
    await answer.discard();
    expectStatus(answer, 200, 204, 404);
    return true;
  }

  async *list(): AsyncGenerator<StoredBlob, void, undefined> {
    let more: string | undefined;
    do {
      const token = more === undefined ? {} : { 'continuation-token': more };
      const answer = await this.client.send({ method: 'GET', query: { 'list-type': '2', 'encoding-type': 'url', ...token } });
      expectStatus(answer, 200);
      const page = await answer.text();
      for (const object of insidesOf(page, 'Contents')) {
        const blobId = textOf(object, 'Key') ?? '';
        if (!isBlobId(blobId)) continue;
        yield { blobId, bytes: Number(textOf(object, 'Size')), storedAt: new Date(textOf(object, 'LastModified') ?? NaN) };
      }
      more = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined;
    } while (more !== undefined);
  }

  async removeUnfinished(before: Date): Promise<number> {
    const answer = await this.client.send({ method: 'GET', query: { uploads: '', 'encoding-type': 'url' } });
    expectStatus(answer, 200);
    let removed = 0;
    for (const begun of insidesOf(await answer.text(), 'Upload')) {
      const [blobId, uploadId] = [textOf(begun, 'Key') ?? '', textOf(begun, 'UploadId') ?? ''];
      if (!isBlobId(blobId) || !(new Date(textOf(begun, 'Initiated') ?? NaN) < before)) continue;
      await new S3Upload(this.client, blobId, uploadId).abort();
      removed++;
    }
    return removed;
  }

  private async putWhole(blobId: string, body: Buffer): Promise<'stored' | 'exists'> {
    const answer = await this.client.send({ method: 'PUT', key: blobId, headers: ONLY_NEW, body });
    await answer.discard();
    // Also where an attempt of ours got through and only its answer was lost: what stands there is looked through by whoever is told so.
    if (answer.status === 412) return 'exists';
    expectStatus(answer, 200);
    return 'stored';
  }

  private async readFrom(blobId: string, from: number, etag: string | null): Promise<S3Answer> {
    const headers = { ...(from > 0 && { range: `bytes=${from}-` }), ...(etag !== null && { 'if-match': etag }) };
    const answer = await this.client.send({ method: 'GET', key: demandBlobId(blobId), headers });
    if (answer.status === (from > 0 ? 206 : 200)) return answer;
    await answer.discard();
    if (answer.status === 404) throw new BlobMissing(blobId);
    throw new BlobStoreUnavailable(`it answers ${answer.status}`);
  }
}

/** Of two writers at once the first one's object stands, where the store knows conditional writes (S3 does since 2024). */
export const ONLY_NEW = { 'if-none-match': '*' } as const;

/** @throws BlobStoreUnavailable: what is wrong with address, bucket or rights is for the operator, who reads the status */
export function expectStatus({ status }: S3Answer, ...expected: readonly number[]): void {
  if (!expected.includes(status)) throw new BlobStoreUnavailable(`it answers ${status}`);
}
