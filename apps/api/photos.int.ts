import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Admissions } from '@hjemmel/contexts/data-subjects/contract';
import { StorePhoto } from '@hjemmel/contexts/orders/photos/store-photo/store-photo.command';
import { StorePhotoHandler } from '@hjemmel/contexts/orders/photos/store-photo/store-photo.handler';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import { cardPhoto } from '@hjemmel/images';
import { madePhoto, withExif } from '@hjemmel/images/testing/made-images';
import { derivedUuid, newPseudonym, newUuid, Recorded } from '@hjemmel/kernel';
import { openBlobs, sweepOrphans } from '@hjemmel/vault';
import { settings } from '@hjemmel/host';
import { Pool } from 'pg';
import sharp from 'sharp';
import { madeCustomer, madeOrder, madePeople } from '../../test/bench/made-orders';
import { abandonFacts } from '../worker/abandon-fact';
import { knownBlobs } from '../worker/blob-sweep';
import { Answer, startApi, StartedApi } from './testing/started-api';

let api: StartedApi;
let owner: Pool;
let photo: Buffer;
const people = madePeople();
let orders = 0;

beforeAll(async () => {
  api = await startApi();
  owner = new Pool({ connectionString: api.urls.owner, max: 1 });
  photo = await withExif(await madePhoto());
  await api.agree(madeCustomer);
});
afterAll(async () => {
  await owner.end();
  await api.stop();
});

/** A worker whom an order made known; gives the pseudonyms of worker and contact person. */
async function ordered(): Promise<{ readonly worker: string; readonly contact: string }> {
  const { commandId, body } = madeOrder(orders++, people.next().value as { number: string; birthDate: string });
  const answer = await api.post('/orders', JSON.parse(body) as object, { role: 'service', subject: 'shop', key: commandId });
  return { worker: answer.body.cardHolders[0].subjectId as string, contact: answer.body.contact.subjectId as string };
}
const newWorker = async (): Promise<string> => (await ordered()).worker;
const post = (subjectId: string, bytes = photo, options: Parameters<StartedApi['postBytes']>[2] = {}): Promise<Answer> =>
  api.postBytes(`/data-subjects/${subjectId}/photos`, bytes, options);
const restrict = (subjectId: string): Promise<Answer> =>
  api.post(`/data-subjects/${subjectId}/restrictions`, { ground: 'accuracy-contested', channel: 'phone' });

async function eventsOf(stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const recorded of api.parts.log.readStream(stream)) events.push(recorded);
  return events;
}
const readsToday = async (): Promise<Recorded[]> => {
  const found: Recorded[] = [];
  const subscription = api.parts.log.subscribeToAll({ filter: { streamPrefixes: ['personalDataRead-'] } });
  for await (const message of subscription) {
    if (message.kind === 'caughtUp') break;
    if (message.kind === 'event') found.push(message.recorded);
  }
  await subscription.close();
  return found;
};
const pathOf = (blobId: string): string => join(api.data, 'blobs', blobId.slice(0, 2), blobId);
const blobsThere = async (): Promise<number> =>
  (await readdir(join(api.data, 'blobs'), { recursive: true })).filter((name) => name.length > 36).length;

