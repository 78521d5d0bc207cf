import { join } from 'node:path';
import type { Ground } from '@hjemmel/admission';
import { Grant, issueGrant, NotAdmitted } from '@hjemmel/admission/grant';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { CannotSeal, ErasedKey } from './errors';
import { KeyStore } from './key-store';
import { CannotOpen } from './sealing';
import type { VaultKeys } from './secrets';
import { givenKeys } from './testing/given-keys';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import { SealedField, Vault } from './vault';

let database: VaultDatabase;
let keys: VaultKeys;
let owner: Pool;
let pool: Pool;

beforeAll(async () => {
  database = await startVaultDatabase();
  keys = await database.keysIn(join(database.folder, 'secrets'));
  ({ owner, vault: pool } = database);
});
afterEach(() => database.closeStores());
afterAll(() => database.stop());

const sealedAt = new Date('2026-03-02T10:00:00.000Z');
/** Another process: it remembers nothing of what others did. */
const newStore = (): KeyStore => database.storeOf(keys);
const newVault = (): Vault => new Vault(newStore());

const granted = (subjectId: string, ...categories: readonly string[]): Grant =>
  issueGrant(
    subjectId,
    {
      activity: 'C-1',
      activityVersion: 1,
      purpose: 'deliver-service',
      role: 'controller',
      controller: '915376215',
      categories,
      basis: { code: '6(1)(f)', because: 'company-representative' },
      statement: { version: '2023-12-20', hash: 'ab' },
    },
    newUuid(),
  );
const place = (path = 'contact.name') => ({ eventId: newUuid(), stream: `order-${newUuid()}`, path });

async function sealed(subjectId: string, text: string, category = 'subject.contact'): Promise<SealedField> {
  const grant = granted(subjectId, category);
  const at = place();
  const seal = await newVault().sealer([grant], sealedAt);
  return { ...seal(grant, category, at, text), ...at, subjectId, category };
}
const opened = async (field: SealedField, grant = granted(field.subjectId, field.category), vault = newVault()) =>
  (await vault.open([{ grant, field }]))[0];

async function destroy(subjectId: string): Promise<void> {
  const store = newStore();
  await store.destroy((await store.keysOf(subjectId)).map(({ keyId }) => keyId));
}

describe('what is sealed under an admission', () => {
  it('opens under an admission, in another process too', async () => {
    const field = await sealed(newPseudonym(), 'Ingeborg Sæther-Šimkutė');
    expect(await opened(field)).toEqual({ state: 'open', text: 'Ingeborg Sæther-Šimkutė' });
  });

  it('opens field by field, each under the grant of its own person', async () => {
    const people = Array.from({ length: 3 }, newPseudonym);
    const fields = await Promise.all(people.map((subjectId, i) => sealed(subjectId, `person ${i}`)));
    const answers = await newVault().open(fields.map((field) => ({ field, grant: granted(field.subjectId, 'subject.contact') })));
    expect(answers).toEqual(people.map((_, i) => ({ state: 'open', text: `person ${i}` })));
  });

  it('is sealed to the same bytes when it is sealed again, by whichever process', async () => {
    const grant = granted(newPseudonym(), 'subject.contact');
    const at = place();
    const seals = await Promise.all([newVault().sealer([grant], sealedAt), newVault().sealer([grant], sealedAt)]);
    expect(new Set(seals.map((seal) => seal(grant, 'subject.contact', at, 'Kari').$sealed)).size).toBe(1);
  });

  it('lies under another key for each retention class: one can be erased without the other', async () => {
    const subjectId = newPseudonym();
    const categories = ['subject.contact', 'customer.org', 'subject.nationalId', 'invoice'];
    const [made] = await newVault().keysFor([{ subjectId, categories }], sealedAt);
    expect(made!.map(({ retentionClass }) => retentionClass)).toEqual(['contact', 'national-id', 'invoice-2026']);
    expect(new Set(made!.map(({ keyId }) => keyId)).size).toBe(3);
  });

  it('has no class where the catalogue gives it none: it cannot be stored', async () => {
    const subjectId = newPseudonym();
    for (const category of ['subject.shoeSize', 'constructor']) {
      await expect(newVault().keysFor([{ subjectId, categories: [category] }], sealedAt)).rejects.toThrow('cannot be stored');
      const grant = granted(subjectId, category);
      const seal = await newVault().sealer([grant], sealedAt);
      expect(() => seal(grant, category, place(), 'x')).toThrow('no retention class');
    }
  });
});

