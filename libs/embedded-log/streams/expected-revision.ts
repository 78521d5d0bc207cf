/**
 * What a writer demands of the stream, in the numbers of EventStoreDB's ExpectedVersion. A revision beyond the safe integers is kept as
 * a bigint: no stream ever reaches it, but the refusal must name it unchanged.
 */
export type ExpectedRevision = number | bigint;

export const NO_STREAM = -1;
export const ANY = -2;
export const STREAM_EXISTS = -4;
