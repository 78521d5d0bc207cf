import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ground } from '@hjemmel/admission';
import { Grant, issueGrant, NotAdmitted } from '@hjemmel/admission/grant';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { OperatorError } from '@hjemmel/host';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { Identities, IdentityClaim } from './identities';
import { KeyStore } from './key-store';
import { vaultSchema } from './schema.sql';
import { CannotOpen } from './sealing';
import { vaultKeys } from './secrets';
import { SealedField, Vault } from './vault';

let postgres: TestPostgres;
let folder: string;
let owner: Pool;
/** Sees what others wait for. */
let superuser: Pool;
/** The vault's own login, with its own rights and no more. */
let pool: Pool;
const pools: Pool[] = [];

function poolOf(connectionString: string): Pool {
  const made = new Pool({ connectionString });
  made.on('error', () => undefined); // a connection may still be saying goodbye when its server stops
  pools.push(made);
  return made;
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-vault-'));
  const urls = await ensureRoles(postgres.ownerUrl, join(folder, 'roles'));
  owner = poolOf(urls.owner);
  superuser = poolOf(postgres.ownerUrl);
  for (const statement of vaultSchema) await owner.query(statement);
  pool = poolOf(urls.vault);
});
afterAll(async () => {
  await Promise.all(pools.map((one) => one.end()));
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const masterKey = Buffer.alloc(32, 1);
const blindKey = Buffer.alloc(32, 2);
/** Another process: it remembers nothing of what others did. */
const newStore = (under = masterKey): KeyStore => new KeyStore(pool, under);
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
  const seal = await newVault().sealer([grant]);
  return { ...seal(grant, category, at, text), ...at, subjectId, category };
}
const opened = async (field: SealedField, grant = granted(field.subjectId, field.category), vault = newVault()) =>
  (await vault.open([{ grant, field }]))[0];

/**
 * Lets two writers meet in the middle of what they insert: a third holds the row between theirs until both wait, and then goes away. Who
 * inserts in the order asked for, and not in one order, waits for the other for ever then.
 */
async function meeting<T>(
  holding: { readonly text: string; readonly values: readonly unknown[] },
  writers: () => readonly Promise<T>[],
): Promise<T[]> {
  const third = await owner.connect();
  try {
    await third.query('BEGIN');
    await third.query(holding.text, [...holding.values]);
    let ended = false;
    const done = Promise.all(writers()).finally(() => (ended = true));
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'hjemmel_vault'`;
    for (let waiters = 0; waiters !== 2 && !ended;) waiters = (await superuser.query(waiting)).rowCount ?? 0;
    await third.query('ROLLBACK');
    return await done;
  } finally {
    third.release();
  }
}

const destroy = (subjectId: string) =>
  owner.query('UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = now() WHERE subject_id = $1', [subjectId]);

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
    const seals = await Promise.all([newVault().sealer([grant]), newVault().sealer([grant])]);
    expect(new Set(seals.map((seal) => seal(grant, 'subject.contact', at, 'Kari').$sealed)).size).toBe(1);
  });

  it('lies under another key for each retention class: one can be erased without the other', async () => {
    const subjectId = newPseudonym();
    const [keys] = await newVault().keysFor([
      { subjectId, categories: ['subject.contact', 'customer.org', 'subject.nationalId', 'invoice'] },
    ]);
    expect(keys!.map(({ retentionClass }) => retentionClass)).toEqual(['contact', 'national-id', 'invoice']);
    expect(new Set(keys!.map(({ keyId }) => keyId)).size).toBe(3);
  });

  it('has no class where the catalogue gives it none: it cannot be stored', async () => {
    const subjectId = newPseudonym();
    for (const category of ['subject.shoeSize', 'constructor']) {
      await expect(newVault().keysFor([{ subjectId, categories: [category] }])).rejects.toThrow('cannot be stored');
      const grant = granted(subjectId, category);
      const seal = await newVault().sealer([grant]);
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
    const seal = await newVault().sealer([granted(kari, 'subject.contact')]);
    expect(() => seal(grant, category, place(), 'x')).toThrow(NotAdmitted);
  });

  it('makes no key for a grant that nobody issued', async () => {
    const stranger = new Grant(newPseudonym(), like.ground, like.recordId);
    await expect(newVault().sealer([stranger])).rejects.toThrow(NotAdmitted);
    const { rowCount } = await owner.query('SELECT FROM vault.data_keys WHERE subject_id = $1', [stranger.subjectId]);
    expect(rowCount).toBe(0);
  });

  it('does not compile without one', () => {
    const vault = newVault();
    // @ts-expect-error a grant is no pseudonym
    const withName = (): unknown => vault.sealer([kari]);
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

  it('is made anew for a person who comes back, and does not open what was erased', async () => {
    const field = await sealed(newPseudonym(), 'Kari');
    await destroy(field.subjectId);
    const again = await newStore().ensure([{ subjectId: field.subjectId, retentionClass: 'contact' }]);
    expect(again[0]!.keyId).not.toBe(field.$sealed.split('.')[1]);
    expect(await opened(field)).toEqual({ state: 'erased' });
  });

  it('is one, however many processes make it at the same moment and in whatever order', async () => {
    for (let round = 0; round < 10; round++) {
      const people = Array.from({ length: 20 }, newPseudonym);
      const wanted = people.map((subjectId) => ({ subjectId, retentionClass: 'contact' as const }));
      const orders = [wanted, wanted.toReversed(), [...wanted.slice(10), ...wanted.slice(0, 10)], [...wanted, ...wanted]];
      const made = await Promise.all(orders.map((order) => newStore().ensure(order)));
      const keys = new Set(made.flat().map(({ subjectId, keyId, encryption }) => `${subjectId} ${keyId} ${encryption.toString('hex')}`));
      expect(keys.size).toBe(people.length);
    }
  });

  it('is made without waiting for ever, where two processes make the same ones in opposite order', async () => {
    const [first, middle, last] = [newPseudonym(), newPseudonym(), newPseudonym()].sort() as [string, string, string];
    const holding = {
      text: `INSERT INTO vault.data_keys (key_id, subject_id, retention_class, wrapped, commitment) VALUES ($1, $2, 'contact', '\\x00', '\\x00')`,
      values: [newUuid(), middle],
    };
    const wanted = [first, middle, last].map((subjectId) => ({ subjectId, retentionClass: 'contact' as const }));
    const made = await meeting(holding, () => [newStore().ensure(wanted), newStore().ensure(wanted.toReversed())]);
    expect(made[0]!.map(({ keyId }) => keyId)).toEqual(made[1]!.map(({ keyId }) => keyId).reverse());
  });

  it('is given for the person and class asked for, in that order', async () => {
    const people = Array.from({ length: 5 }, newPseudonym);
    const wanted = people.flatMap((subjectId) => [
      { subjectId, retentionClass: 'invoice' as const },
      { subjectId, retentionClass: 'photo' as const },
    ]);
    const keys = await newStore().ensure(wanted);
    expect(keys.map(({ subjectId, retentionClass }) => ({ subjectId, retentionClass }))).toEqual(wanted);
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
    await expect(newVault().sealer([granted(field.subjectId, 'subject.contact')])).rejects.toThrow(CannotOpen);
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
    await expect(opened(field, undefined, new Vault(newStore(Buffer.alloc(32, 9))))).rejects.toThrow(CannotOpen);
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

describe('who is behind a value', () => {
  const newIdentities = (under = blindKey): Identities => new Identities(pool, under);
  const claim = (value = newUuid(), controller = '334115739', kind: IdentityClaim['kind'] = 'national-id'): IdentityClaim => ({
    controller,
    kind,
    value,
  });

  it('is the same pseudonym each time, new the first time only', async () => {
    const known = claim();
    const [first] = await newIdentities().resolve([known]);
    const [second] = await newIdentities().resolve([known]);
    expect([first!.isNew, second!.isNew]).toEqual([true, false]);
    expect(second!.subjectId).toBe(first!.subjectId);
    expect(first!.subjectId).toMatch(/^[0-9a-f]{32}$/);
    expect(await newIdentities().lookUp(known)).toBe(first!.subjectId);
  });

  it('is nobody where nobody was made: looking up makes nothing', async () => {
    const unknown = claim();
    expect(await newIdentities().lookUp(unknown)).toBeUndefined();
    expect(await newIdentities().lookUp(unknown)).toBeUndefined();
  });

  it('is another pseudonym under another controller, as another kind, and under another key', async () => {
    const value = newUuid();
    const claims = [claim(value), claim(value, '923609016'), claim(value, '334115739', 'email')];
    const people = [...(await newIdentities().resolve(claims)), ...(await newIdentities(Buffer.alloc(32, 3)).resolve(claims.slice(0, 1)))];
    expect(new Set(people.map(({ subjectId }) => subjectId)).size).toBe(4);
  });

  it('shows in the database neither the value nor that rows have one in common, under two controllers or as two kinds', async () => {
    const value = `kari.${newUuid()}@example.no`;
    const people = await newIdentities().resolve([
      claim(value, '334115739', 'email'),
      claim(value, '923609016', 'email'),
      claim(value, '334115739', 'sole-trader-organisation'),
    ]);
    const { rows } = await owner.query<{ row: string; blind: Buffer }>(
      'SELECT identities::text AS row, blind FROM vault.identities WHERE subject_id = ANY($1::uuid[])',
      [people.map(({ subjectId }) => subjectId)],
    );
    expect(new Set(rows.map(({ blind }) => blind.toString('hex'))).size).toBe(3);
    for (const { row } of rows) {
      expect(row).not.toContain(value);
      expect(row).not.toContain(Buffer.from(value).toString('hex'));
    }
  });

  it('is one, however many processes ask at the same moment and in whatever order, for the same people more than once', async () => {
    for (let round = 0; round < 10; round++) {
      const claims = Array.from({ length: 20 }, () => claim());
      const orders = [claims, claims.toReversed(), [...claims.slice(7), ...claims.slice(0, 7)], [...claims, ...claims]];
      const answers = await Promise.all(orders.map((order) => newIdentities().resolve(order)));
      const byValue = new Map(claims.map(({ value }) => [value, new Set<string>()]));
      orders.forEach((order, i) => order.forEach(({ value }, j) => byValue.get(value)!.add(answers[i]![j]!.subjectId)));
      expect([...byValue.values()].map(({ size }) => size)).toEqual(claims.map(() => 1));
      expect(new Set([...byValue.values()].flatMap((people) => [...people])).size).toBe(claims.length);
    }
  });

  it('is found without waiting for ever, where two processes make the same people in opposite order', async () => {
    const claims = [claim(), claim(), claim()];
    const blinds = await blindsOf(claims);
    const inOrder = claims.toSorted((a, b) => Buffer.compare(blinds.get(a.value)!, blinds.get(b.value)!));
    const holding = {
      text: 'INSERT INTO vault.identities (controller, kind, blind, subject_id) VALUES ($1, $2, $3, $4)',
      values: [inOrder[1]!.controller, inOrder[1]!.kind, blinds.get(inOrder[1]!.value), newPseudonym()],
    };
    const found = await meeting(holding, () => [newIdentities().resolve(inOrder), newIdentities().resolve(inOrder.toReversed())]);
    expect(found[0]!.map(({ subjectId }) => subjectId)).toEqual(found[1]!.map(({ subjectId }) => subjectId).reverse());
  });

  /** The blind indexes of claims by value, read from rows that are made for it and removed. */
  async function blindsOf(claims: readonly IdentityClaim[]): Promise<Map<string, Buffer>> {
    const blinds = new Map<string, Buffer>();
    for (const one of claims) {
      const [made] = await newIdentities().resolve([one]);
      const { rows } = await pool.query<{ blind: Buffer }>('DELETE FROM vault.identities WHERE subject_id = $1 RETURNING blind', [
        made!.subjectId,
      ]);
      blinds.set(one.value, rows[0]!.blind);
    }
    return blinds;
  }

  it('is nobody any more once the row is removed, and somebody new when they come back', async () => {
    const known = claim();
    const [before] = await newIdentities().resolve([known]);
    await pool.query('DELETE FROM vault.identities WHERE subject_id = $1', [before!.subjectId]);
    expect(await newIdentities().lookUp(known)).toBeUndefined();
    const [after] = await newIdentities().resolve([known]);
    expect(after).toMatchObject({ isNew: true });
    expect(after!.subjectId).not.toBe(before!.subjectId);
  });
});

describe('the keys of the vault itself', () => {
  const emptyVault = async (): Promise<Pool> => {
    const fresh = poolOf(await postgres.freshDatabase());
    for (const statement of vaultSchema) await fresh.query(statement);
    return fresh;
  };
  const secretsFolder = () => mkdtemp(join(folder, 'secrets-'));

  it('are made at the first start, once, for their owner alone, and differ', async () => {
    const [empty, secrets] = [await emptyVault(), await secretsFolder()];
    const first = await vaultKeys(secrets, empty);
    expect(await vaultKeys(secrets, empty)).toEqual(first);
    expect([first.master.length, first.blindIndex.length, first.master.equals(first.blindIndex)]).toEqual([32, 32, false]);
  });

  it.each(['vault-master.key', 'vault-blind-index.key'])('are never made beside a vault that holds keys: %s', async (missing) => {
    const [filled, secrets] = [await emptyVault(), await secretsFolder()];
    const { master } = await vaultKeys(secrets, filled);
    await new KeyStore(filled, master).ensure([{ subjectId: newPseudonym(), retentionClass: 'contact' }]);
    await rm(join(secrets, missing));
    await expect(vaultKeys(secrets, filled)).rejects.toThrow(OperatorError);
    expect(await readdir(secrets)).not.toContain(missing);
  });

  it('are never made beside one that knows people and holds no key yet', async () => {
    const [filled, secrets] = [await emptyVault(), await secretsFolder()];
    const { blindIndex } = await vaultKeys(secrets, filled);
    await new Identities(filled, blindIndex).resolve([{ controller: 'c', kind: 'email', value: 'v' }]);
    await rm(join(secrets, 'vault-blind-index.key'));
    await expect(vaultKeys(secrets, filled)).rejects.toThrow('is missing, and the vault is not empty');
  });

  it('are not taken from a file that others can read, or that holds something else', async () => {
    const [empty, secrets] = [await emptyVault(), await secretsFolder()];
    await vaultKeys(secrets, empty);
    await chmod(join(secrets, 'vault-master.key'), 0o644);
    await expect(vaultKeys(secrets, empty)).rejects.toThrow('can be read by others');
  });

  it('are 32 bytes, or nothing starts', () => {
    expect(() => newStore(Buffer.alloc(31))).toThrow('32 bytes');
    expect(() => new Identities(pool, Buffer.alloc(33))).toThrow('32 bytes');
  });
});
