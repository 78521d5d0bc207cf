import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@hjemmel/host';
import { SEGMENT_HEADER_BYTES } from './format';
import { layout } from './layout';
import { LogRead } from './log-read';
import { SegmentReader } from './segment-reader';
import { Segments } from './segments';
import { readManifest } from './stream-index/manifest';
import { closePair, openPair } from './stream-index/tables';

export interface LogStats {
  readonly tail: number;
  readonly segments: number;
  readonly compactedSegments: number;
  /** Bytes of records and headers in segments. */
  readonly segmentBytes: number;
  /** Bytes that compaction took out so far. */
  readonly compactedBytes: number;
  /** What all files take on disk, with what is preallocated, in bytes. */
  readonly diskBytes: number;
  readonly indexBytes: number;
  readonly indexTables: number;
  /** Records that index tables name (some may have been compacted away since). */
  readonly indexedRecords: number;
  /** Records that are not in a table yet; they are read when the log is opened. */
  readonly unindexedRecords: number;
  /** Upper bound: a stream counts once for each index table that names it. */
  readonly streamsAtMost: number;
  /** Instants in 100-nanosecond ticks since 1970-01-01T00:00:00Z; undefined in an empty log. */
  readonly oldestTicks: bigint | undefined;
  readonly newestTicks: bigint | undefined;
}

/** Counts and sizes of a log, without reading its history. May run beside the process that owns it. */
export function stats(folder: string): LogStats {
  const reader = new SegmentReader(folder);
  const segments = new Segments(layout(folder).segments);
  try {
    const tail = reader.tail();
    segments.load();
    const newest = segments.newest;
    if (newest && !newest.compacted) newest.extendTo(Math.max(newest.base, tail));
    const data = segments.list.reduce((sum, { dataEnd }) => sum + dataEnd, 0);
    const full = tail + segments.list.length * SEGMENT_HEADER_BYTES;
    const index = indexStats(layout(folder).index);
    let unindexed = 0;
    for (const page of reader.pages(index.coveredTo)) unindexed += page.length;
    return {
      tail,
      segments: segments.list.length,
      compactedSegments: segments.list.filter(({ compacted }) => compacted).length,
      segmentBytes: data,
      compactedBytes: full - data,
      diskBytes: diskBytes(folder) + diskBytes(layout(folder).segments) + diskBytes(layout(folder).index),
      indexBytes: index.bytes,
      indexTables: index.tables,
      indexedRecords: index.records,
      unindexedRecords: unindexed,
      streamsAtMost: index.streams + unindexed,
      oldestTicks: reader.read(0, 1).records[0]?.createdTicks,
      newestTicks: new LogRead(segments).backwards(tail, 1, 1).records[0]?.createdTicks,
    };
  } finally {
    reader.close();
    segments.close();
  }
}

interface IndexStats {
  readonly coveredTo: number;
  readonly tables: number;
  readonly records: number;
  readonly streams: number;
  readonly bytes: number;
}

function indexStats(folder: string): IndexStats {
  const manifest = readManifest(folder);
  let [records, streams, bytes] = [0, 0, 0];
  try {
    for (const { id } of manifest?.tables ?? []) {
      const pair = openPair(folder, id, manifest?.hashTag ?? 0);
      records += pair.streams.entries;
      streams += pair.streams.hashes;
      bytes += statSync(pair.streams.path).size + statSync(pair.ids.path).size;
      closePair(pair);
    }
  } catch (error) {
    const merged = errorCode(error) === 'ENOENT' && readManifest(folder)?.nextId !== manifest?.nextId;
    if (merged) return indexStats(folder); // the owner replaced tables meanwhile
    throw error;
  }
  return { coveredTo: manifest?.tables.at(-1)?.to ?? 0, tables: manifest?.tables.length ?? 0, records, streams, bytes };
}

function diskBytes(folder: string): number {
  try {
    return readdirSync(folder)
      .map((file) => statSync(join(folder, file)))
      .reduce((sum, { blocks }) => sum + blocks * 512, 0);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
