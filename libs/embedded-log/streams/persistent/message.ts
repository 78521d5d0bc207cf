import { ResolvedRecord, original } from '../resolved-record';

/** An event on its way to a consumer of a group. */
export interface GroupMessage {
  readonly resolved: ResolvedRecord;
  /** The id by which consumers acknowledge it: that of the link where there is one. */
  readonly id: string;
  /** Its place among all that the group considered; undefined for a parked message that is replayed. */
  readonly sequence: number | undefined;
  /** Progress once everything before it is done: a revision or a position, -1 before the first. */
  readonly previous: number;
  /** Deliveries that came to nothing. */
  readonly retryCount: number;
}

export const idOf = (resolved: ResolvedRecord): string => original(resolved).eventId.toString('latin1');

/** Puts a message that is delivered once more where its sequence says; replayed ones go to the end. */
export function insertRetry(retries: GroupMessage[], message: GroupMessage): void {
  const { sequence } = message;
  let at = retries.length;
  if (sequence !== undefined) while (at > 0 && (retries[at - 1]?.sequence ?? Infinity) > sequence) at--;
  retries.splice(at, 0, message);
}
