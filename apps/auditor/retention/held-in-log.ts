import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/events';
import { ledgerOf, ledgerStreams } from '@hjemmel/contexts/data-subjects/events';
import { evolveHeld, Held } from '@hjemmel/contexts/retention/due/held';
import { evolveNorms, KeepingNorms, keepingNormStreams, noNorms } from '@hjemmel/contexts/retention/due/norms';
import type { EventLog } from '@hjemmel/event-store';
import type { Recorded } from '@hjemmel/kernel';

/** What the log says is held of everybody, and by which register and rules it is kept. */
export interface HeldInLog {
  readonly held: readonly Held[];
  readonly norms: KeepingNorms;
}

/**
 * Folds every ledger, or that of one person, with the register: nothing but the log is asked.
 * @param end position of the last event in the log, for the progress
 * @param onProgress how much of the log has been looked through, from 0 to 1
 */
export async function heldInLog(
  log: EventLog,
  subjectId: string | undefined,
  end: bigint,
  onProgress: (share: number) => void = () => undefined,
): Promise<HeldInLog> {
  const ledgers = subjectId === undefined ? ledgerStreams : ledgerOf(subjectId);
  const people = new Map<string, Held>();
  let norms = noNorms;
  const subscription = log.subscribeToAll({ filter: { streamPrefixes: [ledgers, ...keepingNormStreams] } });
  try {
    for await (const message of subscription) {
      if (message.kind === 'caughtUp') break;
      const position = message.kind === 'event' ? message.recorded.position : message.position;
      onProgress(end > 0n ? Math.min(1, Number(position) / Number(end)) : 1);
      if (message.kind !== 'event') continue;
      const { recorded } = message;
      if (!recorded.stream.startsWith(ledgers)) norms = evolveNorms(norms, recorded);
      else people.set(recorded.stream, evolveHeld(people.get(recorded.stream), recorded as Recorded<LedgerEvent>));
    }
  } finally {
    await subscription.close();
  }
  return { held: [...people.values()], norms };
}
