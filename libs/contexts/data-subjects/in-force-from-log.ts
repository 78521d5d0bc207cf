import type { Agreement, Norms } from '@hjemmel/admission';
import type { PrivacyNotice } from '@hjemmel/contexts/privacy-notice/contract';
import type { RegisteredActivity } from '@hjemmel/contexts/processing-register/contract';
import { EventLog, Followed } from '@hjemmel/event-store';
import { InForce } from './in-force';
import { evolveKnown, Known, normsOf, normStreams, nothingKnown } from './norms';

/** Register, statement and agreements, folded from their streams and kept current by a subscription. */
export class InForceFromLog extends InForce {
  private readonly followed: Followed<Known>;

  constructor(log: EventLog, onLost?: (error: unknown) => void) {
    super();
    const agreements = new Map<string, Agreement>();
    const evolve = (known: Known, recorded: Parameters<typeof evolveKnown>[1]): Known => evolveKnown(known, recorded, agreements);
    this.followed = new Followed(log, { streamPrefixes: normStreams }, nothingKnown, evolve, onLost);
  }

  at(instant: Date): Norms {
    return normsOf(this.followed.state, this.followed.position, instant);
  }

  override knows(position: bigint): Promise<void> {
    return this.followed.reaches(position);
  }

  entries(): ReadonlyMap<string, RegisteredActivity> {
    return this.followed.state.entries;
  }

  notice(): PrivacyNotice {
    return this.followed.state.notice;
  }

  ready(): Promise<void> {
    return this.followed.ready();
  }

  refresh(): Promise<void> {
    return this.followed.refresh();
  }

  close(): Promise<void> {
    return this.followed.close();
  }
}
