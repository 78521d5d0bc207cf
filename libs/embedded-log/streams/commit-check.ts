import { LogEngine, TOMBSTONE_REVISION } from '../engine/contract';
import { ANY, ExpectedRevision, NO_STREAM, STREAM_EXISTS } from './expected-revision';
import { FirstWritten } from './first-written';
import { MetadataViews } from './metadata-views';
import { metastreamOf } from './stream-metadata';

/** What is to become of an append, decided from the stream as it will stand after all appends before it. */
export type CommitDecision =
  | { readonly kind: 'write'; readonly current: number; readonly softDeleted: boolean }
  | { readonly kind: 'repeated'; readonly current: number; readonly lastRevision: number }
  | { readonly kind: 'wrong-expected-revision'; readonly current: number }
  | { readonly kind: 'stream-deleted' };

/** What a decision is made from. */
export interface CommitParts {
  readonly engine: LogEngine;
  readonly metadata: MetadataViews;
  readonly firstWritten: FirstWritten;
}

/**
 * EventStoreDB's rules of expected revisions and idempotency (its IndexWriter.CheckCommit). `current` is -1 for a stream never written.
 * The scope of an event id is one stream.
 */
export function checkCommit(
  { engine, metadata, firstWritten }: CommitParts,
  stream: string,
  expected: ExpectedRevision,
  ids: readonly Buffer[],
): CommitDecision {
  const current = engine.lastRevision(stream) ?? NO_STREAM;
  if (current === TOMBSTONE_REVISION) return { kind: 'stream-deleted' };
  const softDeleted = (): boolean => metadata.isSoftDeletedForWriters(stream);
  const wrong: CommitDecision = { kind: 'wrong-expected-revision', current };

  if (expected === STREAM_EXISTS) {
    if (softDeleted()) return { kind: 'stream-deleted' };
    if (current < 0 && engine.lastRevision(metastreamOf(stream)) === undefined) return wrong;
  }
  if (expected === ANY || expected === STREAM_EXISTS) {
    const repeated = repeatedAnywhere(engine, firstWritten, stream, current, ids);
    if (repeated === 'none') return { kind: 'write', current, softDeleted: softDeleted() };
    return repeated === 'in part' ? wrong : { kind: 'repeated', current, lastRevision: repeated };
  }
  if (expected < current) {
    const repeated = repeatedFrom(engine, stream, Number(expected), ids);
    if (repeated === 'in part' || ids.length === 0) return wrong;
    if (repeated !== 'none') return { kind: 'repeated', current, lastRevision: repeated };
    return expected === NO_STREAM && softDeleted() ? { kind: 'write', current, softDeleted: true } : wrong;
  }
  return expected > current ? wrong : { kind: 'write', current, softDeleted: softDeleted() };
}

/** The revision of the last of the ids where the stream holds all of them, in whatever order and with whatever between. */
function repeatedAnywhere(
  engine: LogEngine,
  firstWritten: FirstWritten,
  stream: string,
  current: number,
  ids: readonly Buffer[],
): number | 'none' | 'in part' {
  if (current < 0) return 'none';
  let last: number | 'none' = 'none';
  for (const id of ids) {
    const found = engine.findEvent(stream, id);
    if (!found) return last === 'none' ? 'none' : 'in part';
    last = firstWritten.of(stream, id, found.revision);
  }
  return last;
}

/** The same where the ids must stand at the revisions that follow `expected`, one by one. */
function repeatedFrom(engine: LogEngine, stream: string, expected: number, ids: readonly Buffer[]): number | 'none' | 'in part' {
  let revision = expected;
  for (const id of ids) {
    revision++;
    if (!engine.locate(stream, revision)?.eventId.equals(id)) return revision === expected + 1 ? 'none' : 'in part';
  }
  return revision;
}
