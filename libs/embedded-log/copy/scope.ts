import { createHash } from 'node:crypto';
import { EventToWrite, RemoteEvent } from '../remote';
import { isMetastream, originalOf } from '../streams/stream-metadata';

/**
 * Whether an event is part of the history that is copied: the users' streams, their metadata and their tombstones. What a server writes
 * for itself (statistics, scavenges, persistent subscriptions and their checkpoints, users) stands in streams that begin with `$`
 * and would be wrong on another server.
 */
export function isCopied({ stream }: Pick<RemoteEvent, 'stream'>): boolean {
  return !(isMetastream(stream) ? originalOf(stream) : stream).startsWith('$');
}

/**
 * Type of the empty events that stand where the source has removed some for good. They keep the numbers of those that follow: links,
 * `$tb`, expected revisions and evidence name events by number.
 */
export const GAP_TYPE = '$gap';

const EMPTY = Buffer.alloc(0);

/** The same for the same place, so that writing it once more is a repeat. */
export function gapEvent(stream: string, revision: number): EventToWrite {
  const id = createHash('sha256').update(`gap\0${stream}\0${revision}`).digest().subarray(0, 16);
  return { id, type: GAP_TYPE, contentType: 'application/octet-stream', data: EMPTY, metadata: EMPTY };
}
