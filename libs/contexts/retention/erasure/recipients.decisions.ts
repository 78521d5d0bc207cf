import { Decision, refuse } from '@hjemmel/kernel';
import type { RecipientInformed, RecipientsNotified, Told } from './events';
import type { Erasure, Informed, Round } from './state';

export interface InformRecipient {
  readonly type: 'InformRecipient';
  readonly erasureId: string;
  readonly round: number;
  readonly recipient: string;
  readonly delivery:
    | { readonly delivered: true; readonly messageId: string; readonly transport: string }
    | { readonly delivered: false; readonly permanent: boolean; readonly reason: string };
  readonly at: Date;
}

/** As for messages to persons: five attempts within eight hours, and then somebody writes a letter. */
export const MAX_ATTEMPTS = 5;
const RETRY_AFTER_MINUTES = [1, 10, 60, 360];

/** The communication to each recipient, unless it proves impossible (GDPR art. 19): what is given up on stands there as such. */
export function informRecipient(
  command: InformRecipient,
  { subjectId, commandId }: Erasure,
  round: Round | undefined,
): Decision<RecipientInformed, 'no-such-erasure'> {
  const { erasureId, recipient, at } = command;
  if (commandId === undefined) return refuse('no-such-erasure');
  const before = round?.informed.find((one) => one.recipient === recipient);
  if (!round || !isDue(before, at)) return [];
  const attempt = (before?.attempts ?? 0) + 1;
  const told = toldOf(command, attempt);
  return [
    { type: 'RecipientInformed', data: { erasureId, subjectId, round: round.round, recipient, attempt, at: at.toISOString(), told } },
  ];
}

function toldOf({ delivery, at }: InformRecipient, attempt: number): Told {
  if (delivery.delivered) return { outcome: 'told', messageId: delivery.messageId, transport: delivery.transport };
  if (delivery.permanent || attempt >= MAX_ATTEMPTS) return { outcome: 'given-up', reason: delivery.reason };
  const retryAt = new Date(at.getTime() + RETRY_AFTER_MINUTES[attempt - 1]! * 60_000).toISOString();
  return { outcome: 'retry', reason: delivery.reason, retryAt };
}

/** Whether a recipient may be told now: once is enough, and a server that took nothing is given time. */
export const isDue = (informed: Informed | undefined, at: Date): boolean =>
  informed === undefined || (informed.told.outcome === 'retry' && Date.parse(informed.told.retryAt) <= at.getTime());

/** What became of each recipient, or that one of them still waits. */
export function recipientsDone(
  round: Round | undefined,
  expected: readonly string[],
): RecipientsNotified['data']['recipients'] | 'waiting' {
  const informed = round?.informed ?? [];
  const done = informed.flatMap(({ recipient, at, attempts, told }) =>
    told.outcome === 'retry' ? [] : [{ recipient, at, attempts, told }],
  );
  return expected.every((recipient) => done.some((one) => one.recipient === recipient)) ? done : 'waiting';
}
