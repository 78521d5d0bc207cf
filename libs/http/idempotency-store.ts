import type { Pool } from 'pg';
import { MicroBatch } from '@hjemmel/kernel';

export interface StoredAnswer {
  readonly status: number;
  readonly body: object;
}

/** What is known of a key when a command comes with it. */
export interface Known {
  readonly bodyMac: Buffer;
  /** When the key was first seen; a command that is run again is decided as of then. */
  readonly createdAt: Date;
  /** Missing where the command is under way or was cut off by a crash. */
  readonly answer?: StoredAnswer;
}

interface Asked {
  readonly keyHash: Buffer;
  readonly bodyMac: Buffer;
  readonly createdAt: Date;
}

interface Finished {
  readonly keyHash: Buffer;
  readonly answer: StoredAnswer;
}

interface KnownRow {
  readonly key_hash: Buffer;
  readonly body_mac: Buffer;
  readonly created_at: Date;
  readonly status: number | null;
  readonly answer: object | null;
}

const BEGIN = {
  name: 'idempotency-begin',
  text: `INSERT INTO command.idempotency (key_hash, body_mac, created_at)
         SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[])
         ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash`,
};
const KNOWN = {
  name: 'idempotency-known',
  text: `SELECT key_hash, body_mac, created_at, status, answer FROM command.idempotency WHERE key_hash = ANY($1::bytea[])`,
};
const FINISH = {
  name: 'idempotency-finish',
  text: `UPDATE command.idempotency AS stored SET status = done.status, answer = done.answer::json, finished_at = now()
         FROM unnest($1::bytea[], $2::smallint[], $3::text[]) AS done (key_hash, status, answer)
         WHERE stored.key_hash = done.key_hash AND stored.finished_at IS NULL RETURNING stored.key_hash`,
};
const DEADLOCK = '40P01';

/** `command.idempotency` in Postgres. Requests of the same moment share statements: it stands on the path of every command. */
export class IdempotencyStore {
  private readonly begins = new MicroBatch<Asked, Known | 'new'>((asked) => twice(() => this.beginAll(asked)));
  private readonly finishes = new MicroBatch<Finished, StoredAnswer>((finished) => twice(() => this.finishAll(finished)));

  constructor(private readonly pool: Pool) {}

  /** Claims the key, or says what is known of it. Keys in flight at the same time must differ. */
  begin(keyHash: Buffer, bodyMac: Buffer, createdAt: Date): Promise<Known | 'new'> {
    return this.begins.add({ keyHash, bodyMac, createdAt });
  }

  /** Keeps the answer and gives the one that counts: another process may have run the same command and been first. */
  finish(keyHash: Buffer, answer: StoredAnswer): Promise<StoredAnswer> {
    return this.finishes.add({ keyHash, answer });
  }

  private async beginAll(asked: readonly Asked[]): Promise<(Known | 'new')[]> {
    const inOrder = sorted(asked);
    const { rows } = await this.pool.query<{ key_hash: Buffer }>({
      ...BEGIN,
      values: [inOrder.map(keyHash), inOrder.map(({ bodyMac }) => bodyMac), inOrder.map(({ createdAt }) => createdAt.toISOString())],
    });
    const fresh = new Set(rows.map(({ key_hash }) => name(key_hash)));
    const known = await this.knownOf(asked.map(keyHash).filter((hash) => !fresh.has(name(hash))));
    return asked.map((one) => {
      if (fresh.has(name(one.keyHash))) return 'new';
      return known.get(name(one.keyHash)) ?? { bodyMac: one.bodyMac, createdAt: one.createdAt };
    });
  }

  private async finishAll(finished: readonly Finished[]): Promise<StoredAnswer[]> {
    const inOrder = sorted(finished);
    const { rows } = await this.pool.query<{ key_hash: Buffer }>({
      ...FINISH,
      values: [inOrder.map(keyHash), inOrder.map(({ answer }) => answer.status), inOrder.map(({ answer }) => JSON.stringify(answer.body))],
    });
    const kept = new Set(rows.map(({ key_hash }) => name(key_hash)));
    const others = await this.knownOf(finished.map(keyHash).filter((hash) => !kept.has(name(hash))));
    return finished.map((one) => others.get(name(one.keyHash))?.answer ?? one.answer);
  }

  private async knownOf(hashes: readonly Buffer[]): Promise<Map<string, Known>> {
    if (hashes.length === 0) return new Map();
    const { rows } = await this.pool.query<KnownRow>({ ...KNOWN, values: [hashes] });
    return new Map(rows.map((row) => [name(row.key_hash), knownIn(row)]));
  }
}

const name = (hash: Buffer): string => hash.toString('base64');
const keyHash = (one: { readonly keyHash: Buffer }): Buffer => one.keyHash;
/** Rows are locked in the same order by every process, so that two of them don't wait for each other. */
const sorted = <T extends { readonly keyHash: Buffer }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => Buffer.compare(a.keyHash, b.keyHash));

const knownIn = ({ body_mac: bodyMac, created_at: createdAt, status, answer }: KnownRow): Known =>
  status === null || answer === null ? { bodyMac, createdAt } : { bodyMac, createdAt, answer: { status, body: answer } };

/** An UPDATE from a list locks in an order of its own choice: two processes may meet head-on, and one of them is told to try again. */
async function twice<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== DEADLOCK) throw error;
    return statement();
  }
}

/** How long a repeat is recognised. */
export const KEPT_DAYS = 30;
const PRUNED_AT_ONCE = 5_000;

/** Forgets keys first seen more than {@link KEPT_DAYS} ago, in small statements. Gives how many. */
export async function pruneIdempotency(pool: Pick<Pool, 'query'>, now: Date): Promise<number> {
  const oldest = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  for (let pruned = 0; ;) {
    const { rowCount } = await pool.query(
      `DELETE FROM command.idempotency WHERE key_hash IN
         (SELECT key_hash FROM command.idempotency WHERE created_at < $1 ORDER BY created_at LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
      [oldest.toISOString()],
    );
    pruned += rowCount ?? 0;
    if ((rowCount ?? 0) < PRUNED_AT_ONCE) return pruned;
  }
}
