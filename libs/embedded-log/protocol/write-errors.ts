import { LogDamaged, LogReadOnly } from '../engine/contract';
import { ExpectedRevision } from '../streams/expected-revision';
import { ProposedEvent } from './wire/write-requests';
import { EventBody } from '../streams/stored-event';
import { isZeroId } from '../streams/event-id';
import { Code, GrpcError, handlerThrew } from './grpc/status';

/** The trailers by which EventStoreDB's clients tell the errors of writes. */

/**
 * The status of an error: a log that takes no writes is out of a resource, damage is loss of data; anything else is UNKNOWN, like an
 * exception in EventStoreDB.
 */
export function toGrpcError(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LogReadOnly) return new GrpcError(Code.RESOURCE_EXHAUSTED, message);
  if (error instanceof LogDamaged) return new GrpcError(Code.DATA_LOSS, message);
  return handlerThrew(message);
}

/** Data bytes of one append; metadata and types are not counted. */
export const MAX_APPEND_SIZE = 1_048_576;
const INT64_MAX = 2n ** 63n - 1n;

export function streamDeleted(stream: string): GrpcError {
  return new GrpcError(Code.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

export function wrongExpectedVersion(stream: string, expected: ExpectedRevision, current: number): GrpcError {
  return new GrpcError(
    Code.FAILED_PRECONDITION,
    `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${current}`,
    { exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': String(expected), 'actual-version': String(current) },
  );
}

export function maximumAppendSizeExceeded(): GrpcError {
  return new GrpcError(Code.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_SIZE} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_SIZE),
  });
}

function requiredMetadataMissing(property: string): GrpcError {
  return new GrpcError(Code.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

/** Refuses what the server refuses of any write: no name, or a revision that is none. */
export function checkTarget(stream: string, expected: ExpectedRevision): void {
  if (stream === '') throw handlerThrew('streamId must not be empty.');
  if (expected > INT64_MAX) throw handlerThrew('The revision is beyond int64.');
}

/** Throws a GrpcError for an event without a type, a content type or an id. */
export function acceptEvent({ id, type, contentType, data, metadata }: ProposedEvent): EventBody {
  if (type === undefined) throw requiredMetadataMissing('type');
  if (contentType === undefined) throw requiredMetadataMissing('content-type');
  if (type === '') throw handlerThrew('Empty eventType provided.');
  if (!id || isZeroId(id)) throw handlerThrew('Empty eventId provided.');
  return { id, type, isJson: contentType === 'application/json', data, metadata };
}
