import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCode } from '@hjemmel/host';
import { Hash, Hasher } from '../hash';
import { RecordView } from '../record-view';
import { Table } from './table';
import { entriesPerPage, IDS, IndexDamaged, PAGE_BYTES, PAGE_WORDS, STREAMS } from './table-format';
import { Manifest, readManifest } from './manifest';
import { closePair, openPair, TablePair } from './tables';

const PAGES_PER_TURN = 200;

interface Tally {
  count: number;
  streams: number;
  ids: number;
}

interface IndexProblem {
  readonly file: string;
  readonly offset: number;
  readonly detail: string;
  readonly derived: true;
}

/**
 * Compares an index with the log that it was made from: each page whole, entries in order, and in sum the very entries that
 * the records ask for. Reads files only; tables that the owner of the log replaces meanwhile are passed over.
 */
export class IndexCheck {
  readonly problems: IndexProblem[] = [];
  entries = 0;
  private readonly tallies: Tally[] = [];
  private readonly hash: Hash = { high: 0, low: 0 };
  private readonly idHash: Hash = { high: 0, low: 0 };
  private current = 0;

  private constructor(
    private readonly pairs: TablePair[],
    private readonly hasher: Hasher,
  ) {}

  /** @param tail end of the log; tables written after it was read are passed over */
  static open(folder: string, tail: number): IndexCheck {
    const found: IndexProblem[] = [];
    const manifest = listOf(folder, found);
    const check = new IndexCheck([], new Hasher((manifest?.hashTag ?? 64) % 256));
    for (const { id, to } of manifest?.tables ?? []) {
      if (to > tail) continue;
      try {
        check.take(openPair(folder, id, manifest?.hashTag ?? 0));
      } catch (error) {
        if (errorCode(error) === 'ENOENT' && JSON.stringify(manifest) !== JSON.stringify(listOf(folder, []))) {
          check.close();
          return IndexCheck.open(folder, tail); // the owner merged tables meanwhile
        }
        found.push(asProblem(error));
      }
    }
    check.problems.push(...found);
    return check;
  }

  /** Takes note of a record; they come in order of position. */
  saw(record: RecordView): void {
    while (this.current < this.pairs.length && record.position >= (this.pairs[this.current] as TablePair).to) this.current += 1;
    const pair = this.pairs[this.current];
    const tally = this.tallies[this.current];
    if (!pair || !tally || record.position < pair.from) return;
    this.hasher.name(record.stream, this.hash);
    this.hasher.eventId(this.hash, record.eventId, this.idHash);
    tally.count += 1;
    tally.streams = sum(tally.streams, this.hash.high, this.hash.low, record.revision, record.position);
    tally.ids = sum(tally.ids, this.idHash.high, this.idHash.low, 0, record.position);
  }

  /** @param compacted whether records may have gone since the tables were written */
  async compare(compacted: boolean): Promise<void> {
    for (const [i, pair] of this.pairs.entries()) {
      for (const table of [pair.streams, pair.ids]) await this.compareTable(table, this.tallies[i] as Tally, compacted);
    }
  }

  close(): void {
    this.pairs.forEach(closePair);
  }

  private take(pair: TablePair): void {
    this.pairs.push(pair);
    this.tallies.push({ count: 0, streams: 0, ids: 0 });
  }

  private async compareTable(table: Table, tally: Tally, compacted: boolean): Promise<void> {
    try {
      const found = await tallyOf(table);
      this.entries += table.kind === STREAMS ? found.count : 0;
      const expected = table.kind === STREAMS ? tally.streams : tally.ids;
      const same = found.count === tally.count && found.sum === expected;
      if (!same && !(compacted && found.count >= tally.count)) {
        this.problems.push({
          file: table.path,
          offset: 0,
          detail: `the table has not the entries that the records from position ${table.from} to ${table.to} ask for`,
          derived: true,
        });
      }
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      this.problems.push(asProblem(error));
    }
  }
}

async function tallyOf(table: Table): Promise<{ count: number; sum: number }> {
  const { words } = table.kind;
  const perPage = entriesPerPage(table.kind);
  const previous = new Uint32Array(words);
  const page = new Uint32Array(PAGE_WORDS);
  let count = 0;
  let total = 0;
  for (let number = 0; number < table.pageCount; number++) {
    table.readPage(number, page);
    const end = Math.min(perPage, table.entries - number * perPage) * words;
    for (let at = 0; at < end; at += words) {
      if (count > 0 && !inOrder(previous, page, at)) throw new IndexDamaged(table.path, number * PAGE_BYTES, 'entries are not in order');
      previous.set(page.subarray(at, at + words));
      count += 1;
      total = sumOf(total, page, at, words);
    }
    if (number % PAGES_PER_TURN === 0) await nextTurn();
  }
  return { count, sum: total };
}

function inOrder(before: Uint32Array, page: Uint32Array, at: number): boolean {
  for (let w = 0; w < before.length; w++) {
    const difference = (page[at + w] as number) - (before[w] as number);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function sumOf(total: number, page: Uint32Array, at: number, words: number): number {
  const number = (w: number): number => (page[at + w] as number) * 0x1_0000_0000 + (page[at + w + 1] as number);
  return sum(total, page[at] as number, page[at + 1] as number, words === IDS.words ? 0 : number(2), number(words - 2));
}

/** A sum over entries that does not depend on their order. */
function sum(total: number, high: number, low: number, revision: number, position: number): number {
  let x = Math.imul(high ^ 0x9e3779b1, 0x85ebca6b) ^ Math.imul(low ^ (revision % 0x1_0000_0000), 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15) ^ (position % 0x1_0000_0000), 0x27d4eb2f) ^ Math.floor(position / 0x1_0000_0000);
  return (total + (x ^ (x >>> 13))) | 0;
}

/** The list of tables; undefined where there is none or it is not whole, which is then noted. */
function listOf(folder: string, problems: IndexProblem[]): Manifest | undefined {
  try {
    return readManifest(folder);
  } catch (error) {
    if (!(error instanceof IndexDamaged)) throw error;
    problems.push(asProblem(error));
    return undefined;
  }
}

function asProblem(error: unknown): IndexProblem {
  if (error instanceof IndexDamaged) return { file: error.file, offset: error.offset, detail: error.message, derived: true };
  const path = typeof error === 'object' && error !== null && 'path' in error ? String(error.path) : '';
  return { file: path, offset: 0, detail: errorCode(error) === 'ENOENT' ? 'the file is missing' : String(error), derived: true };
}
