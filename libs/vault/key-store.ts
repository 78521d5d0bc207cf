import { MicroBatch } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import { destroyKeys, Destroyed } from './destruction';
import type { MasterKeys } from './epoch-keys';
import { CannotSeal, ErasedKey } from './errors';
import { HeldKey, KeyCache, nameOf, PersonAndClass, StoredKey } from './key-cache';
import { KeyLease } from './key-lease';
import { KeyRow, KeyRows, ownerOf } from './key-rows';
import type { RetentionClass } from '@hjemmel/admission/retention-classes';
import { CannotOpen } from './sealing';

export type { StoredKey } from './key-cache';

/** What is known of a key without its secret. */
export interface KnownKey {
  readonly keyId: string;
  readonly retentionClass: RetentionClass;
  /** Published in the log when the key was made. */
  readonly commitment: Buffer;
  readonly destroyedAt: Date | null;
}

/** A lease that lapses again and again while something is done under it is a machine that stands still. */
const ATTEMPTS = 5;

type Made = HeldKey | CannotOpen | ErasedKey;

/** Data keys in Postgres, wrapped under master keys that are not there. Plaintext keys are in memory only under a lease. */
export class KeyStore {
  private readonly cache = new KeyCache();
  private readonly lease: KeyLease;
  private readonly rows: KeyRows;
  /** Commands of the same moment have their keys made by one statement. */
  private readonly making = new MicroBatch<PersonAndClass, Made>((wanted) => this.make(wanted));

  constructor(
    private readonly pool: Pool,
    masters: MasterKeys,
  ) {
    this.rows = new KeyRows(pool, masters);
    this.lease = new KeyLease(pool, {
      onDestroyed: (keyIds) => this.cache.destroyed(keyIds),
      onLapse: () => this.cache.clear(),
    });
  }

  /**
   * The live keys of these persons and classes, made where they are missing; in the order asked for.
   * @throws CannotOpen where one of them is damaged, ErasedKey where one was destroyed
   */
  ensure(wanted: readonly PersonAndClass[]): Promise<StoredKey[]> {
    return Promise.all(wanted.map((want) => this.ensureOne(want)));
  }

  private async ensureOne(want: PersonAndClass): Promise<StoredKey> {
    const held = this.lease.live ? this.cache.byName(nameOf(want)) : undefined;
    const key = held ?? (await this.making.add(want));
    if (key instanceof Error) throw key;
    return key;
  }

  /**
   * Seals under a key that `ensure` gave. Nothing comes back that was made after the key's destruction was acknowledged: the lease is looked at
   * once more when the work is done.
   * @throws ErasedKey, or CannotSeal where the keys had to be dropped meanwhile
   */
  seal<T>(key: StoredKey, work: () => T): T {
    this.demandUsable(key);
    const sealed = work();
    this.demandUsable(key);
    return sealed;
  }

  private demandUsable(key: StoredKey & Partial<HeldKey>): void {
    if (key.state === 'held' && this.lease.live) return;
    if (key.state === 'destroyed') throw new ErasedKey(key.subjectId, key.retentionClass);
    throw new CannotSeal('the keys in memory had to be dropped; try again');
  }

