import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { MicroBatch } from '@hjemmel/kernel';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { CannotOpen, commits, keyMaterial, KeyMaterial } from './sealing';

/** How long data must be readable decides which key seals it: each class can be erased by itself. */
export type RetentionClass = 'contact' | 'national-id' | 'photo' | 'invoice';

export interface StoredKey extends KeyMaterial {
  readonly subjectId: string;
  readonly retentionClass: RetentionClass;
}

interface Wanted {
  readonly subjectId: string;
  readonly retentionClass: RetentionClass;
}

interface KeyRow {
  readonly key_id: string;
  readonly subject_id: string;
  readonly retention_class: RetentionClass;
  readonly wrapped: Buffer | null;
  readonly commitment: Buffer;
}

/** Unwrapped keys kept in memory: a page of readers works from it, and memory stays bounded. */
const CACHED_KEYS = 50_000;
const COLUMNS = 'key_id, subject_id, retention_class, wrapped, commitment';

/** Data keys in Postgres, wrapped under a 32-byte master key that is not there. */
export class KeyStore {
  private readonly byId = new LRUCache<string, StoredKey>({ max: CACHED_KEYS });
  private readonly bySubject = new LRUCache<string, StoredKey>({ max: CACHED_KEYS });
  /** Commands of the same moment have their keys made by one statement. */
  private readonly making = new MicroBatch<Wanted, StoredKey | CannotOpen>((wanted) => this.make(wanted));

  constructor(
    private readonly pool: Pool,
    private readonly masterKey: Buffer,
  ) {
    if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes');
  }

  /**
   * The live keys of these persons and classes, made where they are missing; in the order asked for.
   * @throws CannotOpen where one of them is damaged
   */
  ensure(wanted: readonly Wanted[]): Promise<StoredKey[]> {
    return Promise.all(wanted.map((want) => this.ensureOne(want)));
  }

  private async ensureOne(want: Wanted): Promise<StoredKey> {
    const key = this.bySubject.get(nameOf(want)) ?? (await this.making.add(want));
    if (key instanceof CannotOpen) throw key;
    return key;
  }

  /**
   * The keys of these ids that are there. Postgres is asked each time, also for keys in memory: a key that another process destroyed a
   * moment ago opens nothing any more. What memory spares is the unwrapping.
   * @throws CannotOpen where one is damaged, or not the one that was committed to
   */
  async byIds(keyIds: readonly string[]): Promise<Map<string, StoredKey>> {
    if (keyIds.length === 0) return new Map();
    const { rows } = await this.pool.query<KeyRow>({
      name: 'vault-keys-by-id',
      text: `SELECT ${COLUMNS} FROM vault.data_keys WHERE key_id = ANY($1::uuid[]) AND wrapped IS NOT NULL`,
      values: [[...new Set(keyIds)]],
    });
    const found = new Map<string, StoredKey>();
    for (const row of rows) {
      const key = this.byId.get(row.key_id) ?? this.unwrapped(row);
      if (key instanceof CannotOpen) throw key;
      found.set(row.key_id, key);
    }
    return found;
  }

  /** One damaged key is the fault of one person's command and not of those that came at the same moment. */
  private async make(wanted: readonly Wanted[]): Promise<(StoredKey | CannotOpen)[]> {
    const present = await this.live(wanted);
    const missing = [...new Map(wanted.map((want) => [nameOf(want), want]))].flatMap(([name, want]) => (present.has(name) ? [] : [want]));
    const made = missing.length === 0 ? present : new Map([...present, ...(await this.insert(missing))]);
    return wanted.map((want) => made.get(nameOf(want)) ?? new CannotOpen(`no key of class ${want.retentionClass} could be made`));
  }

  private async live(wanted: readonly Wanted[]): Promise<Map<string, StoredKey | CannotOpen>> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'vault-live-keys',
      text: `SELECT ${COLUMNS} FROM vault.data_keys JOIN unnest($1::uuid[], $2::text[]) AS wanted (subject_id, retention_class)
             USING (subject_id, retention_class) WHERE destroyed_at IS NULL`,
      values: [wanted.map((want) => want.subjectId), wanted.map((want) => want.retentionClass)],
    });
    return new Map(rows.map((row) => [nameOf(wantedOf(row)), this.unwrapped(row)]));
  }

  private async insert(wanted: readonly Wanted[]): Promise<Map<string, StoredKey | CannotOpen>> {
    // In one order in every process, so that two of them don't wait for each other.
    const inOrder = [...wanted].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const fresh = inOrder.map(({ subjectId, retentionClass }) => {
      const dataKey = randomBytes(32);
      const key: StoredKey = { ...keyMaterial(randomUUID(), dataKey), subjectId, retentionClass };
      return { key, wrapped: this.wrap(key.keyId, dataKey) };
    });
    // Another process may make the same key at the same moment: the index lets one win, and both use what won.
    const { rows } = await this.pool.query<{ key_id: string }>({
      name: 'vault-insert-keys',
      text: `INSERT INTO vault.data_keys (key_id, subject_id, retention_class, wrapped, commitment)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
             ON CONFLICT (subject_id, retention_class) WHERE destroyed_at IS NULL DO NOTHING
             RETURNING key_id`,
      values: [
        fresh.map(({ key }) => key.keyId),
        fresh.map(({ key }) => key.subjectId),
        fresh.map(({ key }) => key.retentionClass),
        fresh.map(({ wrapped }) => wrapped),
        fresh.map(({ key }) => key.commitment),
      ],
    });
    const won = new Set(rows.map(({ key_id }) => key_id));
    const ours = fresh.filter(({ key }) => won.has(key.keyId)).map(({ key }) => [nameOf(key), this.keep(key)] as const);
    const lost = fresh.filter(({ key }) => !won.has(key.keyId)).map(({ key }) => key);
    return lost.length === 0 ? new Map(ours) : new Map([...ours, ...(await this.live(lost))]);
  }

  private unwrapped(row: KeyRow): StoredKey | CannotOpen {
    try {
      if (!row.wrapped) throw new CannotOpen(`key ${row.key_id} was destroyed`);
      const key: StoredKey = { ...keyMaterial(row.key_id, this.unwrap(row.key_id, row.wrapped)), ...wantedOf(row) };
      if (!commits(key, row.commitment)) throw new CannotOpen(`key ${row.key_id} is not the one that was committed to`);
      return this.keep(key);
    } catch (error) {
      if (error instanceof CannotOpen) return error;
      throw error;
    }
  }

  private keep(key: StoredKey): StoredKey {
    this.byId.set(key.keyId, key);
    this.bySubject.set(nameOf(key), key);
    return key;
  }

  private wrap(keyId: string, dataKey: Buffer): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.masterKey, nonce).setAAD(Buffer.from(keyId));
    return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  }

  private unwrap(keyId: string, wrapped: Buffer): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.masterKey, wrapped.subarray(0, 12), { authTagLength: 16 })
        .setAAD(Buffer.from(keyId))
        .setAuthTag(wrapped.subarray(-16));
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    } catch {
      throw new CannotOpen(`key ${keyId} does not unwrap under this master key`);
    }
  }
}

const nameOf = ({ subjectId, retentionClass }: Wanted): string => `${subjectId} ${retentionClass}`;

const wantedOf = (row: KeyRow): Wanted => ({ subjectId: row.subject_id.replaceAll('-', ''), retentionClass: row.retention_class });
