import { ErrorType, isCommandError } from '@eventstore/db-client';
import type { RecordedEvent, ResolvedEvent } from '@eventstore/db-client';
import { EventMetadata, Recorded } from '@hjemmel/kernel';
import { ExpectedRevision, LogUnavailable, WrongExpectedRevision } from './port';

/** System events, links whose target is gone and foreign (non-JSON) events are not facts of ours. */
export function toRecorded({ event }: { event?: RecordedEvent | ResolvedEvent['event'] | undefined }): Recorded | undefined {
  if (!event || event.type.startsWith('$') || event.streamId.startsWith('$') || !event.isJson) return undefined;
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? -1n,
    recordedAt: event.created,
    event: { type: event.type, data: event.data as object },
    metadata: metadataOf(event.metadata),
  };
}

const metadataOf = (value: unknown): EventMetadata => (value ?? {}) as EventMetadata;

const unreachable: ReadonlySet<ErrorType> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
  ErrorType.NOT_LEADER,
  ErrorType.CANCELLED,
]);

export function translated(error: unknown, stream = '$all', expected: ExpectedRevision = 'any'): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!isCommandError(error)) return error;
  if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
    const actual = error.actualVersion;
    return new WrongExpectedRevision(stream, expected, typeof actual === 'bigint' ? actual : 'no_stream');
  }
  return unreachable.has(error.type) ? new LogUnavailable(error) : error;
}
