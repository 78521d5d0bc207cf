import { createHash, randomBytes, randomUUID } from 'node:crypto';

export const newUuid = (): string => randomUUID();

/** An id as `newUuid` and `derivedUuid` write it. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A person as `newPseudonym` names one. */
export const PSEUDONYM = /^[0-9a-f]{32}$/;

/** Who acts: the pseudonym of a person, or the name of a service. */
export const ACTOR = /^(?:[0-9a-f]{32}|[a-z0-9][a-z0-9._-]{0,62})$/;

/** How the log names a customer: a sole trader's number is personal data, and stands there as a pseudonym. */
export const CUSTOMER = /^(?:\d{9}|enk-[0-9a-f]{32})$/;

/** A random 128-bit pseudonym, 32 hex digits: says nothing about the person and can't be guessed (GDPR art. 4(5)). */
export const newPseudonym = (): string => randomBytes(16).toString('hex');

/**
 * A UUID (RFC 9562, version 8) that the same parts always give: a command that is tried again writes the same event ids,
 * so that the log recognises a repeat. Not secret; never feed it personal data.
 */
export function derivedUuid(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Id of the `index`-th event of `type` that a command appends to `stream`. */
export const eventIdOf = (commandId: string, stream: string, type: string, index = 0): string =>
  derivedUuid('event', commandId, stream, type, String(index));
