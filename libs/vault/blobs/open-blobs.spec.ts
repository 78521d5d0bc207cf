import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError, settings } from '@hjemmel/host';
import { newUuid } from '@hjemmel/kernel';
import { S3Server } from '../testing/s3-server';
import { FileBlobs } from './file-blobs';
import { openBlobs } from './open-blobs';
import { S3Blobs } from './s3-blobs';

let folder: string;
let keyFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-open-blobs-'));
  keyFile = join(folder, 'keys.json');
  await writeFile(keyFile, JSON.stringify({ accessKeyId: 'AKID', secretAccessKey: 'hunter2' }), { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

const elsewhere = (changes: Readonly<Record<string, string>> = {}) => ({
  HJEMMEL_BLOBS: 's3://photos?endpoint=https://s3.store.example&region=osl-1',
  HJEMMEL_BLOBS_LOCATION: 'EEA',
  HJEMMEL_BLOBS_KEY_FILE: keyFile,
  ...changes,
});
const opening = (env: Readonly<Record<string, string>>) => openBlobs(settings(env));

describe('where blobs are kept', () => {
  it('is a folder of ours where nothing else is said', async () => {
    expect(await opening({ HJEMMEL_DATA: folder })).toBeInstanceOf(FileBlobs);
    await expect(opening({})).rejects.toThrow('HJEMMEL_DATA must be set');
  });

  it('is the bucket that is named, reached over https or on loopback', async () => {
    expect(await opening(elsewhere())).toBeInstanceOf(S3Blobs);
    const server = await S3Server.start();
    try {
      const { endpoint, region, bucket, credentials } = server.place;
      const file = join(folder, 'server.json');
      await writeFile(file, JSON.stringify(credentials), { mode: 0o600 });
      const place = `s3://${bucket}?endpoint=${endpoint}&region=${region}`;
      const blobs = await opening(elsewhere({ HJEMMEL_BLOBS: place, HJEMMEL_BLOBS_KEY_FILE: file }));
      expect(await blobs.stat(newUuid())).toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['that is not said to lie in the EEA', { HJEMMEL_BLOBS_LOCATION: '' }, 'GDPR art. 44'],
    ['said to lie elsewhere', { HJEMMEL_BLOBS_LOCATION: 'US' }, 'GDPR art. 44'],
    [
      'in a region that lies outside it whatever is said',
      { HJEMMEL_BLOBS: 's3://photos?endpoint=https://s3.us-east-1.amazonaws.com&region=us-east-1' },
      'outside it',
    ],
    ['reached in clear', { HJEMMEL_BLOBS: 's3://photos?endpoint=http://s3.store.example&region=osl-1' }, 'begins with https://'],
    ['without an endpoint', { HJEMMEL_BLOBS: 's3://photos?region=osl-1' }, 'the endpoint is missing'],
    ['without a region', { HJEMMEL_BLOBS: 's3://photos?endpoint=https://s3.store.example' }, 'the region is missing'],
    ['with a path', { HJEMMEL_BLOBS: 's3://photos/a?endpoint=https://s3.store.example&region=osl-1' }, 'stands alone'],
    [
      'with an endpoint with a path',
      { HJEMMEL_BLOBS: 's3://photos?endpoint=https://s3.store.example/hunter2&region=osl-1' },
      'scheme, host',
    ],
    [
      'with a secret in its address',
      { HJEMMEL_BLOBS: 's3://AKID:hunter2@photos?endpoint=https://s3.store.example&region=osl-1' },
      'stands alone',
    ],
    ['of another kind', { HJEMMEL_BLOBS: 'https://hunter2.example' }, 's3://'],
    ['without keys', { HJEMMEL_BLOBS_KEY_FILE: '' }, 'HJEMMEL_BLOBS_KEY_FILE must be set'],
  ])('is refused: a bucket %s', async (_, changes, message) => {
    const refused = opening(elsewhere(changes));
    await expect(refused).rejects.toThrow(OperatorError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it.each([
    ['is no JSON', 'hunter2'],
    ['is JSON of another form', '["hunter2"]'],
    ['lacks the secret', '{ "accessKeyId": "hunter2" }'],
    ['holds a line break', '{ "accessKeyId": "AKID", "secretAccessKey": "hunter2\\n" }'],
  ])('is refused where the file of keys %s, without a word of it', async (_, content) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, content, { mode: 0o600 });
    const refused = opening(elsewhere({ HJEMMEL_BLOBS_KEY_FILE: file }));
    await expect(refused).rejects.toThrow('must hold JSON with accessKeyId and secretAccessKey');
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('is refused where others can read the keys', async () => {
    const file = join(folder, 'open.json');
    await writeFile(file, '{}');
    await chmod(file, 0o644);
    await expect(opening(elsewhere({ HJEMMEL_BLOBS_KEY_FILE: file }))).rejects.toThrow('can be read by others');
  });
});
