import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/events';
import { ledgerOf } from '@hjemmel/contexts/data-subjects/events';
import { consentWordings } from '@hjemmel/contexts/processing-register/contract';
import { newUuid } from '@hjemmel/kernel';
import type { Role } from '@hjemmel/kernel';
import { startApi, StartedApi } from '../../apps/api/testing/started-api';

interface MadeOrder {
  readonly customer: { readonly organisationNumber: string; readonly name: string };
  readonly [field: string]: unknown;
}
const [made] = readFileSync(join(__dirname, '../data/orders.jsonl'), 'utf8')
  .split('\n', 1)
  .map((line) => JSON.parse(line) as MadeOrder);

export const hashOf = (purpose: string, locale = 'nb'): string =>
  consentWordings.find((one) => one.purpose === purpose && one.locale === locale)!.hash;

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The program behind a web shop and its case workers, as they call it: the whole API, with people of whom it knows. */
export async function openShop() {
  const api = await startApi();
  return { api, ...callsOf(api), ...peopleOf(api), close: () => api.stop() };
}

const callsOf = (api: StartedApi) => ({
  as:
    (role: Role) =>
    (path: string, json: object, options: { readonly key?: string; readonly subject?: string } = {}) =>
      api.post(path, json, { role, subject: role === 'service' ? 'shop' : 'anne', ...options }),
  /** The person as the API shows them, when everything so far is in. */
  seen: async (subjectId: string) =>
    (await api.get(`/data-subjects/${subjectId}?after=${String(await api.parts.log.lastPosition())}`, 'privacy-officer')).body,
  ledger: async (subjectId: string): Promise<LedgerEvent[]> => {
    const events: LedgerEvent[] = [];
    for await (const { event } of api.parts.log.readStream(ledgerOf(subjectId))) events.push(event as LedgerEvent);
    return events;
  },
});

const peopleOf = (api: StartedApi) => ({
  visitor: async (): Promise<string> =>
    (await api.post('/site-visitors', {}, { role: 'service', subject: 'shop' })).body.subjectId as string,
  /** Who represents a company that has the agreement which its card holders need. */
  representative: async (): Promise<{ readonly subjectId: string; readonly customer: string; readonly worker: string }> => {
    await api.agree(made!.customer);
    const { commandId: _, ...order } = made!;
    const email = `${newUuid()}@vik.example`;
    const contact = { ...(order['contact'] as object), email };
    const placed = await api.post('/orders', { ...order, orderId: newUuid(), contact, marketingConsent: false }, { role: 'service' });
    if (placed.status !== 201) throw new Error(placed.text);
    const { contact: person, cardHolders } = placed.body;
    return { subjectId: person.subjectId, customer: made!.customer.organisationNumber, worker: cardHolders[0].subjectId };
  },
});
