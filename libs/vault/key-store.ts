import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { CannotOpen, commits, keyMaterial, KeyMaterial } from './sealing';

/** How long data must be readable decides which key seals it: each class can be erased by itself. */
export type RetentionClass = 'contact' | 'national-id' | 'photo' | 'invoice';

export interface StoredKey extends KeyMaterial {
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

  constructor(
    private readonly pool: Pool,
    private readonly masterKey: Buffer,
  ) {
    if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes');
  }

  /** The live keys of these persons and classes, made where they are missing; in the order asked for. One round trip where all are known. */
  async ensure(wanted: readonly { readonly subjectId: string; readonly retentionClass: RetentionClass }[]): Promise<StoredKey[]> {
    const cached = (want: { subjectId: string; retentionClass: string }) => this.bySubject.get(`${want.subjectId} ${want.retentionClass}`);
    const missing = wanted.filter((want) => !cached(want));
    if (missing.length > 0) await this.insertAndRead(missing);
    return wanted.map((want) => {
      const key = cached(want);
      if (!key) throw new Error(`no key of class ${want.retentionClass} could be made`);
      return key;
    });
  }

  /** @throws CannotOpen where the key was destroyed or never was */
  async byIds(keyIds: readonly string[]): Promise<Map<string, StoredKey>> {
    const missing = [...new Set(keyIds)].filter((id) => !this.byId.has(id));
    if (missing.length > 0) {
      const { rows } = await this.pool.query<KeyRow>(
        `SELECT ${COLUMNS} FROM vault.data_keys WHERE key_id = ANY($1::uuid[]) AND wrapped IS NOT NULL`,
        [missing],
      );
      rows.forEach((row) => this.remember(row));
    }
    const found = new Map<string, StoredKey>();
    for (const id of keyIds) {
      const key = this.byId.get(id);
      if (key) found.set(id, key);
    }
    return found;
  }

  private async insertAndRead(wanted: readonly { readonly subjectId: string; readonly retentionClass: RetentionClass }[]): Promise<void> {
    const fresh = wanted.map(({ subjectId, retentionClass }) => {
      const keyId = randomUUID();
      const dataKey = randomBytes(32);
      return { keyId, subjectId, retentionClass, wrapped: this.wrap(keyId, dataKey), commitment: keyMaterial(keyId, dataKey).commitment };
    });
    const subjects = fresh.map((key) => key.subjectId);
    const classes = fresh.map((key) => key.retentionClass);
    // Another process may make the same key at the same moment: the index lets one win, and both read what won.
    const inserted = await this.pool.query<KeyRow>(
      `INSERT INTO vault.data_keys (key_id, subject_id, retention_class, wrapped, commitment)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
       ON CONFLICT (subject_id, retention_class) WHERE destroyed_at IS NULL DO NOTHING
       RETURNING ${COLUMNS}`,
      [fresh.map((key) => key.keyId), subjects, classes, fresh.map((key) => key.wrapped), fresh.map((key) => key.commitment)],
    );
    inserted.rows.forEach((row) => this.remember(row));
    if (inserted.rows.length === fresh.length) return;
    const { rows } = await this.pool.query<KeyRow>(
      `SELECT ${COLUMNS} FROM vault.data_keys JOIN unnest($1::uuid[], $2::text[]) AS wanted (subject_id, retention_class)
       USING (subject_id, retention_class) WHERE destroyed_at IS NULL`,
      [subjects, classes],
    );
    rows.forEach((row) => this.remember(row));
  }

  private remember(row: KeyRow): void {
    if (!row.wrapped) return;
    const key: StoredKey = {
      ...keyMaterial(row.key_id, this.unwrap(row.key_id, row.wrapped)),
      subjectId: row.subject_id.replaceAll('-', ''),
      retentionClass: row.retention_class,
    };
    if (!commits(key, row.commitment)) throw new CannotOpen(`key ${row.key_id} is not the one that was committed to`);
    this.byId.set(key.keyId, key);
    this.bySubject.set(`${key.subjectId} ${key.retentionClass}`, key);
  }

  private wrap(keyId: string, dataKey: Buffer): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.masterKey, nonce).setAAD(Buffer.from(keyId));
    return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  }

  private unwrap(keyId: string, wrapped: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.masterKey, wrapped.subarray(0, 12))
      .setAAD(Buffer.from(keyId))
      .setAuthTag(wrapped.subarray(-16));
    try {
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    } catch {
      throw new CannotOpen(`key ${keyId} does not unwrap under this master key`);
    }
  }
}
