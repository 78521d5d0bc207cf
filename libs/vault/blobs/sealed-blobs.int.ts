import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Grant, issueGrant, NotAdmitted } from '@hjemmel/admission/grant';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { KeyStore } from '../key-store';
import { vaultEpochsSchema } from '../epochs.sql';
import { vaultSchema } from '../schema.sql';
import { givenKeys } from '../testing/given-keys';
import { CannotOpen } from '../sealing';
import { Vault } from '../vault';
import { CHUNK_BYTES } from './blob-cipher';
import { BlobMissing } from './blob-store';
import { FileBlobs } from './file-blobs';
import type { BlobRequest, OpenedBlob } from './sealed-blobs';

let postgres: TestPostgres;
let folder: string;
let owner: Pool;
let pool: Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-blobs-'));
  const urls = await ensureRoles(postgres.ownerUrl, join(folder, 'roles'));
  [owner, pool] = [urls.owner, urls.vault].map((connectionString) => new Pool({ connectionString })) as [Pool, Pool];
  for (const each of [owner, pool]) each.on('error', () => undefined); // a connection may still be saying goodbye when its server stops
  for (const statement of [...vaultSchema, ...vaultEpochsSchema]) await owner.query(statement);
});
afterAll(async () => {
  await Promise.all([owner.end(), pool.end()]);
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Another process: it remembers nothing of what others did. */
const newVault = (): Vault => new Vault(new KeyStore(pool, givenKeys({ 1: Buffer.alloc(32, 1) })), new FileBlobs(join(folder, 'blobs')));

const granted = (subjectId: string, ...categories: readonly string[]): Grant =>
  issueGrant(
    subjectId,
    {
      activity: 'D-1',
      activityVersion: 1,
      purpose: 'hms-card-ordering',
      role: 'processor',
      controller: '334115739',
      categories,
      basis: { code: '28(3)(a)', because: 'controller-instruction' },
      statement: { version: '2023-12-20', hash: 'ab' },
    },
    newUuid(),
  );

async function* given(...pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function bytesOf(opened: OpenedBlob): Promise<Buffer> {
  if (opened.state === 'erased') throw new Error('it is erased');
  const pieces: Buffer[] = [];
  for await (const piece of opened.chunks) pieces.push(piece);
  return Buffer.concat(pieces);
}

const photo = randomBytes(3 * CHUNK_BYTES + 17);

async function sealed(subjectId = newPseudonym(), blobId = newUuid()): Promise<Required<BlobRequest>> {
  const category = 'subject.photo';
  return { ...(await newVault().sealBlob(granted(subjectId, category), category, blobId, given(photo), new Date())), subjectId, category };
}
const opened = (blob: BlobRequest, grant = granted(blob.subjectId, blob.category)): Promise<OpenedBlob> => newVault().openBlob(grant, blob);
/** What is asked for by somebody who has no more of it than where it belongs. */
const placeOf = ({ blobId, subjectId, category }: BlobRequest): BlobRequest => ({ blobId, subjectId, category });
const pathOf = (blobId: string): string => join(folder, 'blobs', blobId.slice(0, 2), blobId);

describe('a blob sealed under an admission', () => {
  it('opens under an admission, in another process too, and tells its size before it is read', async () => {
    const blob = await sealed();
    const answer = await opened(blob);
    expect(answer).toMatchObject({ state: 'open', bytes: photo.length });
    expect((await bytesOf(answer)).equals(photo)).toBe(true);
    expect((await bytesOf(await opened(placeOf(blob)))).equals(photo)).toBe(true);
  });

  it('is told of by the hash of what stands in the store, not of what is in it', async () => {
    const { blobId, bytes, sha256 } = await sealed();
    const stored = await readFile(pathOf(blobId));
    expect([bytes, sha256]).toEqual([stored.length, createHash('sha256').update(stored).digest('hex')]);
    expect(sha256).not.toBe(createHash('sha256').update(photo).digest('hex'));
  });

  it('that is sealed again by the same command stays as it is, and is told of in the same words', async () => {
    const first = await sealed();
    expect(await sealed(first.subjectId, first.blobId)).toEqual(first);
  });

  it('that two runs of a command seal at once is one blob, and both tell of that one', async () => {
    const [subjectId, blobId] = [newPseudonym(), newUuid()];
    const both = await Promise.all([sealed(subjectId, blobId), sealed(subjectId, blobId)]);
    expect(both[0]).toEqual(both[1]);
    expect((await bytesOf(await opened(both[0]))).equals(photo)).toBe(true);
  });

  it('stands under the key of its class: the photo can be erased and the rest stay', async () => {
    const blob = await sealed();
    const { rows } = await owner.query<{ retention_class: string }>('SELECT retention_class FROM vault.data_keys WHERE key_id = $1', [
      blob.keyId,
    ]);
    expect(rows).toEqual([{ retention_class: 'photo' }]);
  });

  it('is erased with its key, also where the store still has it, and where it has it no more', async () => {
    const blob = await sealed();
    await owner.query('UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = now() WHERE key_id = $1', [blob.keyId]);
    expect(await opened(blob)).toEqual({ state: 'erased' });
    expect(await opened(placeOf(blob))).toEqual({ state: 'erased' });
    await rm(pathOf(blob.blobId));
    expect(await opened(blob)).toEqual({ state: 'erased' });
  });

  it('that is gone from the store while its key is there is missing, and named', async () => {
    const blob = await sealed();
    await rm(pathOf(blob.blobId));
    await expect(opened(blob)).rejects.toThrow(BlobMissing);
    await expect(opened(blob)).rejects.toThrow(blob.blobId);
  });
});

describe('without an admission no blob is sealed or opened', () => {
  it.each<[string, (subjectId: string) => Grant, string]>([
    [
      'under a grant that nobody issued',
      (subjectId) => new Grant(subjectId, granted(subjectId, 'subject.photo').ground, 'r'),
      'subject.photo',
    ],
    ['of a category that the grant does not cover', (subjectId) => granted(subjectId, 'subject.contact'), 'subject.photo'],
  ])('%s', async (_, grantFor, category) => {
    const [subjectId, blobId] = [newPseudonym(), newUuid()];
    let taken = false;
    const source = (async function* () {
      taken = true;
      yield photo;
    })();
    await expect(newVault().sealBlob(grantFor(subjectId), category, blobId, source, new Date())).rejects.toThrow(NotAdmitted);
    expect(taken).toBe(false);
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys WHERE subject_id = $1', [subjectId]);
    expect(rowCount).toBe(0);
    const blob = await sealed(subjectId, blobId);
    await expect(opened(blob, grantFor(subjectId))).rejects.toThrow(NotAdmitted);
  });

  it('under another person’s grant, nor where it is claimed to be another person’s', async () => {
    const [kari, ola] = [await sealed(), newPseudonym()];
    await expect(opened(kari, granted(ola, 'subject.photo'))).rejects.toThrow(NotAdmitted);
    await expect(opened({ ...kari, subjectId: ola })).rejects.toThrow(NotAdmitted);
  });

  it('nor compiles', () => {
    const vault = newVault();
    // @ts-expect-error a grant is no pseudonym
    const withName = (): unknown => vault.sealBlob(newPseudonym(), 'subject.photo', newUuid(), given(photo));
    // @ts-expect-error nor left out
    const withNone = (): unknown => vault.openBlob({ blobId: newUuid(), subjectId: newPseudonym(), category: 'subject.photo' });
    expect([withName, withNone]).toHaveLength(2);
  });
});

describe('a blob that is not the one on record', () => {
  it('is refused before its last byte, also where another of the same person was put in its place whole', async () => {
    const blob = await sealed();
    await expect(bytesOf(await opened({ ...blob, sha256: '0'.repeat(64) }))).rejects.toThrow('not the one on record');
    await expect(opened({ ...blob, bytes: blob.bytes - 1 })).rejects.toThrow('size on record');
    const other = await sealed(blob.subjectId);
    await writeFile(pathOf(blob.blobId), await readFile(pathOf(other.blobId)));
    await expect(bytesOf(await opened(placeOf(blob)))).rejects.toThrow(CannotOpen);
  });

  it('is refused without waiting, where it is nothing like a blob', async () => {
    const blob = await sealed();
    await writeFile(pathOf(blob.blobId), Buffer.alloc(blob.bytes));
    await expect(opened(blob)).rejects.toThrow('no known form');
  });

  it('that stands under its id when a command comes to seal it is told, and not written over', async () => {
    const [subjectId, blobId] = [newPseudonym(), newUuid()];
    await sealed(newPseudonym(), blobId);
    await expect(sealed(subjectId, blobId)).rejects.toThrow(CannotOpen);
  });
});