describe('storing a photo', () => {
  it('answers with its id and its size as it is kept, and records where it is sealed', async () => {
    const worker = await newWorker();
    const { status, body } = await post(worker);
    expect(status).toBe(201);
    expect(body).toEqual({ photoId: expect.any(String), widthPx: 700, heightPx: 900, position: expect.stringMatching(/^\d+$/) });
    const [stored] = await eventsOf(`photo-${body.photoId}`);
    expect(stored!.event).toEqual({
      type: 'PhotoStored',
      data: {
        photoId: body.photoId,
        subjectId: worker,
        commandId: stored!.metadata.correlationId,
        admission: expect.any(String),
        blob: {
          blobId: body.photoId,
          keyId: expect.any(String),
          bytes: expect.any(Number),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        widthPx: 700,
        heightPx: 900,
      },
    });
    const admitted = (await eventsOf(`dataSubject-${worker}`)).map(
      ({ event }) => event.data as { act?: string; factStream?: string; activity?: string },
    );
    expect(admitted).toContainEqual(
      expect.objectContaining({ act: 'StorePhoto', factStream: `photo-${body.photoId}`, activity: 'D-1', categories: ['subject.photo'] }),
    );
  });

  it('records no hash of the photo: not of what was sent, nor of what is kept', async () => {
    const { body } = await post(await newWorker());
    const text = JSON.stringify((await eventsOf(`photo-${body.photoId}`)).map(({ event }) => event));
    for (const bytes of [photo, (await cardPhoto(photo)).jpeg]) {
      for (const name of ['sha256', 'sha1', 'md5', 'sha512']) {
        const hash = createHash(name).update(bytes).digest();
        for (const spelling of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(hash.toString(spelling));
      }
    }
  });

  it('happens once for a key: a repeat gets the same answer, another photo under it 422', async () => {
    const [worker, key] = [await newWorker(), newUuid()];
    const before = await blobsThere();
    const [first, again] = [await post(worker, photo, { key }), await post(worker, photo, { key })];
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, first.text, 'true']);
    expect(await post(worker, await madePhoto(2), { key })).toMatchObject({ status: 422, body: { rule: 'idempotency-key-reused' } });
    expect(await post(await newWorker(), photo, { key })).toMatchObject({ status: 422, body: { rule: 'idempotency-key-reused' } });
    expect(await blobsThere()).toBe(before + 1);
  });

  it('is refused by rule where it is no card photo, before anything is admitted or stored', async () => {
    const [worker, before] = [await newWorker(), await blobsThere()];
    const ledger = (await eventsOf(`dataSubject-${worker}`)).length;
    const square = await madePhoto(1, 900, 900);
    expect(await post(worker, square)).toMatchObject({
      status: 422,
      body: { type: '/problems/photo-refused', rule: 'wrong-proportions', detail: expect.stringMatching(/35 wide/) },
    });
    expect(await post(worker, Buffer.from('GIF89a'), { type: 'image/png' })).toMatchObject({
      status: 422,
      body: { rule: 'unsupported-format' },
    });
    expect(await post(worker, Buffer.alloc(0))).toMatchObject({ status: 422, body: { rule: 'not-an-image' } });
    expect([(await eventsOf(`dataSubject-${worker}`)).length, await blobsThere()]).toEqual([ledger, before]);
  });

  it('takes images and nothing else, and images are taken nowhere else', async () => {
    const worker = await newWorker();
    for (const type of ['application/json', 'image/gif', 'application/octet-stream', 'multipart/form-data; boundary=x'])
      expect(await post(worker, photo, { type })).toMatchObject({
        status: 415,
        body: { title: 'The body must be image/jpeg or image/png' },
      });
    expect(await api.postBytes('/orders', photo)).toMatchObject({ status: 415, body: { title: 'The body must be application/json' } });
    expect((await post(worker, photo, { type: 'Image/JPEG; q=1' })).status).toBe(201);
  });

  it('takes more than other bodies, up to 10 MiB', async () => {
    const worker = await newWorker();
    const large = Buffer.concat([photo, Buffer.alloc(9 * 2 ** 20)]);
    expect((await post(worker, large)).status).toBe(201);
    expect(await post(worker, Buffer.alloc(10 * 2 ** 20 + 1))).toMatchObject({ status: 413, body: { title: 'The body is too large' } });
    expect((await api.postBytes('/orders', large, { type: 'application/json' })).status).toBe(413);
  });

  it('is a service’s to do, and of people who are known', async () => {
    const worker = await newWorker();
    for (const role of ['case-worker', 'privacy-officer', 'auditor', 'admin'] as const)
      expect((await post(worker, photo, { role })).status).toBe(403);
    expect(await post(newPseudonym())).toMatchObject({ status: 404, body: { type: '/problems/unknown-data-subject' } });
    expect((await post('kari')).status).toBe(400);
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys GROUP BY subject_id HAVING count(*) = 1');
    expect(rowCount).toBe(0); // nobody unknown was given a key
  });

  it('is refused with rule and article where the use is: of a contact person, and of one whose data is restricted', async () => {
    const { worker, contact } = await ordered();
    expect(await post(contact)).toMatchObject({ status: 403, body: { type: '/problems/processing-refused', rule: expect.any(String) } });
    await restrict(worker);
    const before = await blobsThere();
    expect(await post(worker)).toMatchObject({ status: 403, body: { rule: 'restricted', legal: 'GDPR art. 18(2)' } });
    expect(await blobsThere()).toBe(before);
  });
});