describe('without an admission nothing is sealed', () => {
  const [kari, ola] = [newPseudonym(), newPseudonym()];
  const like = granted(kari, 'subject.contact', 'invoice');
  const forged: Grant = new Grant(kari, like.ground, like.recordId);

  it.each<[string, Grant, string]>([
    ['under a grant that nobody issued', forged, 'subject.contact'],
    ['of a category that the grant does not cover', granted(kari, 'subject.contact'), 'subject.photo'],
    ['under a grant that the sealer was not made for', granted(ola, 'subject.contact'), 'subject.contact'],
    ['of a class that no grant of the sealer covers', granted(kari, 'invoice'), 'invoice'],
  ])('%s', async (_, grant, category) => {
    const seal = await newVault().sealer([granted(kari, 'subject.contact')], sealedAt);
    expect(() => seal(grant, category, place(), 'x')).toThrow(NotAdmitted);
  });

  it('makes no key for a grant that nobody issued', async () => {
    const stranger = new Grant(newPseudonym(), like.ground, like.recordId);
    await expect(newVault().sealer([stranger], sealedAt)).rejects.toThrow(NotAdmitted);
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys WHERE subject_id = $1', [stranger.subjectId]);
    expect(rowCount).toBe(0);
  });

  it('does not compile without one', () => {
    const vault = newVault();
    // @ts-expect-error a grant is no pseudonym
    const withName = (): unknown => vault.sealer([kari], sealedAt);
    const ground: Ground = like.ground;
    // @ts-expect-error nor whatever has its fields
    const withLookalike = (): unknown => vault.open([{ grant: { subjectId: kari, ground, recordId: 'r' }, field: {} as SealedField }]);
    // @ts-expect-error nor left out
    const withNone = (): unknown => vault.open([{ field: {} as SealedField }]);
    expect([withName, withLookalike, withNone]).toHaveLength(3);
  });
});

describe('without an admission nothing is opened', () => {
  it.each<[string, (field: SealedField) => Grant]>([
    ['under a grant that nobody issued', ({ subjectId }) => new Grant(subjectId, granted(subjectId, 'subject.contact').ground, 'r')],
    ['under another person’s grant', () => granted(newPseudonym(), 'subject.contact')],
    ['of a category that the grant does not cover', ({ subjectId }) => granted(subjectId, 'invoice')],
  ])('%s', async (_, grantFor) => {
    const field = await sealed(newPseudonym(), 'Kari');
    await expect(opened(field, grantFor(field))).rejects.toThrow(NotAdmitted);
  });

  it('nor is told that it is erased', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    await destroy(field.subjectId);
    await expect(opened(field, granted(newPseudonym(), 'subject.contact'))).rejects.toThrow(NotAdmitted);
  });

  it('of a whole page where one field of it is not covered', async () => {
    const [kari, ola] = [await sealed(newPseudonym(), 'Kari'), await sealed(newPseudonym(), 'Ola')];
    const grant = granted(kari.subjectId, 'subject.contact');
    await expect(
      newVault().open([
        { grant, field: kari },
        { grant, field: ola },
      ]),
    ).rejects.toThrow(NotAdmitted);
  });

  it('of a field that was passed off as another person’s', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    const ola = newPseudonym();
    await expect(opened({ ...field, subjectId: ola }, granted(ola, 'subject.contact'))).rejects.toThrow(NotAdmitted);
  });

  it('of a field that was passed off as another category’s', async () => {
    const field = await sealed(newPseudonym(), '15819010029', 'subject.nationalId');
    await expect(opened({ ...field, category: 'subject.contact' })).rejects.toThrow('sealed under a key of class national-id');
  });

  it('of a field that was moved to another event, stream or path', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    for (const moved of [{ eventId: newUuid() }, { stream: 'order-2' }, { path: 'contact.email' }]) {
      await expect(opened({ ...field, ...moved })).rejects.toThrow(CannotOpen);
    }
  });

  it('of a text that is no sealed field, before the database is asked', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    for (const $sealed of ['', 'v1.x.y', `v1.'; DROP SCHEMA vault; --.AAAAAAAAAAAAAAAAAAAAAA`]) {
      await expect(opened({ ...field, $sealed })).rejects.toThrow(CannotOpen);
    }
  });
});