  /**
   * Opens with the keys of these ids. Postgres is asked each time, also for keys in memory: a key that another process destroyed a moment ago
   * opens nothing any more. What memory spares is the unwrapping.
   * @param work done at once with what was found: keys, and ErasedKey for those that were destroyed; an id that is not there was never given to a
   *   key. What it gives is given up where the lease did not live all along
   * @throws CannotOpen where one is damaged, or not the one that was committed to
   */
  open<T>(keyIds: readonly string[], work: (keys: ReadonlyMap<string, StoredKey | ErasedKey>) => T): Promise<T> {
    return this.underLease(async () => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const keys = await this.byIds(keyIds);
        // One that was destroyed while others were loaded is looked at anew.
        if ([...keys.values()].every((key) => key instanceof ErasedKey || key.state === 'held')) return work(keys);
      }
      throw new CannotOpen('keys leave memory as fast as they come');
    });
  }

  /**
   * Destroys keys for good. When it resolves, every process that may have held one in memory has overwritten it or is gone, and none seals or
   * opens with it any more; a process that is stopped or cut off is waited for until its lease is over, six seconds at most. Doing it again is no
   * error and gives the same answer, in the order asked for; where it failed on the way, it must be done again.
   * @throws Error for a key that was never made, before any is destroyed
   */
  async destroy(keyIds: readonly string[]): Promise<Destroyed[]> {
    return destroyKeys(this.pool, this.lease, keyIds);
  }

  /** All keys that the person ever had, by class. */
  async keysOf(subjectId: string): Promise<KnownKey[]> {
    return (await this.rows.ofSubject(subjectId)).map((row) => ({
      keyId: row.key_id,
      retentionClass: row.retention_class,
      commitment: row.commitment,
      destroyedAt: row.destroyed_at,
    }));
  }

  /** Those of the keys that were destroyed, in the order asked for. */
  async destroyedAmong(keyIds: readonly string[]): Promise<string[]> {
    const destroyed = await this.rows.destroyedAmong(keyIds);
    return keyIds.filter((keyId) => destroyed.has(keyId));
  }

  /**
   * After an older backup was restored: destroys those of the keys that are alive again, and gives them. Keys that the backup does not have are
   * passed over.
   */
  async reapplyDestructions(keyIds: readonly string[]): Promise<Destroyed[]> {
    const alive = (await this.rows.byIds(keyIds)).filter(({ wrapped }) => wrapped !== null).map(({ key_id }) => key_id);
    return alive.length === 0 ? [] : this.destroy(alive);
  }

  /** Overwrites what is in memory, and tells Postgres that nothing is held here any more. */
  close(): Promise<void> {
    return this.lease.close();
  }

  private async byIds(keyIds: readonly string[]): Promise<Map<string, HeldKey | ErasedKey>> {
    const wanted = [...new Set(keyIds)];
    return this.cache.loading(async (destroyed) => {
      const held = wanted.filter((keyId) => this.cache.byKeyId(keyId));
      // Of what is in memory only its life is asked for; rows are larger, and a page of readers asks for hundreds.
      const [alive, others] = await Promise.all([
        this.rows.aliveAmong(held),
        this.loaded(held.length === wanted.length ? [] : wanted.filter((keyId) => !this.cache.byKeyId(keyId)), destroyed),
      ]);
      const found = new Map(others);
      for (const keyId of alive) {
        const key = this.cache.byKeyId(keyId);
        if (key) found.set(keyId, key);
      }
      // Destroyed, or put out of memory, meanwhile.
      const rest = held.filter((keyId) => !found.has(keyId));
      return rest.length === 0 ? found : new Map([...found, ...(await this.loaded(rest, destroyed))]);
    });
  }

  private async loaded(keyIds: readonly string[], destroyed: ReadonlySet<string>): Promise<Map<string, HeldKey | ErasedKey>> {
    const rows = keyIds.length === 0 ? [] : await this.rows.byIds(keyIds);
    const made = await this.unwrapped(rows, destroyed);
    const damaged = made.find((key) => key instanceof CannotOpen);
    if (damaged) throw damaged;
    return new Map(rows.map(({ key_id }, i) => [key_id, made[i] as HeldKey | ErasedKey]));
  }

  /** One damaged key is the fault of one person's command and not of those that came at the same moment. */
  private make(wanted: readonly PersonAndClass[]): Promise<Made[]> {
    return this.underLease(() =>
      this.cache.loading(async (destroyed) => {
        const present = await this.present(wanted, destroyed);
        const missing = [...new Map(wanted.map((want) => [nameOf(want), want]))].flatMap(([name, want]) =>
          present.has(name) ? [] : [want],
        );
        const made = missing.length === 0 ? present : new Map([...present, ...(await this.insert(missing, destroyed))]);
        return wanted.map((want) => made.get(nameOf(want)) ?? new CannotOpen(`no key of class ${want.retentionClass} could be made`));
      }),
    );
  }

  private async present(wanted: readonly PersonAndClass[], destroyed: ReadonlySet<string>): Promise<Map<string, Made>> {
    const rows = await this.rows.bySubjects(wanted);
    const made = await this.unwrapped(rows, destroyed);
    return new Map(rows.map((row, i) => [nameOf(ownerOf(row)), made[i]!]));
  }

  private async insert(wanted: readonly PersonAndClass[], destroyed: ReadonlySet<string>): Promise<Map<string, Made>> {
    const { ours, lost } = await this.rows.insert(wanted);
    const kept = ours.map((key) => [nameOf(key), this.keep(key, destroyed)] as const);
    return lost.length === 0 ? new Map(kept) : new Map([...kept, ...(await this.present(lost, destroyed))]);
  }

  private async unwrapped(rows: readonly KeyRow[], destroyed: ReadonlySet<string>): Promise<Made[]> {
    const masters = await this.rows.mastersOf(rows.filter(({ wrapped }) => wrapped !== null));
    return rows.map((row) => {
      const { subjectId, retentionClass } = ownerOf(row);
      if (row.wrapped === null) return new ErasedKey(subjectId, retentionClass);
      const held = this.cache.byKeyId(row.key_id);
      if (held) return held;
      const key = this.rows.unwrap(row, masters);
      return key instanceof CannotOpen ? key : this.keep(key, destroyed);
    });
  }

  private keep(key: StoredKey, destroyed: ReadonlySet<string>): HeldKey | ErasedKey {
    const held = this.cache.keep(key, destroyed);
    return held.state === 'held' ? held : new ErasedKey(key.subjectId, key.retentionClass);
  }

  /** Does it under one lease from beginning to end: a process that stood still in between knows nothing of what happened, and begins anew. */
  private async underLease<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const term = await this.lease.hold();
      try {
        const done = await work();
        if (this.lease.isLive(term)) return done;
      } catch (error) {
        // Keys that were overwritten under the work's hands open nothing: that says nothing of what was to be opened.
        if (this.lease.isLive(term)) throw error;
      }
    }
    throw new CannotSeal('no lease could be kept; is this machine standing still?');
  }
}
