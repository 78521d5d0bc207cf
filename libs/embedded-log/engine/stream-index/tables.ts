import { mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, reasonOf } from '@hjemmel/host';
import { HASH_VERSION } from '../hash';
import { Notice } from '../options';
import { mergeTables, writeMemtable } from './build';
import { Manifest, readManifest, writeManifest } from './manifest';
import { Memtable } from './memtable';
import { PageCache } from './page-cache';
import { Table } from './table';
import { IDS, IndexDamaged, STREAMS, TableKind } from './table-format';

const CACHED_PAGES = 2048;
/** Larger tables are not merged any more: merging holds the filter of the new table in memory. */
const MAX_MERGED_ENTRIES = 16 * 1024 * 1024;

/** The two tables over one range of the log. */
export interface TablePair {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly streams: Table;
  readonly ids: Table;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The log is being closed: the tables at hand will do. */
export class MergeStopped extends Error {}

/** The sorted tables of the index, oldest first, and the list of them on disk. */
export class Tables {
  pairs: TablePair[] = [];
  /** Grows whenever {@link pairs} change. */
  changes = 0;
  private readonly cache = new PageCache(CACHED_PAGES);
  private nextId = 1;
  private listing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly hashTag: number,
    private readonly onNotice: (notice: Notice) => void,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  static hashTag(bits: number): number {
    return HASH_VERSION * 256 + bits;
  }

  /** First position that no table covers. */
  get coveredTo(): number {
    return this.pairs.at(-1)?.to ?? 0;
  }

  /**
   * Opens what is listed and whole, and removes files that are not listed.
   * @param tail end of the log: no table may speak of what lies behind it
   * @returns the ranges before the last table for which a table is missing
   */
  load(tail: number): Gap[] {
    const listed = this.readList();
    this.nextId = listed?.nextId ?? 1;
    const gaps: Gap[] = [];
    for (const entry of listed?.tables ?? []) {
      const pair = entry.to <= tail ? this.tryOpen(entry.id) : undefined;
      if (pair) this.pairs.push(pair);
      else if (entry.to <= tail) gaps.push({ from: entry.from, to: entry.to });
    }
    this.removeUnlisted();
    return gaps.filter((gap) => gap.from < this.coveredTo);
  }

  /** Writes a memtable as a pair of tables, which counts once it is given to {@link replace}. */
  write(memtable: Memtable, to: number): Promise<TablePair> {
    return this.make(async (pathOf) => {
      await writeMemtable(memtable, to, this.hashTag, pathOf);
    });
  }

  /** The oldest run of `fanIn` tables of like size that is worth one larger table. */
  mergeable(fanIn: number, memtableEntries: number): TablePair[] | undefined {
    const level = ({ streams }: TablePair): number =>
      Math.floor(Math.log(Math.max(1, streams.entries / memtableEntries)) / Math.log(fanIn) + 1e-9);
    for (let start = 0; start + fanIn <= this.pairs.length; start++) {
      const run = this.pairs.slice(start, start + fanIn);
      const entries = run.reduce((sum, { streams }) => sum + streams.entries, 0);
      if (entries <= MAX_MERGED_ENTRIES && run.every((pair) => level(pair) === level(run[0] as TablePair))) return run;
    }
    return undefined;
  }

  /**
   * Makes one pair of several, to be given to {@link replace}.
   * @throws MergeStopped when `stopped` said so
   */
  merge(run: readonly TablePair[], stopped: () => boolean): Promise<TablePair> {
    return this.make(async (pathOf) => {
      for (const kind of [STREAMS, IDS]) {
        const tables = run.map((pair) => pair[kind.extension]);
        if (!(await mergeTables(tables, pathOf(kind), this.hashTag, stopped))) throw new MergeStopped();
      }
    });
  }

  /** Makes the files of a pair; a failure (a full disk) leaves nothing of them. */
  private async make(work: (pathOf: (kind: TableKind) => string) => Promise<void>): Promise<TablePair> {
    const id = this.nextId++;
    try {
      await work((kind) => this.pathOf(id, kind));
      return this.open(id);
    } catch (error) {
      for (const kind of [STREAMS, IDS]) rmSync(this.pathOf(id, kind), { force: true });
      throw error;
    }
  }

  /**
   * Puts pairs in the place of others: for look-ups at once, on disk when the promise settles. The files of the old ones
   * are removed after that.
   */
  async replace(old: readonly TablePair[], fresh: readonly TablePair[]): Promise<void> {
    this.pairs = [...this.pairs.filter((pair) => !old.includes(pair)), ...fresh].sort((a, b) => a.from - b.from);
    this.changes += 1;
    await this.list();
    for (const pair of old) {
      closePair(pair);
      for (const kind of [STREAMS, IDS]) unlinkSync(this.pathOf(pair.id, kind));
    }
  }

  pairOf(path: string): TablePair | undefined {
    return this.pairs.find(({ streams, ids }) => streams.path === path || ids.path === path);
  }

  async settled(): Promise<void> {
    await this.listing;
  }

  close(): void {
    for (const pair of this.pairs) closePair(pair);
    this.pairs = [];
  }

  /** Writes the list, one write at a time. */
  private list(): Promise<void> {
    const write = async (): Promise<void> => {
      const tables = this.pairs.map(({ id, from, to }) => ({ id, from, to }));
      await writeManifest(this.folder, { hashTag: this.hashTag, nextId: this.nextId, tables });
    };
    const done = this.listing.then(write);
    this.listing = done.catch(() => undefined); // whoever asked for this write hears of it
    return done;
  }

  private readList(): Manifest | undefined {
    try {
      const listed = readManifest(this.folder);
      return listed?.hashTag === this.hashTag ? listed : undefined;
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      this.tell(error);
      return undefined;
    }
  }

  private tryOpen(id: number): TablePair | undefined {
    try {
      return this.open(id);
    } catch (error) {
      if (!(error instanceof IndexDamaged) && errorCode(error) !== 'ENOENT') throw error;
      this.tell(error);
      return undefined;
    }
  }

  private tell(error: unknown): void {
    const where = error instanceof IndexDamaged ? { file: error.file, offset: error.offset } : {};
    this.onNotice({ kind: 'index-damaged', message: `${reasonOf(error)}; it is made anew from the segments`, ...where });
  }

  private open(id: number): TablePair {
    return openPair(this.folder, id, this.hashTag, this.cache);
  }

  private pathOf(id: number, kind: TableKind): string {
    return pathOf(this.folder, id, kind);
  }

  private removeUnlisted(): void {
    const known = new Set(this.pairs.flatMap(({ id }) => [this.pathOf(id, STREAMS), this.pathOf(id, IDS)]));
    for (const file of readdirSync(this.folder)) {
      const path = join(this.folder, file);
      if (/\.(streams|ids|tmp)$/.test(file) && !known.has(path)) unlinkSync(path);
    }
  }
}

function pathOf(folder: string, id: number, kind: TableKind): string {
  return join(folder, `${String(id).padStart(8, '0')}.${kind.extension}`);
}

/** @throws IndexDamaged, or a system error where a file is missing */
export function openPair(folder: string, id: number, hashTag: number, cache = new PageCache(1)): TablePair {
  const streams = Table.open(pathOf(folder, id, STREAMS), STREAMS, hashTag, cache);
  try {
    const ids = Table.open(pathOf(folder, id, IDS), IDS, hashTag, cache);
    return { id, from: streams.from, to: streams.to, streams, ids };
  } catch (error) {
    streams.close();
    throw error;
  }
}

export function closePair({ streams, ids }: TablePair): void {
  streams.close();
  ids.close();
}
