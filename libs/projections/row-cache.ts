import { LRUCache } from 'lru-cache';

/** Characters of JSON that are kept for one read model. */
const KEPT = 8 * 1024 * 1024;

/**
 * The rows that a model wrote last, as they were sent to Postgres: events of one thing tend to come close together, and a row that is
 * known need not be fetched. As text, so that its size is known and a fold sees what it would see from Postgres.
 */
export class RowCache {
  private readonly rows = new LRUCache<string, string>({ maxSize: KEPT, sizeCalculation: (json, key) => json.length + key.length + 1 });

  get(key: string): string | undefined {
    return this.rows.get(key);
  }

  /** `undefined` for a row that is no more. A row larger than the cache is left out. */
  set(key: string, json: string | undefined): void {
    if (json === undefined) this.rows.delete(key);
    else this.rows.set(key, json);
  }

  clear(): void {
    this.rows.clear();
  }
}
