import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { MasterKeys } from './epoch-keys';
import { retriedWhileNotCurrent } from './epochs';
import { nameOf, PersonAndClass, StoredKey } from './key-cache';
import type { RetentionClass } from '@hjemmel/admission/retention-classes';
import { CannotOpen, commits, keyMaterial } from './sealing';
import { dataKeyBound, KEY_BYTES, unwrapBytes, wrapBytes } from './wrapping';

export interface KeyRow {
  readonly key_id: string;
  readonly subject_id: string;
  readonly retention_class: RetentionClass;
  /** Null where it was destroyed. */
  readonly wrapped: Buffer | null;
  readonly epoch: number;
  readonly commitment: Buffer;
  readonly destroyed_at: Date | null;
}

type KnownRow = Pick<KeyRow, 'key_id' | 'retention_class' | 'commitment' | 'destroyed_at'>;

const COLUMNS = 'key_id, subject_id, retention_class, wrapped, epoch, commitment, destroyed_at';

/** The table of data keys, and what wraps and unwraps its rows. */
export class KeyRows {
  constructor(
    private readonly pool: Pool,
    private readonly masters: MasterKeys,
  ) {}

  async byIds(keyIds: readonly string[]): Promise<KeyRow[]> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'vault-keys-by-id',
      text: `SELECT ${COLUMNS} FROM vault.data_keys WHERE key_id = ANY($1::uuid[])`,
      values: [[...new Set(keyIds)]],
    });
    return rows;
  }

  /** Those of the keys that are not destroyed. */
  async aliveAmong(keyIds: readonly string[]): Promise<string[]> {
    if (keyIds.length === 0) return [];
    const { rows } = await this.pool.query<{ key_id: string }>({
      name: 'vault-keys-alive',
      text: 'SELECT key_id FROM vault.data_keys WHERE key_id = ANY($1::uuid[]) AND wrapped IS NOT NULL',
      values: [keyIds],
    });
    return rows.map(({ key_id }) => key_id);
  }

  async bySubjects(wanted: readonly PersonAndClass[]): Promise<KeyRow[]> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'vault-keys-by-subject',
      text: `SELECT ${COLUMNS} FROM vault.data_keys JOIN unnest($1::uuid[], $2::text[]) AS wanted (subject_id, retention_class)
             USING (subject_id, retention_class)`,
      values: [wanted.map((want) => want.subjectId), wanted.map((want) => want.retentionClass)],
    });
    return rows;
  }

  async destroyedAmong(keyIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<Pick<KeyRow, 'key_id'>>({
      name: 'vault-destroyed-keys',
      text: 'SELECT key_id FROM vault.data_keys WHERE key_id = ANY($1::uuid[]) AND destroyed_at IS NOT NULL',
      values: [[...new Set(keyIds)]],
    });
    return new Set(rows.map(({ key_id }) => key_id));
  }

  /** Without the keys themselves: a login that may not read them may ask, too. */
  async ofSubject(subjectId: string): Promise<KnownRow[]> {
    const { rows } = await this.pool.query<KnownRow>({
      name: 'vault-keys-of-subject',
      text: `SELECT key_id, retention_class, commitment, destroyed_at FROM vault.data_keys WHERE subject_id = $1 ORDER BY retention_class`,
      values: [subjectId],
    });
    return rows;
  }

  /** Makes keys. Another process may make the same one at the same moment: the index lets one win, and those who lost use what won. */
  async insert(wanted: readonly PersonAndClass[]): Promise<{ readonly ours: StoredKey[]; readonly lost: StoredKey[] }> {
    // In one order in every process, so that two of them don't wait for each other.
    const inOrder = [...wanted].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return retriedWhileNotCurrent(this.masters, async () => {
      const master = await this.masters.current();
      const fresh = inOrder.map((want) => {
        const dataKey = randomBytes(KEY_BYTES);
        const key: StoredKey = { ...keyMaterial(randomUUID(), dataKey), ...want };
        const wrapped = wrapBytes(master.key, dataKeyBound(key.keyId, master.epoch), dataKey);
        dataKey.fill(0);
        return { key, wrapped };
      });
      const { rows } = await this.pool.query<{ key_id: string }>({
        name: 'vault-insert-keys',
        text: `INSERT INTO vault.data_keys (key_id, subject_id, retention_class, wrapped, commitment, epoch)
               SELECT *, $6::integer FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
               ON CONFLICT (subject_id, retention_class) DO NOTHING
               RETURNING key_id`,
        values: [
          fresh.map(({ key }) => key.keyId),
          fresh.map(({ key }) => key.subjectId),
          fresh.map(({ key }) => key.retentionClass),
          fresh.map(({ wrapped }) => wrapped),
          fresh.map(({ key }) => key.commitment),
          master.epoch,
        ],
      });
      const won = new Set(rows.map(({ key_id }) => key_id));
      const keys = fresh.map(({ key }) => key);
      return { ours: keys.filter(({ keyId }) => won.has(keyId)), lost: keys.filter(({ keyId }) => !won.has(keyId)) };
    });
  }

  /** The master keys that these rows name, by epoch. */
  async mastersOf(rows: readonly KeyRow[]): Promise<ReadonlyMap<number, Buffer>> {
    const masters = new Map<number, Buffer>();
    for (const { epoch } of rows) if (!masters.has(epoch)) masters.set(epoch, await this.masters.of(epoch));
    return masters;
  }

  /** The key of a row that is not destroyed, checked against its commitment. */
  unwrap(row: KeyRow, masters: ReadonlyMap<number, Buffer>): StoredKey | CannotOpen {
    const dataKey = unwrapBytes(masters.get(row.epoch)!, dataKeyBound(row.key_id, row.epoch), row.wrapped!);
    if (dataKey?.length !== KEY_BYTES) return new CannotOpen(`key ${row.key_id} does not unwrap under this master key`);
    const key: StoredKey = { ...keyMaterial(row.key_id, dataKey), ...ownerOf(row) };
    dataKey.fill(0);
    return commits(key, row.commitment) ? key : new CannotOpen(`key ${row.key_id} is not the one that was committed to`);
  }
}

export const ownerOf = (row: KeyRow): PersonAndClass => ({
  subjectId: row.subject_id.replaceAll('-', ''),
  retentionClass: row.retention_class,
});
