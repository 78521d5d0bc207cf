import { mkdtemp, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@hjemmel/host';
import { madePhoto, withExif } from '@hjemmel/images/testing/made-images';
import { newUuid, Role } from '@hjemmel/kernel';
import { tokenOf } from '../../apps/auditor/token/print-token';
import { madeCustomer, madeOrder, madePeople } from '../bench/made-orders';
import { ByteSearch, described, searchFolder } from './support/byte-search';
import { Instance } from './support/instance';
import { everyRow } from './support/postgres-text';
import type { Needle } from './support/spellings';

jest.setTimeout(180_000);

const PHOTOS = 5;
let home: string;
let data: string;
let instance: Instance;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-photos-'));
  data = join(home, 'data');
  instance = await Instance.start(data, await freePort(), {});
});
afterAll(async () => {
  await instance?.stop();
  await rm(home, { recursive: true, force: true });
});

async function call(method: string, path: string, role: Role, type?: string, body?: Buffer | string): Promise<Response> {
  const token = await tokenOf({ data, role });
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': newUuid(), ...(type !== undefined && { 'content-type': type }) };
  return fetch(instance.url + path, { method, headers, ...(body !== undefined && { body }) });
}
const json = async (response: Response): Promise<any> => response.json(); // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape

/** Pieces of the picture's coded pixels, from everywhere in it but its tables, which are the same in every picture; and what tells of the whole. */
function needlesOf(what: string, jpeg: Buffer): Needle[] {
  const pieces = [0.2, 0.35, 0.5, 0.65, 0.8, 0.95].map((share) => {
    const at = Math.floor(jpeg.length * share);
    return { what, spelling: `bytes at ${at}`, bytes: jpeg.subarray(at, at + 24) };
  });
  const hashes = ['sha256', 'sha1', 'md5'].flatMap((name) => {
    const hash = createHash(name).update(jpeg).digest();
    const spelled = (['hex', 'base64', 'base64url'] as const).map((spelling) => ({
      what,
      spelling: `${name} in ${spelling}`,
      bytes: Buffer.from(hash.toString(spelling)),
    }));
    return [{ what, spelling: name, bytes: hash }, ...spelled];
  });
  return [...pieces, ...hashes];
}

test('of a photo nothing is on disk but what is sealed: no pixel, no EXIF, no hash, in no file and no row', async () => {
  const needles: Needle[] = ['INGEBORG-VED-HYTTA', 'Ingeborg Saether', 'Hemmelig', 'Kamera 7'].map((text) => ({
    what: 'EXIF',
    spelling: text,
    bytes: Buffer.from(text),
  }));
  const agreement = {
    customer: madeCustomer,
    version: '2026-01',
    sha256: 'ab'.repeat(32),
    activities: ['D-1', 'D-2', 'D-6', 'D-7'],
  };
  expect((await call('POST', '/processing-agreements', 'service', 'application/json', JSON.stringify(agreement))).status).toBe(201);
  const people = madePeople();
  const stored: string[] = [];
  for (let n = 0; n < PHOTOS; n++) {
    const { body } = madeOrder(n, people.next().value as { number: string; birthDate: string });
    const order = await json(await call('POST', '/orders', 'service', 'application/json', body));
    const upload = await withExif(await madePhoto(n + 1));
    expect(upload.includes('INGEBORG-VED-HYTTA')).toBe(true);
    const path = `/data-subjects/${order.cardHolders[0].subjectId}/photos`;
    const { photoId } = await json(await call('POST', path, 'service', 'image/jpeg', upload));
    const shown = Buffer.from(await (await call('GET', `/photos/${photoId}`, 'case-worker')).arrayBuffer());
    expect(shown.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    needles.push(...needlesOf(`photo ${n} as it was sent`, upload), ...needlesOf(`photo ${n} as it is kept`, shown));
    stored.push(photoId);
  }
  const rows = await everyRow(data);
  const { code, stderr } = await instance.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

  const search = new ByteSearch(needles);
  const { finds, files } = searchFolder(data, search, []);
  expect(described(finds)).toEqual([]);
  expect(described(search.in(Buffer.from(rows.text), 'Postgres'))).toEqual([]);
  expect(files).toBeGreaterThan(500);

  const sealed = new ByteSearch([{ what: 'a blob', spelling: 'header', bytes: Buffer.from('HJMB\u0001\u0000\u0001', 'latin1') }]);
  const blobs = searchFolder(join(data, 'blobs'), sealed, []).finds.filter(({ offset }) => offset === 0);
  expect(blobs.map(({ where }) => where.split('/').at(-1)).sort()).toEqual(stored.sort());
});
