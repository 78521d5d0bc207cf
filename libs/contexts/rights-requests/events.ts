import type { DomainEvent } from '@hjemmel/kernel';

export type RightsRequestEvent = RightsRequestReceived | RightsRequestAbandoned;

/** A person exercised a right. The clock runs from the moment of receipt in whichever channel. */
export type RightsRequestReceived = DomainEvent<
  'RightsRequestReceived',
  {
    readonly requestId: string;
    readonly commandId: string;
    /** `access`: GDPR art. 15. */
    readonly right: 'access';
    readonly subjectId: string;
    readonly admission: string;
    /** Under whom the data is held; where that is a customer, the request is theirs to decide and ours to forward (GDPR art. 28(3)(e)). */
    readonly controller: string;
    readonly handling: 'decide' | 'forward-to-controller';
    readonly channel: string;
    /** Instants, UTC. Recording late is allowed and shown. */
    readonly receivedAt: string;
    readonly recordedAt: string;
    readonly deadlines: Deadlines;
  }
>;

/** Written where a command broke off before its request was recorded: the id can't be used any more. */
export type RightsRequestAbandoned = DomainEvent<'RightsRequestAbandoned', { readonly requestId: string; readonly commandId: string }>;

/** Days (YYYY-MM-DD) in Europe/Oslo; see the calendar of the kernel. */
export interface Deadlines {
  /** The statement's thirty days. */
  readonly promise: string;
  /** One month (GDPR art. 12(3)). */
  readonly law: string;
  /** The earlier of the two. */
  readonly due: string;
  /** The end of the due day as an instant, UTC. */
  readonly dueInstant: string;
}

export const requestStream = (requestId: string): string => `rightsRequest-${requestId}`;
