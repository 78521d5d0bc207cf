import { highWord } from '../format';
import { Memtable } from './memtable';
import { Table } from './table';
import { entriesPerPage, IDS, PAGE_WORDS, STREAMS, TableKind } from './table-format';
import { TableWriter } from './table-writer';

const TWO_32 = 0x1_0000_0000;
const INDEX_BITS = 20;
/** A memtable's entries are numbered in this many bits beside 32 bits of hash: together still an exact number. */
export const MAX_MEMTABLE_ENTRIES = 1 << INDEX_BITS;

/** Writes a memtable's entries as one sorted table for each kind. */
export async function writeMemtable(memtable: Memtable, to: number, hashTag: number, pathOf: (kind: TableKind) => string): Promise<void> {
  const { count, from } = memtable;
  for (const kind of [STREAMS, IDS]) {
    const writer = await TableWriter.create(pathOf(kind), { kind, entries: count, hashes: count, from, to, hashTag });
    try {
      const order = kind === STREAMS ? orderOfStreams(memtable) : orderOfIds(memtable);
      const entry = new Uint32Array(kind.words);
      for (let i = 0; i < count; i++) {
        encode(memtable, kind, order[i] as number, entry);
        if (writer.add(entry, 0)) await writer.flush();
      }
      await writer.finish();
    } finally {
      await writer.close();
    }
  }
}

function encode(memtable: Memtable, kind: TableKind, i: number, into: Uint32Array): void {
  if (kind === STREAMS) {
    into[0] = memtable.hashHigh[i] as number;
    into[1] = memtable.hashLow[i] as number;
    split(memtable.revisions[i] as number, into, 2);
  } else {
    into[0] = memtable.idHashHigh[i] as number;
    into[1] = memtable.idHashLow[i] as number;
  }
  split(memtable.positions[i] as number, into, kind.words - 2);
}

function split(value: number, into: Uint32Array, at: number): void {
  const high = highWord(value);
  into[at] = high;
  into[at + 1] = value - high * TWO_32;
}

function orderOfStreams(memtable: Memtable): Uint32Array {
  const { hashHigh, hashLow, revisions } = memtable;
  return orderBy(hashHigh, memtable.count, (a, b) => diff(hashLow, a, b) || diff(revisions, a, b) || a - b);
}

function orderOfIds(memtable: Memtable): Uint32Array {
  const { idHashHigh, idHashLow } = memtable;
  return orderBy(idHashHigh, memtable.count, (a, b) => diff(idHashLow, a, b) || a - b);
}

const diff = (numbers: Uint32Array | Float64Array, a: number, b: number): number => (numbers[a] as number) - (numbers[b] as number);

/**
 * Numbers of the entries in order of `first`, then of `rest`. Sorted as plain numbers that carry hash and entry, which the
 * engine does natively, ten times faster than with a comparison of ours; only runs of equal hashes are compared.
 */
function orderBy(first: Uint32Array, count: number, rest: (a: number, b: number) => number): Uint32Array {
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = (first[i] as number) * MAX_MEMTABLE_ENTRIES + i;
  keys.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = (keys[i] as number) % MAX_MEMTABLE_ENTRIES;
  for (let start = 0; start < count;) {
    let end = start + 1;
    let sorted = true;
    for (; end < count && first[order[end] as number] === first[order[start] as number]; end++) {
      sorted &&= rest(order[end - 1] as number, order[end] as number) < 0;
    }
    if (!sorted) order.subarray(start, end).sort(rest);
    start = end;
  }
  return order;
}

/** Walks a table's entries in order, a page at a time. */
class Cursor {
  readonly words = new Uint32Array(PAGE_WORDS);
  at = 0;
  private page = 0;
  private end = 0;

  constructor(private readonly table: Table) {
    this.nextPage();
  }

  /** False at the end. */
  get alive(): boolean {
    return this.end > 0;
  }

  advance(): void {
    this.at += this.table.kind.words;
    if (this.at >= this.end) this.nextPage();
  }

  private nextPage(): void {
    this.at = this.end = 0;
    if (this.page >= this.table.pageCount) return;
    const perPage = entriesPerPage(this.table.kind);
    this.table.readPage(this.page, this.words);
    this.end = Math.min(perPage, this.table.entries - this.page * perPage) * this.table.kind.words;
    this.page += 1;
  }
}

/**
 * Writes the entries of all tables, which follow on one another in the log, as one table. Gives way to other work after
 * each write.
 *
 * @param stopped asked now and then; when it says true the merge is given up
 * @returns false when it was given up
 */
export async function mergeTables(tables: readonly Table[], path: string, hashTag: number, stopped: () => boolean): Promise<boolean> {
  const [first, last] = [tables[0], tables.at(-1)];
  if (!first || !last) return false;
  const { kind } = first;
  const sum = (pick: (table: Table) => number): number => tables.reduce((total, table) => total + pick(table), 0);
  const extent = { kind, entries: sum((t) => t.entries), hashes: sum((t) => t.hashes), from: first.from, to: last.to, hashTag };
  const writer = await TableWriter.create(path, extent);
  try {
    let cursors = tables.map((table) => new Cursor(table)).filter((cursor) => cursor.alive);
    while (cursors.length > 0) {
      const least = leastOf(cursors, kind.words);
      const due = writer.add(least.words, least.at);
      least.advance();
      if (!least.alive) cursors = cursors.filter((cursor) => cursor.alive);
      if (!due) continue;
      await writer.flush();
      if (stopped()) return false;
    }
    await writer.finish();
    return true;
  } finally {
    await writer.close();
  }
}

function leastOf(cursors: readonly Cursor[], words: number): Cursor {
  let least = cursors[0] as Cursor;
  for (let i = 1; i < cursors.length; i++) {
    const other = cursors[i] as Cursor;
    for (let w = 0; w < words; w++) {
      const difference = (other.words[other.at + w] as number) - (least.words[least.at + w] as number);
      if (difference === 0) continue;
      if (difference < 0) least = other;
      break;
    }
  }
  return least;
}
