import type { Activity, Agreement, Norms } from '@hjemmel/admission';
import { evolveKnown, Known, normsOf, normStreams, nothingKnown } from '@hjemmel/contexts/data-subjects/norms';
import type { AgreementEvent } from '@hjemmel/contexts/processing-register/contract';
import { agreementStreams, evolveAgreement } from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';
import { Timeline } from './timeline';

/** Register and statement, and the agreement with one controller, as somebody knew them. */
export interface KnownOf {
  readonly known: Known;
  readonly agreement: Agreement | undefined;
}

export const isNorm = (stream: string): boolean => normStreams.some((prefix) => stream.startsWith(prefix));

const none: ReadonlyMap<string, Agreement> = new Map();

/**
 * Register, statement and agreements as they stood at each position of the log. Each change of register or statement leaves a snapshot,
 * which shares all else with the one before; agreements stand apart, by customer, since there are as many as customers.
 */
export class NormHistory {
  private known: Known = nothingKnown;
  private readonly timeline = new Timeline<Known>();
  private readonly agreements = new Map<string, Timeline<Agreement>>();

  /** What is known now. */
  get current(): Known {
    return this.known;
  }

  agreementWith(customer: string): Agreement | undefined {
    return this.agreements.get(customer)?.upTo(END);
  }

  take({ stream, event, position, recordedAt }: Recorded): void {
    if (stream.startsWith(agreementStreams)) return this.takeAgreement(event as AgreementEvent, position, recordedAt);
    this.known = evolveKnown(this.known, { stream, event }, new Map());
    this.timeline.add(position, recordedAt, this.known);
  }

  upTo(position: bigint, controller: string): KnownOf {
    return { known: this.timeline.upTo(position) ?? nothingKnown, agreement: this.agreements.get(controller)?.upTo(position) };
  }

  /** The same, and what the log had recorded by an instant (milliseconds), of what comes before another position. */
  upToOrBy(position: bigint, instant: number, before: bigint, controller: string): KnownOf {
    return {
      known: this.timeline.upToOrBy(position, instant, before) ?? nothingKnown,
      agreement: this.agreements.get(controller)?.upToOrBy(position, instant, before),
    };
  }

  /** Each register that stood at an instant or came to stand between it and a position. */
  since(instant: number, before: bigint): readonly Known[] {
    return this.timeline.since(instant, before);
  }

  private takeAgreement(event: AgreementEvent, position: bigint, recordedAt: Date): void {
    const { customer } = event.data;
    const timeline = this.agreements.get(customer) ?? new Timeline<Agreement>();
    const agreement = evolveAgreement(timeline.upTo(END), event);
    if (!agreement) return;
    timeline.add(position, recordedAt, agreement);
    this.agreements.set(customer, timeline);
  }
}

/** Positions of a log stay below it. */
const END = 1n << 64n;

/** The norms as the rules ask them, for the person of one controller. */
export function normsFor({ known, agreement }: KnownOf, controller: string, position: bigint, instant: Date): Norms {
  const norms = normsOf(known, position, instant);
  return { ...norms, agreements: agreement ? new Map([[controller, agreement]]) : none };
}

/** Whether the register declares a field for an activity. */
export const declares = (activity: Activity | undefined, category: string, field: string): boolean =>
  activity?.categories.some((declared) => declared.category === category && declared.fields.includes(field)) ?? false;
