import type { Activity, Statement } from '@hjemmel/admission';
import {
  evolvePrivacyNotice,
  nothingPublished,
  PrivacyNotice,
  PrivacyNoticeEvent,
  statementInForce,
  statementStream,
} from '@hjemmel/contexts/privacy-notice/contract';
import {
  activityOf,
  activityStreams,
  evolveActivity,
  ProcessingActivityEvent,
  RegisteredActivity,
} from '@hjemmel/contexts/processing-register/contract';
import { EventLog, Followed } from '@hjemmel/event-store';
import type { Recorded } from '@hjemmel/kernel';
import { InForce } from './in-force';

interface Known {
  readonly entries: ReadonlyMap<string, RegisteredActivity>;
  readonly register: ReadonlyMap<string, Activity>;
  readonly notice: PrivacyNotice;
}

const nothingKnown: Known = { entries: new Map(), register: new Map(), notice: nothingPublished };

/** Register and statement, folded from their streams and kept current by a subscription. */
export class InForceFromLog extends InForce {
  private readonly followed: Followed<Known>;

  constructor(log: EventLog, onLost?: (error: unknown) => void) {
    super();
    this.followed = new Followed(log, { streamPrefixes: [activityStreams, statementStream] }, nothingKnown, evolve, onLost);
  }

  register(): ReadonlyMap<string, Activity> {
    return this.followed.state.register;
  }

  entries(): ReadonlyMap<string, RegisteredActivity> {
    return this.followed.state.entries;
  }

  notice(): PrivacyNotice {
    return this.followed.state.notice;
  }

  statementAt(instant: Date): Statement | undefined {
    return statementInForce(this.followed.state.notice.versions, instant);
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

function evolve(known: Known, { stream, event }: Recorded): Known {
  if (stream === statementStream) return { ...known, notice: evolvePrivacyNotice(known.notice, event as PrivacyNoticeEvent) };
  const change = event as ProcessingActivityEvent;
  const entry = evolveActivity(known.entries.get(change.data.activityId), change);
  if (!entry) return known;
  return {
    ...known,
    entries: new Map(known.entries).set(entry.activityId, entry),
    register: new Map(known.register).set(entry.activityId, activityOf(entry)),
  };
}
