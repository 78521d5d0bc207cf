import { SegmentReader, stats } from '@hjemmel/embedded-log/engine';
import { describeMirror } from '@hjemmel/embedded-log/mirror';
import { Remote, RemoteAddress } from '@hjemmel/embedded-log/remote';
import { existingLogFolder, toldPlainly } from './log-folder';
import { instant, printFigures, withReporter } from './output';
import { Tally } from './tally';

export interface StatsOptions {
  readonly exact?: boolean;
  readonly json?: boolean;
}

const NAMES = {
  log: 'log',
  mirrorOf: 'mirror of',
  events: 'events',
  eventsAtMost: 'events, at most',
  systemEvents: 'of them system events',
  streams: 'streams',
  streamsAtMost: 'streams, at most',
  eventTypes: 'event types',
  eventBytes: 'bytes of events',
  firstPosition: 'position of the first event',
  lastPosition: 'position of the last event',
  tail: 'end of the log (position)',
  oldest: 'oldest event',
  newest: 'newest event',
  segments: 'segments',
  compactedSegments: 'of them rewritten by compaction',
  segmentBytes: 'bytes in segments',
  compactedBytes: 'bytes that compaction took out',
  indexTables: 'index tables',
  indexBytes: 'bytes of the index',
  unindexedRecords: 'records not yet in an index table',
  diskBytes: 'bytes on disk',
} as const;

/** A log of this size is read in about a second, so its events are counted; of a larger one the index gives bounds. */
const QUICKLY_READ_BYTES = 256 * 1024 * 1024;

/** Prints what is in a log: in a folder, or behind a connection. */
export async function showStats(place: string, { exact, json }: StatsOptions): Promise<void> {
  const figures = await toldPlainly(() => (/^esdb(\+discover)?:/.test(place) ? ofServer(place) : ofFolder(place, exact ?? false)));
  printFigures(json, figures, NAMES);
}

async function ofFolder(place: string, exact: boolean): Promise<Readonly<Record<string, unknown>>> {
  const folder = await existingLogFolder(place);
  const mirrorOf = (await describeMirror(folder))?.source;
  const { oldestTicks, newestTicks, indexedRecords, streamsAtMost, ...figures } = stats(folder);
  const known = { log: folder, mirrorOf, ...figures, oldest: instant(oldestTicks), newest: instant(newestTicks) };
  if (!exact && figures.tail > QUICKLY_READ_BYTES)
    return { ...known, eventsAtMost: indexedRecords + figures.unindexedRecords, streamsAtMost };
  return { ...known, ...(await counted(folder)) };
}

function counted(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return withReporter('counting', async (progress) => {
    const reader = new SegmentReader(folder);
    try {
      const tally = new Tally();
      const tail = reader.tail();
      for await (const record of reader.records()) {
        if (record.stream !== '') tally.add(record, record.length);
        progress(record.position, tail);
      }
      return tally.figures();
    } finally {
      reader.close();
    }
  });
}

function ofServer(connection: string): Promise<Readonly<Record<string, unknown>>> {
  return withReporter('counting', async (progress) => {
    const remote = await Remote.connect(RemoteAddress.parse(connection));
    try {
      const tally = new Tally();
      const end = (await remote.lastPosition()) ?? 0;
      for await (const message of remote.read({ from: 'start', count: Number.MAX_SAFE_INTEGER })) {
        if (message.kind !== 'event') continue;
        const { event } = message;
        tally.add(event, event.data.length + event.metadata.length);
        progress(event.position, end);
      }
      return { log: remote.shown, ...tally.figures() };
    } finally {
      remote.close();
    }
  });
}
