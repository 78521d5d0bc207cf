import { Disclosed, ledger, ledgerOf } from '@hjemmel/contexts/data-subjects/contract';
import { derivedUuid } from '@hjemmel/kernel';
import { EraserParts, record } from './parts';
import { InformRecipient, isDue } from './recipients.decisions';
import type { Erasure, Round } from './state';
import { noticeOf, template } from './template';

/** Tells the next recipient that is due, or says that all of them were told (GDPR art. 19). @returns whether there was anything to do */
export async function tellNext(parts: EraserParts, erasureId: string, state: Erasure, round: Round): Promise<boolean> {
  const { decisions, clock } = parts;
  const { state: known } = await decisions.load(ledger, ledgerOf(state.subjectId));
  const categories = [...new Set(round.lines.flatMap((line) => line.categories))];
  const recipients = known.disclosures.filter(({ fields }) => fields.some((field) => isOf(categories, field)));
  const informedOf = (recipient: string) => round.informed.find((one) => one.recipient === recipient);
  const at = clock.now();
  const next = recipients.find(({ recipient }) => isDue(informedOf(recipient), at));
  if (next) {
    const delivery = await deliver(parts, erasureId, round, next, categories);
    const attempt = String((informedOf(next.recipient)?.attempts ?? 0) + 1);
    const command = {
      type: 'InformRecipient',
      erasureId,
      round: round.round,
      recipient: next.recipient,
      delivery,
      at: clock.now(),
    } as const;
    return record(parts, command, ['inform', erasureId, String(round.round), next.recipient, attempt]);
  }
  if (recipients.some(({ recipient }) => informedOf(recipient)?.told.outcome === 'retry')) return false;
  const expected = recipients.map(({ recipient }) => recipient);
  const command = { type: 'RecordRecipientsNotified', erasureId, round: round.round, expected, template, at } as const;
  return record(parts, command, ['recipients', erasureId, String(round.round)]);
}

const isOf = (categories: readonly string[], field: string): boolean => categories.some((category) => field.startsWith(`${category}.`));

/** At least once: a process can die between handing a message over and saying so. The repeat carries the same Message-ID. */
async function deliver(
  { outbox, addresses }: EraserParts,
  erasureId: string,
  { round }: Round,
  { recipient, fields, receipts }: Disclosed,
  categories: readonly string[],
): Promise<InformRecipient['delivery']> {
  const to = Object.hasOwn(addresses, recipient) ? addresses[recipient] : undefined;
  if (to === undefined) return { delivered: false, permanent: true, reason: 'no-address' };
  const messageId = derivedUuid('erasure-notice', erasureId, String(round), recipient);
  const told = categories.filter((category) => fields.some((field) => isOf([category], field)));
  const delivery = await outbox.deliver({ to, ...noticeOf(messageId, receipts, told) });
  return delivery.delivered ? { ...delivery, messageId } : delivery;
}
