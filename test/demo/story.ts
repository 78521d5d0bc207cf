import { derivedUuid } from '@hjemmel/kernel';
import { Answer, Api, expectStatus, ProblemBody } from './api';
import type { Instance } from './instance';
import type { MadeOrder } from './orders';
import type { OrderPlaced } from './place-orders';

type Either<B> = Answer<B & Partial<ProblemBody>>;

interface Requested {
  readonly due: string;
  readonly handling: string;
  readonly position: string;
}

interface UseAdmitted {
  readonly basis: string;
  readonly statementVersion: string;
}

/** What the people of the story did after the orders, and what came of it. */
export interface Events {
  readonly people: People;
  readonly cardHolderAsks: Answer<Requested>;
  readonly contactAsks: Answer<Requested>;
  readonly marketingBefore: Either<UseAdmitted>;
  readonly withdrawal: Answer<{ readonly position: string }>;
  readonly marketingAfter: Either<UseAdmitted>;
  readonly restriction: Answer<{ readonly ground: string }>;
  readonly furtherOrder: Either<OrderPlaced>;
}

/** Pseudonyms. */
export interface People {
  readonly cardHolder: string;
  readonly contact: string;
  /** Consented to marketing with an order. */
  readonly consenting: string;
  readonly restricted: string;
  /** The order by which the restricted person is known. */
  readonly restrictedOrder: MadeOrder;
}

/** The same commands have the same keys in every run: told twice, the story happens once. */
const keyOf = (step: string): string => derivedUuid('demo', step);

/** Three contact persons who are not the same, and somebody's employee. */
export function peopleIn(orders: readonly MadeOrder[], placed: readonly OrderPlaced[]): People {
  const consenting = orders.findIndex(({ marketingConsent }) => marketingConsent);
  const others = orders.flatMap((order, line) => (order.contact.email === orders[consenting]!.contact.email ? [] : [line]));
  const restricted = others[0]!;
  const contact = others.find((line) => orders[line]!.contact.email !== orders[restricted]!.contact.email)!;
  return {
    cardHolder: placed[contact]!.cardHolders[0]!.subjectId,
    contact: placed[contact]!.contact.subjectId,
    consenting: placed[consenting]!.contact.subjectId,
    restricted: placed[restricted]!.contact.subjectId,
    restrictedOrder: orders[restricted]!,
  };
}

export async function tellStory(instance: Instance, people: People): Promise<Events> {
  const service = await instance.as('service');
  const staff = await instance.as('case-worker');
  const cardHolderAsks = await askForAccess(service, people.cardHolder, 'contact-form');
  const contactAsks = await askForAccess(staff, people.contact, 'e-mail');
  const marketingBefore = await useForMarketing(service, people.consenting, 'before');
  const withdrawal = await withdrawConsent(service, people.consenting);
  const marketingAfter = await useForMarketing(service, people.consenting, 'after');
  const restriction = await restrict(staff, people.restricted);
  const furtherOrder = await orderOnceMore(service, people.restrictedOrder);
  return { people, cardHolderAsks, contactAsks, marketingBefore, withdrawal, marketingAfter, restriction, furtherOrder };
}

async function askForAccess(api: Api, subjectId: string, channel: string): Promise<Answer<Requested>> {
  const asked = await api.command<Requested>('/rights-requests', keyOf(`access ${channel}`), { right: 'access', subjectId, channel });
  return expectStatus('a request for access', asked, 201);
}

async function useForMarketing(api: Api, subjectId: string, when: 'before' | 'after'): Promise<Either<UseAdmitted>> {
  const use = { activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'] };
  const answer = await api.command<UseAdmitted>(`/data-subjects/${subjectId}/uses`, keyOf(`marketing ${when}`), use);
  return expectStatus('a use for marketing', answer, 201, 403);
}

async function withdrawConsent(api: Api, subjectId: string): Promise<Answer<{ readonly position: string }>> {
  const body = { purpose: 'marketing', surface: 'unsubscribe-link', steps: 1 };
  const path = `/data-subjects/${subjectId}/consent-withdrawals`;
  return expectStatus('a withdrawal of consent', await api.command(path, keyOf('withdrawal'), body), 201);
}

async function restrict(api: Api, subjectId: string): Promise<Answer<{ readonly ground: string }>> {
  const body = { ground: 'accuracy-contested', channel: 'e-mail' };
  return expectStatus('a restriction', await api.command(`/data-subjects/${subjectId}/restrictions`, keyOf('restriction'), body), 201);
}

async function orderOnceMore(api: Api, order: MadeOrder): Promise<Either<OrderPlaced>> {
  const key = keyOf('further order');
  const further = { ...order, commandId: key, orderId: derivedUuid('demo', 'further order', order.orderId) };
  return expectStatus('a further order', await api.command('/orders', key, further), 201, 403);
}
