import { join } from 'node:path';
import { OperatorError, readSecretFile } from '@hjemmel/host';
import type { Settings } from '@hjemmel/host';
import type { BlobStore } from './blob-store';
import { FileBlobs } from './file-blobs';
import { S3Blobs } from './s3-blobs';
import { S3Client, S3Credentials, S3Patience, S3Place } from './s3-client';

/**
 * The store that HJEMMEL_BLOBS names, or files in the data folder (HJEMMEL_DATA) where it names none.
 * @throws OperatorError that names the variable at fault
 */
export async function openBlobs(read: Settings, patience: Partial<S3Patience> = {}): Promise<BlobStore> {
  const place = read.url('HJEMMEL_BLOBS', ['s3:']);
  if (place === undefined) return new FileBlobs(join(read.required('HJEMMEL_DATA'), 'blobs'));
  const target = targetOf(place);
  demandEea(read, target);
  const credentials = parseCredentials(await readSecretFile(read.required('HJEMMEL_BLOBS_KEY_FILE')));
  return new S3Blobs(new S3Client({ ...target, credentials }, patience));
}

type Target = Omit<S3Place, 'credentials'>;

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9-]{1,40}$/;

/** `s3://bucket?endpoint=https://…&region=…` */
function targetOf(place: string): Target {
  const form = 's3://bucket?endpoint=https://host&region=name';
  const wrong = (what: string): never => {
    throw new OperatorError(`HJEMMEL_BLOBS must be ${form}: ${what}`);
  };
  if (!URL.canParse(place)) return wrong('it is no URL');
  const { hostname: bucket, pathname, port, username, searchParams } = new URL(place);
  const [endpoint, region] = [searchParams.get('endpoint') ?? '', searchParams.get('region') ?? ''];
  if (!BUCKET.test(bucket) || port !== '' || username !== '' || (pathname !== '' && pathname !== '/'))
    return wrong('the bucket stands alone');
  if (!REGION.test(region)) return wrong('the region is missing');
  if (!URL.canParse(endpoint)) return wrong('the endpoint is missing');
  const { protocol, origin, hostname, href } = new URL(endpoint);
  if (href !== `${origin}/`) return wrong('the endpoint is scheme, host and port');
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) return wrong('the endpoint begins with https://');
  return { endpoint: origin, region, bucket };
}

/** Regions of AWS outside the EEA by their names; other operators name theirs as they like. */
const OUTSIDE_EEA = /^(?:us|ca|sa|mx|af|ap|me|il|cn)-|^eu-west-2$|^eu-central-2$/;

/** The statement promises that nothing leaves the EEA (GDPR art. 44): where the bucket lies only the operator knows, and has to say. */
function demandEea(read: Settings, { endpoint, region }: Target): void {
  const rule = 'photos must not leave the EEA (GDPR art. 44)';
  if (read.text('HJEMMEL_BLOBS_LOCATION') !== 'EEA')
    throw new OperatorError(`${rule}: where the bucket of HJEMMEL_BLOBS lies in it, say so with HJEMMEL_BLOBS_LOCATION=EEA`);
  if (new URL(endpoint).hostname.endsWith('.amazonaws.com') && OUTSIDE_EEA.test(region))
    throw new OperatorError(`${rule}: the region of HJEMMEL_BLOBS lies outside it`);
}

/** JSON `{ "accessKeyId", "secretAccessKey", "sessionToken"? }`. Nothing of it is ever repeated. */
function parseCredentials(text: string): S3Credentials {
  const known = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value);
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = JSON.parse(text) as Record<string, unknown>;
    if (known(accessKeyId) && known(secretAccessKey) && (sessionToken === undefined || known(sessionToken)))
      return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  } catch {
    // the parser's own message quotes the file
  }
  throw new OperatorError('the file of HJEMMEL_BLOBS_KEY_FILE must hold JSON with accessKeyId and secretAccessKey');
}
