import { BlobStoreUnavailable } from './blob-store';
import type { S3Client } from './s3-client';
import { textOf } from './s3-xml';

/** A blob on its way in parts, one after another: nothing of it is to be seen before it is completed. */
export class S3Upload {
  private readonly etags: string[] = [];

  constructor(
    private readonly client: S3Client,
    private readonly key: string,
    private readonly uploadId: string,
  ) {}

  static async begin(client: S3Client, key: string): Promise<S3Upload> {
    const answer = await client.send({ method: 'POST', key, query: { uploads: '' } });
    const uploadId = textOf(await answer.text(), 'UploadId');
    if (answer.status !== 200 || uploadId === undefined) throw new BlobStoreUnavailable(`it answers ${answer.status}`);
    return new S3Upload(client, key, uploadId);
  }

  async add(body: Buffer): Promise<void> {
    const query = { partNumber: String(this.etags.length + 1), uploadId: this.uploadId };
    const answer = await this.client.send({ method: 'PUT', key: this.key, query, body });
    await answer.discard();
    const etag = answer.headers.get('etag');
    if (answer.status !== 200 || etag === null) throw new BlobStoreUnavailable(`it answers ${answer.status}`);
    this.etags.push(etag);
  }

  async complete(): Promise<'stored' | 'exists'> {
    const parts = this.etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`);
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
    const answer = await this.client.send({
      method: 'POST',
      key: this.key,
      query: { uploadId: this.uploadId },
      headers: { 'if-none-match': '*' },
      body,
    });
    const said = await answer.text();
    if (answer.status === 412) {
      await this.abort();
      return 'exists';
    }
    // 404: an attempt of ours got through and only its answer was lost, or somebody gave the upload up. The object itself says which.
    if (answer.status === 404) return this.completedBefore();
    // The head of the answer goes out before the parts are joined: what fails then stands in its body.
    if (answer.status !== 200 || said.includes('<Error>')) throw new BlobStoreUnavailable(`it answers ${answer.status}`);
    return 'stored';
  }

  /** What can't be given up now is removed by the sweep. */
  async abort(): Promise<void> {
    try {
      const answer = await this.client.send({ method: 'DELETE', key: this.key, query: { uploadId: this.uploadId } });
      await answer.discard();
    } catch (error) {
      if (!(error instanceof BlobStoreUnavailable)) throw error;
    }
  }

  private async completedBefore(): Promise<'exists'> {
    const answer = await this.client.send({ method: 'HEAD', key: this.key });
    await answer.discard();
    if (answer.status !== 200) throw new BlobStoreUnavailable('the upload is gone');
    return 'exists';
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
