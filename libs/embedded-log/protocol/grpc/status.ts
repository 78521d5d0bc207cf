/** The gRPC status codes that the server answers with. */
export const Code = {
  OK: 0,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  CANCELLED: 1,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type Trailers = Readonly<Record<string, string>>;

/** Ends a call with a status other than OK. The trailers are what EventStoreDB's clients tell their errors by. */
export class GrpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly trailers: Trailers = {},
  ) {
    super(message);
    this.name = 'GrpcError';
  }
}

/** What EventStoreDB answers where an exception ends a call. */
export function handlerThrew(message: string): GrpcError {
  return new GrpcError(Code.UNKNOWN, `Exception was thrown by handler. ${message}`);
}

const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/;

/** gRPC's percent-encoding of a status message. */
export function encodeStatusMessage(message: string): string {
  return encodeURIComponent(message).replace(/%20/g, ' ');
}

/** Trailers carry printable ASCII alone; a value with anything else is percent-encoded. */
export function encodeTrailers(trailers: Trailers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(trailers).map(([name, value]) => [name, NOT_PRINTABLE_ASCII.test(value) ? encodeURIComponent(value) : value]),
  );
}
