import { relative } from 'node:path';
import { shellWord } from '@hjemmel/host';
import type { AgreementConcluded } from './agreements';
import type { Answer, ProblemBody } from './api';
import type { Instance } from './instance';
import type { OrderPlaced } from './place-orders';
import type { Readings } from './readings';
import type { Events } from './story';

export interface Told {
  readonly instance: Instance;
  readonly agreements: readonly Answer<AgreementConcluded>[];
  readonly placed: readonly Answer<OrderPlaced>[];
  readonly placingMs: number;
  readonly events: Events;
  readonly readings: Readings;
}

const number = (n: number): string => n.toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const millis = (ms: number): string => `${Math.round(ms)} ms`;

/** What happened, in numbers and words, without a name of anybody. */
export function account(told: Told): string {
  const { events, readings } = told;
  const chapters: readonly (readonly [string, readonly string[]])[] = [
    ['Agreements', agreed(told)],
    ['Orders', ordersPlaced(told)],
    ['Access', accessAsked(events)],
    ['Consent', consentWithdrawn(events)],
    ['Restriction', processingRestricted(events)],
    ['Agreement', withoutAgreement(events)],
    ['Objection', objected(events)],
    ['Visitor', visited(events)],
    ['Read back', readBack(readings)],
    ['Repeats', repeats(told)],
  ];
  const lines = chapters.flatMap(([title, [first, ...more]]) => [
    `  ${title.padEnd(13)}${first ?? ''}`,
    ...more.map((line) => `  ${' '.repeat(13)}${line}`),
    '',
  ]);
  return ['', ...lines, ...howToLook(told), ''].join('\n');
}

const agreed = ({ agreements }: Told): string[] => [
  `${number(agreements.length)} customers concluded the data processing agreement: without it, and an instruction for the activity,`,
  'no data of their workers would have been taken (GDPR art. 28(3))',
];

function ordersPlaced({ placed, placingMs }: Told): string[] {
  const times = placed.map(({ ms }) => ms).sort((a, b) => a - b);
  const cardHolders = placed.reduce((sum, { body }) => sum + body.cardHolders.length, 0);
  const contacts = new Set(placed.map(({ body }) => body.contact.subjectId)).size;
  return [
    `${number(placed.length)} orders in ${seconds(placingMs)} (${Math.round(placed.length / (placingMs / 1_000))} a second; ` +
      `half of them within ${millis(times[times.length >> 1] ?? 0)}, the slowest in ${millis(times.at(-1) ?? 0)})`,
    `${number(cardHolders)} card holders and ${number(contacts)} contact persons are data subjects now; each use of their data was`,
    'admitted in the person’s ledger before the order was written',
  ];
}

const accessAsked = ({ cardHolderAsks, contactAsks }: Events): string[] => [
  `a card holder asked for access: ${cardHolderAsks.body.handling}, due ${cardHolderAsks.body.due}`,
  `a contact person asked for access: ${contactAsks.body.handling}, due ${contactAsks.body.due}`,
];

const consentWithdrawn = ({ marketingBefore, marketingAfter }: Events): string[] => [
  `marketing to a contact person who had consented: ${outcome(marketingBefore)}`,
  `after the withdrawal the same use was asked for again: ${outcome(marketingAfter)}`,
  'what was done before the withdrawal stays lawful, and stays in the log',
];

const withoutAgreement = ({ strangersOrder: { body, ...answer } }: Events): string[] => [
  `a customer without an agreement orders cards: ${outcome({ body, ...answer })},`,
  `once for each of the ${body.errors?.length ?? 0} card holders`,
];

const objected = ({ renewalBefore, renewalAfter }: Events): string[] => [
  `keeping a contact person’s data for renewal: ${outcome(renewalBefore)}`,
  `after the person objected (art. 21(1)), the same use: ${outcome(renewalAfter)}`,
];

const visited = ({ visitorsChoice, analytics }: Events): string[] => [
  `a visitor says yes to analytics, the browser says no (Sec-GPC): ${visitorsChoice.body.choices.map(({ purpose, state }) => `${purpose} ${state}`).join(', ')}`,
  `counting the visit: ${outcome(analytics)}`,
];

function processingRestricted({ restriction, furtherOrder, liftedUntold }: Events): string[] {
  return [
    `a contact person’s data was restricted (${restriction.body.ground})`,
    `a further order in that person’s name: ${outcome(furtherOrder)}`,
    ...(furtherOrder.body.errors ?? []).map(({ pointer, rule, legal, detail }) => `  ${pointer}  ${rule}  ${legal ?? ''}  ${detail}`),
    `lifting it before the person was told: ${outcome(liftedUntold)}`,
  ];
}

function outcome({ status, body }: Answer<Partial<ProblemBody> & { readonly basis?: string; readonly statementVersion?: string }>): string {
  if (status < 400) return `admitted${body.basis === undefined ? '' : ` (${body.basis}, statement ${body.statementVersion ?? '?'})`}`;
  return `refused with HTTP ${status}, rule ${body.rule ?? '?'}, ${body.legal ?? 'no article'}`;
}

function readBack({ orders, pages, visibleMs, order, restricted, consenting, requests, refusals }: Readings): string[] {
  const withheld = orders.filter(({ contact }) => contact.name.withheld).length;
  const allowed = ({ permissions }: Readings['restricted']): string =>
    `${permissions.filter(({ admitted }) => admitted).length} of ${permissions.length} declared uses allowed now`;
  const { rule, legal } = order.contact.name.withheld ?? { rule: 'nothing', legal: 'not restricted' };
  return [
    `${number(orders.length)} orders on ${pages} pages, every command up to the last seen (asked for with ?after=): ${millis(visibleMs)}`,
    `${number(withheld)} names on them stayed closed: the restricted person’s, by ${rule} (${legal})`,
    `the restricted person: ${allowed(restricted)}; the one who withdrew consent: ${allowed(consenting)}`,
    `${number(requests.length)} rights requests, the most pressing due ${requests[0]?.due ?? '-'}`,
    `${number(refusals.length)} refusals on record: ${[...new Set(refusals.map((one) => `${one.rule} (${one.legal})`))].join(', ')}`,
  ];
}

function repeats({ agreements, placed, events }: Told): string[] {
  const { people: _, ...commands } = events;
  const answers: readonly Answer<unknown>[] = [...agreements, ...placed, ...Object.values(commands)];
  const repeated = answers.filter(({ replayed }) => replayed).length;
  if (repeated === 0)
    return [`none: all ${number(answers.length)} commands came for the first time. Tell the story again to see what happens then`];
  return [
    `${number(repeated)} of ${number(answers.length)} commands had come before: their answers were repeated (Idempotency-Replayed),`,
    'and nothing was done twice',
  ];
}

function howToLook({ instance: { url, data }, events: { people } }: Told): string[] {
  const here = relative(process.cwd(), data);
  const folder = here === 'data' ? '' : ` --data ${shellWord(here === '' || here.startsWith('..') ? data : here)}`;
  const get = (path: string): string =>
    `curl -s -H "Authorization: Bearer $(npx hjemmel token --role case-worker${folder})" '${url}${path}'`;
  return [
    'Look at it:',
    `  npx hjemmel audit lawful${folder}`,
    `  npx hjemmel history ${people.restricted}${folder}`,
    `  npx hjemmel history ${people.consenting}${folder} --nb`,
    `  ${get(`/data-subjects/${people.restricted}`)}`,
    `  ${get(`/orders/${people.restrictedOrder.orderId}`)}`,
    `  ${get('/refusals')}`,
    `  open ${url}/docs`,
  ];
}
