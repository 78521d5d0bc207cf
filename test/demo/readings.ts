import { Answer, Api, expectStatus } from './api';
import type { People } from './story';

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

interface Withheld {
  readonly withheld?: { readonly rule: string; readonly legal: string };
}

export interface OrderShown {
  readonly orderId: string;
  readonly cardHolderCount: number;
  readonly contact: { readonly subjectId: string; readonly name: Withheld };
}

export interface SubjectShown {
  readonly admitted: number;
  readonly refused: number;
  readonly permissions: readonly { readonly admitted: boolean }[];
}

export interface RequestShown {
  readonly due: string;
  readonly handling: string;
  readonly right: string;
}

export interface RefusalShown {
  readonly act: string;
  readonly rule: string;
  readonly legal: string;
}

/** What the read models answered, from the story's last position on. */
export interface Readings {
  readonly orders: readonly OrderShown[];
  readonly pages: number;
  /** From the question to the first answer that had seen the last command. */
  readonly visibleMs: number;
  readonly order: OrderShown;
  readonly restricted: SubjectShown;
  readonly consenting: SubjectShown;
  readonly requests: readonly RequestShown[];
  readonly refusals: readonly RefusalShown[];
}

export async function readBack(staff: Api, people: People, after: string): Promise<Readings> {
  const first = await query<Page<OrderShown>>(staff, `/orders?limit=200&after=${after}`);
  const { items: orders, pages } = await allPages<OrderShown>(staff, '/orders?limit=200', first.body);
  const get = async <T>(path: string): Promise<T> => (await query<T>(staff, `${path}?after=${after}`)).body;
  return {
    orders,
    pages,
    visibleMs: first.ms,
    order: await get(`/orders/${people.restrictedOrder.orderId}`),
    restricted: await get(`/data-subjects/${people.restricted}`),
    consenting: await get(`/data-subjects/${people.consenting}`),
    requests: (await get<Page<RequestShown>>('/rights-requests')).items,
    refusals: (await get<Page<RefusalShown>>('/refusals')).items,
  };
}

async function allPages<T>(api: Api, path: string, first: Page<T>): Promise<{ readonly items: T[]; readonly pages: number }> {
  const items = [...first.items];
  let pages = 1;
  for (let { next } = first; next !== undefined; pages++) {
    const { body } = await query<Page<T>>(api, `${path}&cursor=${next}`);
    items.push(...body.items);
    next = body.next;
  }
  return { items, pages };
}

const query = async <B>(api: Api, path: string): Promise<Answer<B>> => expectStatus(`GET ${path}`, await api.query<B>(path), 200);
