import type { LedgerEvent, ProcessingAdmitted } from '@hjemmel/contexts/data-subjects/events';
import { ledgerOf, readStreams } from '@hjemmel/contexts/data-subjects/events';
import { requestStream } from '@hjemmel/contexts/rights-requests/events';
import type { EventLog } from '@hjemmel/event-store';
import type { Recorded } from '@hjemmel/kernel';
import { Facts, HistoryEntry, ledgerEntry, readingEntries, requestEntry } from './entries';

/** How much of the log has been looked through, from 0 to 1. */
export type OnProgress = (share: number) => void;

/**
 * Everything the log says of one person, in the log's own order: the person's ledger, the requests that it names, and each record of
 * reading that names the person. Nothing but the log is asked.
 * @param end position of the last event in the log, for the progress
 * @returns undefined where the log does not know the person
 */
export async function personHistory(
  log: EventLog,
  subjectId: string,
  end: bigint,
  onProgress: OnProgress = () => undefined,
): Promise<HistoryEntry[] | undefined> {
  const ledger = await collect(log.readStream(ledgerOf(subjectId)));
  if (ledger.length === 0) return undefined;
  const facts = await factsOf(log, ledger);
  const recordedBy = commandsOf(facts);
  const entries = [
    ...ledger.map((recorded) => at(recorded, [ledgerEntry(recorded, recordedBy)])),
    ...[...facts]
      .filter(([stream]) => isRequest(stream))
      .flatMap(([, events]) => events.map((recorded) => at(recorded, [requestEntry(recorded)]))),
    ...(await readings(log, subjectId, end, onProgress)),
  ];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).flatMap((found) => found.entries);
}

interface Found {
  readonly at: bigint;
  readonly entries: readonly HistoryEntry[];
}

const at = ({ position }: Recorded, entries: readonly HistoryEntry[]): Found => ({ at: position, entries });

const isRequest = (stream: string): boolean => stream.startsWith(requestStream(''));

/** The events of each stream in which an admission of this person says that its fact stands. */
async function factsOf(log: EventLog, ledger: readonly Recorded[]): Promise<Map<string, Recorded[]>> {
  const streams = ledger.flatMap(({ event }) =>
    (event as LedgerEvent).type === 'ProcessingAdmitted' ? factStreamsOf(event as ProcessingAdmitted) : [],
  );
  const facts = new Map<string, Recorded[]>();
  for (const stream of new Set(streams)) facts.set(stream, await collect(log.readStream(stream)));
  return facts;
}

const factStreamsOf = ({ data }: ProcessingAdmitted): string[] => (data.factStream === undefined ? [] : [data.factStream]);

/** A stream that was ended because its command broke off holds no fact. */
function commandsOf(facts: ReadonlyMap<string, readonly Recorded[]>): Facts {
  const isFact = ({ event }: Recorded): boolean => !event.type.endsWith('Abandoned');
  return new Map(
    [...facts].map(([stream, events]) => [stream, new Set(events.filter(isFact).map(({ metadata }) => metadata.correlationId))]),
  );
}

/** Records of reading name everybody on a page, so that they can only be found by looking through all of them. */
async function readings(log: EventLog, subjectId: string, end: bigint, onProgress: OnProgress): Promise<Found[]> {
  const found: Found[] = [];
  const subscription = log.subscribeToAll({ filter: { streamPrefixes: [readStreams] } });
  try {
    for await (const message of subscription) {
      if (message.kind === 'caughtUp') break;
      const position = message.kind === 'event' ? message.recorded.position : message.position;
      onProgress(end > 0n ? Math.min(1, Number(position) / Number(end)) : 1);
      const entries = message.kind === 'event' ? readingEntries(message.recorded, subjectId) : [];
      if (entries.length > 0) found.push({ at: position, entries });
    }
  } finally {
    await subscription.close();
  }
  return found;
}

async function collect(events: AsyncIterable<Recorded>): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for await (const recorded of events) all.push(recorded);
  return all;
}
