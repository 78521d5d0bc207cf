import { status, StatusObject } from '@grpc/grpc-js';
import { OperatorError, reasonOf } from '@hjemmel/host';

/** What a server answered in place of what was asked, or that it could not be reached. Its text names no data of events. */
export class RemoteFailure extends Error {
  constructor(
    message: string,
    /** gRPC status. */
    readonly code: number,
    /** EventStoreDB's name for the error, from the trailers; undefined where it gives none. */
    readonly exception?: string,
  ) {
    super(message);
    this.name = 'RemoteFailure';
  }

  /** Whether the same call may succeed later, on this server or another of its cluster. */
  get passing(): boolean {
    return PASSING.has(this.code) || this.exception === 'not-leader';
  }
}

/** INTERNAL is how a connection that breaks inside a call shows itself. */
const PASSING: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
]);

const SAID: Readonly<Record<number, string>> = {
  [status.UNAVAILABLE]: 'it cannot be reached',
  [status.DEADLINE_EXCEEDED]: 'it did not answer in time',
  [status.UNAUTHENTICATED]: 'it demands a user and a password, or other ones',
  [status.PERMISSION_DENIED]: 'the user may not do this',
  [status.UNIMPLEMENTED]: 'it does not offer this call',
};

/** @param server whose failure it is, for people */
export function failureOf(error: unknown, server: string): Error {
  if (error instanceof RemoteFailure || error instanceof OperatorError) return error;
  if (!isStatus(error)) return new RemoteFailure(`${server}: ${reasonOf(error)}`, status.UNKNOWN);
  const [exception] = error.metadata.get('exception');
  const named = typeof exception === 'string' ? exception : undefined;
  const said = SAID[error.code] ?? (named && `it answered ${named}`) ?? `it answered with gRPC status ${error.code} (${error.details})`;
  return new RemoteFailure(`${server}: ${said}`, error.code, named);
}

function isStatus(error: unknown): error is StatusObject {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number' && 'metadata' in error;
}
