import { LRUCache } from 'lru-cache';
import type { RetentionClass } from '@hjemmel/admission/retention-classes';
import { KeyMaterial } from './sealing';

export interface PersonAndClass {
  readonly subjectId: string;
  readonly retentionClass: RetentionClass;
}

export interface StoredKey extends KeyMaterial, PersonAndClass {}

/** A key in memory. Its secrets are overwritten when it has to go, also for those who still hold the object; they see that by `state`. */
export interface HeldKey extends StoredKey {
  readonly state: 'held' | 'dropped' | 'destroyed';
}

type Held = StoredKey & { state: HeldKey['state'] };

export const nameOf = ({ subjectId, retentionClass }: PersonAndClass): string => `${subjectId} ${retentionClass}`;

/** Unwrapped keys kept in memory: a page of readers works from it, and memory stays bounded. */
const CACHED_KEYS = 50_000;

/** Unwrapped keys, by id and by whose they are. What leaves it is zeros. */
export class KeyCache {
  private readonly byId: LRUCache<string, Held>;
  private readonly ids = new Map<string, string>();
  /** For each load under way, what was destroyed since it began: its rows may be older than that. */
  private readonly loads = new Set<Set<string>>();

  constructor(max = CACHED_KEYS) {
    this.byId = new LRUCache({ max, dispose: (key) => this.forget(key) });
  }

  byKeyId(keyId: string): HeldKey | undefined {
    return this.byId.get(keyId);
  }

  byName(name: string): HeldKey | undefined {
    const keyId = this.ids.get(name);
    return keyId === undefined ? undefined : this.byId.get(keyId);
  }

  /** @param work asks Postgres, and hands what came to `keep` with the set that it is given */
  async loading<T>(work: (destroyed: ReadonlySet<string>) => Promise<T>): Promise<T> {
    const destroyed = new Set<string>();
    this.loads.add(destroyed);
    try {
      return await work(destroyed);
    } finally {
      this.loads.delete(destroyed);
    }
  }

  /** The key as it is held from now on. One that was destroyed while it was loaded is wiped instead. */
  keep(key: StoredKey, destroyed: ReadonlySet<string>): HeldKey {
    const known = this.byId.get(key.keyId);
    const held: Held = { ...key, state: 'held' };
    if (known !== undefined) {
      wipe(held, 'dropped');
      return known;
    }
    if (destroyed.has(key.keyId)) {
      wipe(held, 'destroyed');
      return held;
    }
    this.byId.set(key.keyId, held);
    this.ids.set(nameOf(key), key.keyId);
    return held;
  }

  destroyed(keyIds: readonly string[]): void {
    for (const keyId of keyIds) {
      for (const load of this.loads) load.add(keyId);
      const key = this.byId.peek(keyId);
      if (!key) continue;
      wipe(key, 'destroyed');
      this.byId.delete(keyId);
    }
  }

  clear(): void {
    this.byId.clear();
  }

  private forget(key: Held): void {
    wipe(key, 'dropped');
    this.ids.delete(nameOf(key));
  }
}

/** What it was wiped for first counts. */
function wipe(key: Held, state: Exclude<HeldKey['state'], 'held'>): void {
  key.encryption.fill(0);
  key.nonce.fill(0);
  key.blobRoot.fill(0);
  if (key.state === 'held') key.state = state;
}