describe('a run that is cut off between the blob and its event', () => {
  /** Dies where it would write the event. */
  class Cut extends Decisions {
    override run: Decisions['run'] = (rules, command, ...more) => {
      if ((command as { type: string }).type === 'StorePhoto') throw new Error('killed');
      return super.run(rules, command, ...more);
    };
  }
  const handlerWith = (decisions: Decisions): StorePhotoHandler =>
    new StorePhotoHandler(decisions, new Admissions(decisions, api.parts.inForce), api.parts.vault);
  const context = (): CommandContext => ({ commandId: newUuid(), actor: { id: 'shop', role: 'service' }, now: new Date() });
  const openStore = () => openBlobs(settings({ HJEMMEL_DATA: api.data }));

  it('is completed by its repeat, with the blob that stands', async () => {
    const [worker, cut] = [await newWorker(), context()];
    const photoId = derivedUuid('photo', cut.commandId);
    await expect(handlerWith(new Cut(api.parts.log)).execute(new StorePhoto(worker, photo, cut))).rejects.toThrow('killed');
    const { mtimeMs, size } = await stat(pathOf(photoId));
    expect(await eventsOf(`photo-${photoId}`)).toEqual([]);
    const { body } = await handlerWith(new Decisions(api.parts.log)).execute(new StorePhoto(worker, photo, cut));
    expect(body.photoId).toBe(photoId);
    const [stored] = await eventsOf(`photo-${photoId}`);
    expect(stored!.event.data).toMatchObject({ blob: { bytes: size } });
    expect((await stat(pathOf(photoId))).mtimeMs).toBe(mtimeMs);
    expect((await api.get(`/photos/${photoId}`, 'case-worker')).status).toBe(200);
    const again = await handlerWith(new Decisions(api.parts.log)).execute(new StorePhoto(worker, photo, cut));
    expect(again.body).toMatchObject({ photoId });
    expect(await eventsOf(`photo-${photoId}`)).toHaveLength(1);
  });

  it('is closed where nobody repeats it, and its blob swept after the grace time: then it can’t be completed any more', async () => {
    const [worker, cut, { body: kept }] = [await newWorker(), context(), await post(await newWorker())];
    const photoId = derivedUuid('photo', cut.commandId);
    await expect(handlerWith(new Cut(api.parts.log)).execute(new StorePhoto(worker, photo, cut))).rejects.toThrow('killed');
    const abandon = abandonFacts(new Decisions(api.parts.log));
    expect(await abandon(`photo-${photoId}`, cut)).toBe(true);
    expect(
      await abandon(`photo-${kept.photoId}`, { ...cut, commandId: (await eventsOf(`photo-${kept.photoId}`))[0]!.metadata.correlationId }),
    ).toBe(false);
    const before = await blobsThere();
    expect(await sweepOrphans(await openStore(), knownBlobs(api.parts.log), new Date(Date.now() - 60_000))).toBe(0);
    expect(await sweepOrphans(await openStore(), knownBlobs(api.parts.log), new Date(Date.now() + 60_000))).toBe(1);
    expect(await blobsThere()).toBe(before - 1);
    expect((await api.get(`/photos/${kept.photoId}`, 'case-worker')).status).toBe(200);
    await expect(handlerWith(new Decisions(api.parts.log)).execute(new StorePhoto(worker, photo, cut))).rejects.toMatchObject({
      problem: { status: 409, rule: 'photo-abandoned' },
    });
    expect((await eventsOf(`photo-${photoId}`)).map(({ event }) => event.type)).toEqual(['PhotoAbandoned']);
  });
});

