import { consentWordings } from '@hjemmel/contexts/processing-register/contract';
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
  readonly restriction: Answer<{ readonly ground: string; readonly restrictionId: string }>;
  readonly furtherOrder: Either<OrderPlaced>;
  readonly liftedUntold: Either<object>;
  /** Of a customer without an agreement. */
  readonly strangersOrder: Either<OrderPlaced>;
  readonly renewalBefore: Either<UseAdmitted>;
  readonly objection: Answer<{ readonly objectionId: string }>;
  readonly renewalAfter: Either<UseAdmitted>;
  readonly visitor: Answer<{ readonly subjectId: string }>;
  readonly visitorsChoice: Answer<{ readonly choices: readonly { readonly purpose: string; readonly state: string }[] }>;
  readonly analytics: Either<UseAdmitted>;
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
  const liftedUntold = await liftUntold(staff, people.restricted, restriction.body.restrictionId);
  const strangersOrder = await orderWithoutAgreement(service, people.restrictedOrder);
  return {
    people,
    cardHolderAsks,
    contactAsks,
    marketingBefore,
    withdrawal,
    marketingAfter,
    restriction,
    furtherOrder,
    liftedUntold,
    strangersOrder,
    ...(await object(service, staff, people.contact)),
    ...(await visit(service)),
  };
}

/** Art. 18(3): the person is told first. */
const liftUntold = async (staff: Api, subjectId: string, restrictionId: string): Promise<Either<object>> => {
  const path = `/data-subjects/${subjectId}/restrictions/${restrictionId}/liftings`;
  return expectStatus('a lifting', await staff.command(path, keyOf('lifting'), { because: 'accuracy-verified' }), 409);
};

async function orderWithoutAgreement(api: Api, order: MadeOrder): Promise<Either<OrderPlaced>> {
  const key = keyOf('order without agreement');
  const contact = { ...order.contact, email: 'nobody.known@fremmed.example' };
  const customer = { organisationNumber: '310000000', name: 'Fremmed Bygg AS' };
  const unknown = {
    ...order,
    customer,
    contact,
    commandId: key,
    orderId: derivedUuid('demo', 'order without agreement'),
    marketingConsent: false,
  };
  return expectStatus('an order without an agreement', await api.command('/orders', key, unknown), 403);
}

async function object(service: Api, staff: Api, subjectId: string) {
  const use = { activity: 'C-5', purpose: 'renewal', categories: ['subject.contact'] };
  const ask = async (when: string): Promise<Either<UseAdmitted>> =>
    expectStatus('a use for renewal', await service.command(`/data-subjects/${subjectId}/uses`, keyOf(`renewal ${when}`), use), 201, 403);
  const renewalBefore = await ask('before');
  const body = { kind: 'situation', purpose: 'renewal', channel: 'phone' };
  const path = `/data-subjects/${subjectId}/objections`;
  const objection = expectStatus('an objection', await staff.command<{ objectionId: string }>(path, keyOf('objection'), body), 201);
  return { renewalBefore, objection, renewalAfter: await ask('after') };
}

/** A visitor says yes in the dialog, and the browser says no with every request (Global Privacy Control). */
async function visit(api: Api) {
  const visitor = expectStatus('a visitor', await api.command<{ subjectId: string }>('/site-visitors', keyOf('visitor'), {}), 201);
  const { subjectId } = visitor.body;
  const { hash } = consentWordings.find(({ purpose, locale }) => purpose === 'site-analytics' && locale === 'nb')!;
  const yes = { choices: [{ purpose: 'site-analytics', choice: 'give', wording: hash }], locale: 'nb', surface: 'cookie-dialog', steps: 1 };
  const visitorsChoice = expectStatus(
    'a choice',
    await api.command<Events['visitorsChoice']['body']>(`/data-subjects/${subjectId}/consent-choices`, keyOf('choice'), yes, {
      'sec-gpc': '1',
    }),
    201,
  );
  const use = { activity: 'C-7', purpose: 'site-analytics', categories: ['device'] };
  const path = `/data-subjects/${subjectId}/uses`;
  const analytics = expectStatus('a use for analytics', await api.command<UseAdmitted>(path, keyOf('analytics'), use), 201, 403);
  return { visitor, visitorsChoice, analytics };
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

async function restrict(api: Api, subjectId: string): Promise<Events['restriction']> {
  const body = { ground: 'accuracy-contested', channel: 'e-mail' };
  return expectStatus('a restriction', await api.command(`/data-subjects/${subjectId}/restrictions`, keyOf('restriction'), body), 201);
}

async function orderOnceMore(api: Api, order: MadeOrder): Promise<Either<OrderPlaced>> {
  const key = keyOf('further order');
  const further = { ...order, commandId: key, orderId: derivedUuid('demo', 'further order', order.orderId) };
  return expectStatus('a further order', await api.command('/orders', key, further), 201, 403);
}
