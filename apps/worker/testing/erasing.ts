import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { Erasures } from '@hjemmel/contexts/retention/erasure/erasures';
import { erasuresForRetention } from '@hjemmel/contexts/retention/erasure/for-retention';
import { eraseDue } from '@hjemmel/contexts/retention/erasure/erase';
import { erasureModels } from '@hjemmel/contexts/retention/read-models/erasure-models';
import { Admissions } from '@hjemmel/contexts/data-subjects/admissions';
import { fixedClock, newUuid, Recorded } from '@hjemmel/kernel';
import { join } from 'node:path';
import { Pool } from 'pg';
import { Answer, startApi } from '../../api/testing/started-api';
import { MadeOrder, readOrders } from '../../../test/demo/orders';
import { readModels } from '../read-models';
import { openShredder } from '../eraser';
import { followKeeping } from '../keeping';
import { eraserParts } from './eraser-parts';

export interface Placed {
  readonly orderId: string;
  readonly contact: string;
  readonly cardHolders: readonly string[];
  readonly customer: string;
}
export type Erasing = Awaited<ReturnType<typeof startErasing>>;
type Order = Omit<MadeOrder, 'orderId'> & { readonly orderId?: string | undefined };

/** An id that no erasure has. */
export const contactLess = '00000000-0000-8000-8000-000000000000';

/** What a message says, its lines made whole again. */
export const bodyOf = (mail: string): string => mail.replaceAll('=\r\n', '').replaceAll('=\n', '');

export const kindsOfEvents = (events: readonly Recorded[]): string[] => events.map(({ event }) => event.type);

/** How many uses were admitted after the person was erased. */
export function admissionsOf(events: readonly Recorded[]): { readonly after: number } {
  const kinds = kindsOfEvents(events);
  return { after: kinds.slice(kinds.indexOf('DataErased')).filter((kind) => kind === 'ProcessingAdmitted').length };
}

/** The API with its read models, and the eraser under its own login with a clock that is set by hand. */
export async function startErasing() {
  const api = await startApi();
  const clock = fixedClock(new Date());
  const workerPool = new Pool({ connectionString: api.urls.worker, max: 4 });
  const opened = openShredder(api.urls.eraser);
  const inForce = new InForceFromLog(api.parts.log);
  await inForce.ready();
  const keeping = await followKeeping(api.parts.log);
  const parts = await eraserParts({
    log: api.parts.log,
    workerPool,
    opened,
    inForce,
    outbox: join(api.data, 'outbox'),
    clock,
    keeping: keeping.of,
  });
  const { decisions } = parts;
  const seen = async (models: readonly { readonly name: string }[] = erasureModels): Promise<void> => {
    const end = (await api.parts.log.lastPosition())!;
    await Promise.all(models.map(({ name }) => api.parts.positions.waitFor(name, end, 20_000)));
  };
  const stream = async (name: string): Promise<Recorded[]> => {
    const events: Recorded[] = [];
    for await (const recorded of api.parts.log.readStream(name)) events.push(recorded);
    return events;
  };
  let next = 0;
  const post = (path: string, json: object): Promise<Answer> => api.post(path, json);
  const place = async (order: Order): Promise<Placed> => {
    await api.agree(order.customer);
    const { commandId: _, ...body } = { ...order, orderId: order.orderId ?? newUuid() };
    const placed = await api.post('/orders', body, { role: 'service', subject: 'shop' });
    if (placed.status !== 201) throw new Error(`not placed: ${placed.text}`);
    const { contact, cardHolders, orderId } = placed.body as {
      contact: { subjectId: string };
      cardHolders: { subjectId: string }[];
      orderId: string;
    };
    return {
      orderId,
      contact: contact.subjectId,
      cardHolders: cardHolders.map(({ subjectId }) => subjectId),
      customer: order.customer.organisationNumber,
    };
  };
  const companies = readOrders().filter(({ customer }) => / AS$/.test(customer.name));
  /** An order of a company's, with a contact and one card holder whom nobody knows yet. */
  const nextOrder = (): MadeOrder => {
    const order = companies[next++]!;
    const contact = { ...order.contact, email: `kontakt.${next}@firma.example` };
    return { ...order, orderId: newUuid(), contact, cardHolders: order.cardHolders.slice(0, 1) };
  };
  const context = () => ({ commandId: newUuid(), actor: { id: 'anne', role: 'privacy-officer' } as const, now: new Date() });
  return {
    api,
    data: api.data,
    parts,
    context,
    retention: erasuresForRetention(new Erasures(decisions, parts)),
    clock,
    seen,
    nextOrder,
    place,
    order: () => place(nextOrder()),
    post,
    ask: (subjectId: string) =>
      post(`/data-subjects/${subjectId}/erasures`, { ground: 'no-longer-necessary', channel: 'e-mail', reference: 'archive 2026/17' }),
    /** Lets the eraser do what it can, when the read models have seen everything. */
    run: async () => {
      clock.set(new Date(Math.max(clock.now().getTime(), Date.now())));
      await seen(readModels);
      for (let steps = 1; steps > 0; await seen()) steps = await eraseDue(parts);
    },
    days: async (count: number) => void clock.set(new Date(clock.now().getTime() + count * 86_400_000)),
    types: async (name: string) => kindsOfEvents(await stream(name)),
    events: async (name: string, type: string) =>
      (await stream(name)).filter(({ event }) => event.type === type).map(({ event }) => event.data as Record<string, unknown>),
    ledger: (subjectId: string) => stream(`dataSubject-${subjectId}`),
    read: async (path: string) => {
      await seen(readModels);
      return api.get(path, 'privacy-officer');
    },
    view: async (erasureId: string) => {
      await seen();
      return (await api.get(`/erasures/${erasureId}`, 'privacy-officer')).body as Record<string, unknown>;
    },
    disclose: async (subjectId: string, recipient: string, receipt: string) => {
      const use = {
        kind: 'processing',
        activity: 'D-1',
        purpose: 'hms-card-ordering',
        categories: ['subject.contact'],
      } as const;
      const asked = { ...use, recipient: { id: recipient, fields: ['subject.contact.name'] } };
      const given = context();
      const [admitted] = await new Admissions(decisions, inForce).admit(
        [{ subjectId, pointer: '', act: 'SubmitCard', uses: [asked] }],
        given,
      );
      const made = context();
      const command = {
        type: 'RecordDisclosure',
        subjectId,
        commandId: made.commandId,
        admissionId: admitted!.grants[0]!.recordId,
        receipt,
        at: made.now,
      } as const;
      const { refusal } = await decisions.run(ledger, command, made);
      if (refusal) throw new Error(refusal.refused);
    },
    cardIssued: async (subjectId: string, since = new Date()) => {
      const given = context();
      await decisions.run(
        ledger,
        { type: 'BeginRetentionPeriod', subjectId, commandId: given.commandId, trigger: 'card-issued', since },
        given,
      );
    },
    asEraser: (sql: string) => opened.pool.query(sql),
    stop: async () => {
      await keeping.close();
      await inForce.close();
      await opened.close();
      await workerPool.end();
      await api.stop();
    },
  };
}