describe('a key', () => {
  it('that was destroyed leaves the field erased, at once and in every process, also in one that had it in memory', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    const grant = granted(field.subjectId, 'subject.contact');
    const remembering = newVault();
    expect(await opened(field, grant, remembering)).toMatchObject({ state: 'open' });
    await destroy(field.subjectId);
    expect(await opened(field, grant, remembering)).toEqual({ state: 'erased' });
    expect(await opened(field, grant, newVault())).toEqual({ state: 'erased' });
  });

  it('is never made anew after its destruction, not by one who came at the same moment either', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    await destroy(field.subjectId);
    const want = { subjectId: field.subjectId, retentionClass: 'contact' as const };
    await expect(newStore().ensure([want])).rejects.toThrow(ErasedKey);
    await expect(newVault().sealer([granted(field.subjectId, 'subject.contact')], sealedAt)).rejects.toThrow(CannotSeal);
    expect(await opened(field)).toEqual({ state: 'erased' });
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys WHERE subject_id = $1', [field.subjectId]);
    expect(rowCount).toBe(1);
  });

  it('is one, however many processes make it at the same moment and in whatever order', async () => {
    for (let round = 0; round < 10; round++) {
      const people = Array.from({ length: 20 }, newPseudonym);
      const wanted = people.map((subjectId) => ({ subjectId, retentionClass: 'contact' as const }));
      const orders = [wanted, wanted.toReversed(), [...wanted.slice(10), ...wanted.slice(0, 10)], [...wanted, ...wanted]];
      const made = await Promise.all(orders.map((order) => newStore().ensure(order)));
      const all = new Set(made.flat().map(({ subjectId, keyId, encryption }) => `${subjectId} ${keyId} ${encryption.toString('hex')}`));
      expect(all.size).toBe(people.length);
    }
  });

  it('is made without waiting for ever, where two processes make the same ones in opposite order', async () => {
    const [first, middle, last] = [newPseudonym(), newPseudonym(), newPseudonym()].sort() as [string, string, string];
    const holding = {
      text: `INSERT INTO vault.data_keys (key_id, subject_id, retention_class, wrapped, commitment, epoch) VALUES ($1, $2, 'contact', '\\x00', '\\x00', 1)`,
      values: [newUuid(), middle],
    };
    const wanted = [first, middle, last].map((subjectId) => ({ subjectId, retentionClass: 'contact' as const }));
    const made = await database.meeting(holding, () => [newStore().ensure(wanted), newStore().ensure(wanted.toReversed())]);
    expect(made[0]!.map(({ keyId }) => keyId)).toEqual(made[1]!.map(({ keyId }) => keyId).reverse());
  });

  it('is given for the person and class asked for, in that order', async () => {
    const people = Array.from({ length: 5 }, newPseudonym);
    const wanted = people.flatMap((subjectId) => [
      { subjectId, retentionClass: 'invoice-2026' as const },
      { subjectId, retentionClass: 'photo' as const },
    ]);
    const made = await newStore().ensure(wanted);
    expect(made.map(({ subjectId, retentionClass }) => ({ subjectId, retentionClass }))).toEqual(wanted);
  });

  const damages: readonly [string, (wrapped: Buffer) => Buffer][] = [
    ['one bit of it is another', (wrapped) => Buffer.from(wrapped.map((byte, i) => (i === 20 ? byte ^ 1 : byte)))],
    ['it is cut', (wrapped) => wrapped.subarray(0, 20)],
    ['hardly anything is left', (wrapped) => wrapped.subarray(0, 3)],
    ['nothing is left', () => Buffer.alloc(0)],
  ];
  it.each(damages)('that is damaged (%s) opens nothing, seals nothing, and is not made anew over it', async (_, damage) => {
    const field = await sealed(newPseudonym(), 'Kari');
    const { rows } = await owner.query<{ wrapped: Buffer }>('SELECT wrapped FROM vault.data_keys WHERE subject_id = $1', [field.subjectId]);
    await owner.query('UPDATE vault.data_keys SET wrapped = $2 WHERE subject_id = $1', [field.subjectId, damage(rows[0]!.wrapped)]);
    await expect(opened(field)).rejects.toThrow(CannotOpen);
    await expect(newVault().sealer([granted(field.subjectId, 'subject.contact')], sealedAt)).rejects.toThrow(CannotOpen);
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys WHERE subject_id = $1', [field.subjectId]);
    expect(rowCount).toBe(1);
  });

  it('that was put in another’s place, or is not the one committed to, opens nothing', async () => {
    const [kari, ola] = [await sealed(newPseudonym(), 'Kari'), await sealed(newPseudonym(), 'Ola')];
    await owner.query(
      'UPDATE vault.data_keys SET wrapped = (SELECT wrapped FROM vault.data_keys WHERE subject_id = $2) WHERE subject_id = $1',
      [kari.subjectId, ola.subjectId],
    );
    await expect(opened(kari)).rejects.toThrow(CannotOpen);
    await owner.query('UPDATE vault.data_keys SET commitment = $2 WHERE subject_id = $1', [ola.subjectId, Buffer.alloc(32)]);
    await expect(opened(ola)).rejects.toThrow('not the one that was committed to');
  });

  it('opens under its own master key only, and is nowhere in the database', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    await expect(
      opened(field, undefined, new Vault(database.storeOf({ ...keys, master: givenKeys({ 1: Buffer.alloc(32, 9) }) }))),
    ).rejects.toThrow(CannotOpen);
    const [key] = await newStore().ensure([{ subjectId: field.subjectId, retentionClass: 'contact' }]);
    const { rows } = await owner.query<{ row: string }>('SELECT data_keys::text AS row FROM vault.data_keys WHERE subject_id = $1', [
      field.subjectId,
    ]);
    for (const secret of [key!.encryption, key!.nonce]) expect(rows[0]!.row).not.toContain(secret.toString('hex'));
  });

  it('can be emptied by the vault’s login, and neither removed nor moved to another person', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    await expect(pool.query('DELETE FROM vault.data_keys WHERE subject_id = $1', [field.subjectId])).rejects.toThrow('permission denied');
    await expect(pool.query('UPDATE vault.data_keys SET subject_id = $1', [newPseudonym()])).rejects.toThrow('permission denied');
    await expect(pool.query('UPDATE vault.data_keys SET wrapped = NULL WHERE subject_id = $1', [field.subjectId])).rejects.toThrow(
      'check constraint',
    );
  });
});
