import { evolveNorms, KeepingNorms, keepingNormStreams, noNorms } from '@hjemmel/contexts/retention/due/norms';
import type { KeepingOf } from '@hjemmel/contexts/retention/erasure/facts';
import { keepingOnLog } from '@hjemmel/contexts/retention/look/keeping-on-log';
import { EventLog, Followed } from '@hjemmel/event-store';

/** How long data is kept, by register and rules as the log has them. */
export interface Keeping {
  /** With the position of the last event that is known. */
  norms(): { readonly norms: KeepingNorms; readonly knownUpTo: bigint };
  readonly of: KeepingOf;
  close(): Promise<void>;
}

/** Register and rules, kept current by a subscription. Settles when those are known that were there. */
export async function followKeeping(log: EventLog): Promise<Keeping> {
  const followed = new Followed<KeepingNorms>(log, { streamPrefixes: keepingNormStreams }, noNorms, evolveNorms);
  await followed.ready();
  return {
    norms: () => ({ norms: followed.state, knownUpTo: followed.position }),
    of: keepingOnLog(log, () => followed.state),
    close: () => followed.close(),
  };
}
