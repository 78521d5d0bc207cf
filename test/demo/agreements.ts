import { createHash } from 'node:crypto';
import { derivedUuid } from '@hjemmel/kernel';
import { Answer, Api, expectStatus } from './api';
import type { MadeOrder } from './orders';

/** What every customer of the made orders agrees to, before a worker's data is taken (GDPR art. 28(3)). */
export const agreementText = {
  version: '2026-01',
  sha256: createHash('sha256').update('Databehandleravtale, versjon 2026-01').digest('hex'),
  activities: ['D-1', 'D-2', 'D-6', 'D-7'],
};

export interface AgreementConcluded {
  readonly customer: string;
  readonly position: string;
}

type Customer = MadeOrder['customer'];

/** Each customer once. */
export const customersIn = (orders: readonly Pick<MadeOrder, 'customer'>[]): Customer[] => [
  ...new Map(orders.map(({ customer }) => [`${customer.organisationNumber} ${customer.name}`, customer])).values(),
];

export async function concludeAgreement(api: Api, { organisationNumber, name }: Customer): Promise<Answer<AgreementConcluded>> {
  const key = derivedUuid('demo', 'agreement', organisationNumber, name);
  const answer = await api.command<AgreementConcluded>('/processing-agreements', key, {
    customer: { organisationNumber, name },
    ...agreementText,
  });
  return expectStatus('an agreement', answer, 201);
}

export const concludeAgreements = (api: Api, orders: readonly MadeOrder[]): Promise<Answer<AgreementConcluded>[]> =>
  Promise.all(customersIn(orders).map((customer) => concludeAgreement(api, customer)));