describe('looking at a photo', () => {
  it('gives the picture, and is on record for the person before', async () => {
    const worker = await newWorker();
    const { body } = await post(worker);
    const answer = await api.get(`/photos/${body.photoId}`, 'case-worker');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'content-length': String(answer.bytes.length),
    });
    expect(answer.bytes.equals((await cardPhoto(photo)).jpeg)).toBe(true);
    expect(await sharp(answer.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 700, height: 900 });
    const { event } = (await readsToday()).at(-1)!;
    expect(event).toMatchObject({
      type: 'PersonalDataRead',
      data: {
        query: 'GetPhoto',
        uses: [{ ground: { activity: 'D-1', categories: ['subject.photo'] }, subjects: [{ subjectId: worker, fields: ['photo'] }] }],
        withheld: [],
      },
    });
  });

  it('is for case-workers and privacy officers, of photos that are there', async () => {
    const { body } = await post(await newWorker());
    for (const role of ['service', 'auditor', 'admin', undefined] as const)
      expect((await api.get(`/photos/${body.photoId}`, role)).status).toBe(role ? 403 : 401);
    expect((await api.get(`/photos/${body.photoId}`, 'privacy-officer')).status).toBe(200);
    expect(await api.get(`/photos/${newUuid()}`, 'case-worker')).toMatchObject({ status: 404, body: { type: '/problems/no-such-photo' } });
    expect((await api.get('/photos/..%2f..%2fsecrets', 'case-worker')).status).toBe(400);
  });

  it('is withheld by rule where the person’s data is restricted, and that is on record', async () => {
    const worker = await newWorker();
    const { body } = await post(worker);
    await restrict(worker);
    const answer = await api.get(`/photos/${body.photoId}`, 'case-worker');
    expect(answer).toMatchObject({ status: 403, body: { type: '/problems/photo-withheld', rule: 'restricted', legal: 'GDPR art. 18(2)' } });
    expect((await readsToday()).at(-1)!.event.data).toMatchObject({ uses: [], withheld: [{ subjectId: worker, rule: 'restricted' }] });
  });

  it('is over where the key is destroyed, whether the store still has the blob or not', async () => {
    const { body } = await post(await newWorker());
    const [{ event }] = (await eventsOf(`photo-${body.photoId}`)) as [Recorded];
    const { keyId } = (event.data as { blob: { keyId: string } }).blob;
    await owner.query('UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = now() WHERE key_id = $1', [keyId]);
    expect(await api.get(`/photos/${body.photoId}`, 'case-worker')).toMatchObject({
      status: 410,
      body: { type: '/problems/photo-erased' },
    });
    await rm(pathOf(body.photoId));
    expect((await api.get(`/photos/${body.photoId}`, 'case-worker')).status).toBe(410);
  });

  it('says so where the store has lost it, and gives nothing of one that was changed', async () => {
    const [lost, changed] = [
      (await post(await newWorker())).body.photoId as string,
      (await post(await newWorker())).body.photoId as string,
    ];
    await rm(pathOf(lost));
    expect(await api.get(`/photos/${lost}`, 'case-worker')).toMatchObject({ status: 500, body: { type: '/problems/photo-lost' } });
    const { size } = await stat(pathOf(changed));
    await writeFile(pathOf(changed), Buffer.alloc(size));
    expect(await api.get(`/photos/${changed}`, 'case-worker')).toMatchObject({ status: 500, body: { type: '/problems/unexpected' } });
  });

  it('gives half a photo as half a photo where the rest was changed: the connection ends short of the length that was told', async () => {
    const photoId = (await post(await newWorker(), await madePhoto(1, 1_400, 1_800))).body.photoId as string;
    const sealed = await readFile(pathOf(photoId));
    expect(sealed.length).toBeGreaterThan(2 * 65_536);
    const changedAt = async (at: number) => {
      const bytes = Buffer.from(sealed);
      bytes[at]! ^= 1;
      await writeFile(pathOf(photoId), bytes);
      return api.get(`/photos/${photoId}`, 'case-worker');
    };
    await expect(changedAt(sealed.length - 1)).rejects.toThrow('terminated');
    expect((await changedAt(100)).status).toBe(500);
    await writeFile(pathOf(photoId), sealed);
    expect((await api.get(`/photos/${photoId}`, 'case-worker')).status).toBe(200);
  });
});
