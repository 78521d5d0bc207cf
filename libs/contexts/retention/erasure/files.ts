import { ledgerOf, LedgerEvent } from '@hjemmel/contexts/data-subjects/contract';
import { photos, photoStream } from '@hjemmel/contexts/orders/contract';
import { Decisions, EventLog } from '@hjemmel/event-store';
import type { BlobStore } from '@hjemmel/vault';
import type { Files } from './parts';

/** The class under which photos are sealed; no other class has files yet. */
const PHOTO = 'photo';

/**
 * A person's photos in the store of blobs. The ledger names their streams in its admissions, so that no list of who has which file is kept
 * anywhere; the cost is the ledger's length, and nothing else is read.
 */
export function filesIn(log: EventLog, blobs: BlobStore): Files {
  const decisions = new Decisions(log, 1); // each photo is looked at once

  async function* blobIdsOf(subjectId: string, retentionClasses: readonly string[]): AsyncGenerator<string> {
    if (!retentionClasses.includes(PHOTO)) return;
    for (const stream of await photoStreamsOf(log, subjectId)) {
      const { state } = await decisions.load(photos, stream);
      if (state.status === 'stored' && state.subjectId === subjectId) yield state.blob.blobId;
    }
  }

  return {
    of: async (subjectId, retentionClasses) => {
      let [count, bytes] = [0, 0];
      for await (const blobId of blobIdsOf(subjectId, retentionClasses)) {
        const stored = await blobs.stat(blobId);
        if (!stored) continue;
        count++;
        bytes += stored.bytes;
      }
      return { count, bytes };
    },
    delete: async (subjectId, retentionClasses) => {
      for await (const blobId of blobIdsOf(subjectId, retentionClasses)) await blobs.delete(blobId);
    },
  };
}

async function photoStreamsOf(log: EventLog, subjectId: string): Promise<ReadonlySet<string>> {
  const streams = new Set<string>();
  for await (const recorded of log.readStream(ledgerOf(subjectId))) {
    const event = recorded.event as LedgerEvent;
    const stream = event.type === 'ProcessingAdmitted' ? event.data.factStream : undefined;
    if (stream?.startsWith(photoStream(''))) streams.add(stream);
  }
  return streams;
}
