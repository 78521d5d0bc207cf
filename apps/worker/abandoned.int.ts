import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Norms } from '@hjemmel/admission';
import { closeAbandoned } from '@hjemmel/contexts/data-subjects/abandoned-commands/close-abandoned';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { ledgerOf } from '@hjemmel/contexts/data-subjects/events';
import { ordering } from '@hjemmel/contexts/orders/contract';
import { orderStream } from '@hjemmel/contexts/orders/events';
import { EmbeddedLog, startEmbeddedLog } from '@hjemmel/embedded-log';
import { CommandContext, Decisions, EventLog, openEventLog } from '@hjemmel/event-store';
import { newPseudonym, newUuid, systemClock } from '@hjemmel/kernel';
import { abandonFacts } from './abandon-fact';

const company = '915376215';
const norms: Norms = {
  register: new Map([
    [
      'C-1',
      {
        id: 'C-1',
        version: 1,
        role: 'controller',
        purposes: ['deliver-service'],
        legalBases: [{ code: '6(1)(f)', when: 'company-representative', balancing: {} }],
        categories: [{ category: 'subject.contact', fields: ['name'] }],
        recipients: [],
        retention: [],
        retired: false,
      },
    ],
  ]),
  statement: { version: '2023-12-20', hash: 'ab', effectiveFrom: '2023-12-19T23:00:00.000Z' },
  agreements: new Map(),
  knownUpTo: '-1',
  company,
};
const anything = {} as Parameters<typeof ordering.decide.PlaceOrder>[0]['placed'];

let folder: string;
let server: EmbeddedLog;
let log: EventLog;
let decisions: Decisions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-abandoned-'));
  server = await startEmbeddedLog({ folder });
  log = openEventLog(server.connectionString);
  decisions = new Decisions(log);
});

afterAll(async () => {
  await log.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const contextOf = (commandId: string): CommandContext => ({ commandId, actor: { id: 'shop', role: 'service' }, now: new Date() });

/** A command that was admitted for one person, as it stands when its process is killed before the fact. */
async function admitted() {
  const [commandId, subjectId, orderId] = [newUuid(), newPseudonym(), newUuid()];
  const context = contextOf(commandId);
  await decisions.run(
    ledger,
    {
      type: 'AdmitUses',
      subjectId,
      commandId,
      act: 'PlaceOrder',
      factStream: orderStream(orderId),
      registration: { controller: company, source: 'orderer' },
      relation: { customer: '334115739', capacity: 'company-representative' },
      keys: [],
      uses: [{ activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'], kind: 'processing' }],
      norms,
      at: context.now,
    },
    context,
  );
  return {
    commandId,
    subjectId,
    orderId,
    context,
    row: { commandId, factStream: orderStream(orderId), subjects: [subjectId], admissions: [], admittedAt: '' },
  };
}

const placing = (orderId: string, commandId: string) => ({ type: 'PlaceOrder', orderId, commandId, placed: anything }) as const;

/** Another process: it knows nothing of what this one keeps in memory. */
const sweep = (rows: Parameters<typeof closeAbandoned>[0]) => {
  const own = new Decisions(log);
  return closeAbandoned(rows, { abandonFact: abandonFacts(own), decisions: own, clock: systemClock });
};

async function typesIn(stream: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { event } of log.readStream(stream)) types.push(event.type);
  return types;
}

describe('a command that was killed between admission and fact', () => {
  it('has its fact’s stream ended and its admission closed as unused, once', async () => {
    const { row, subjectId, orderId } = await admitted();
    expect(await sweep([row])).toBe(1);
    expect(await sweep([row])).toBe(1);
    expect(await typesIn(orderStream(orderId))).toEqual(['OrderAbandoned']);
    expect(await typesIn(ledgerOf(subjectId))).toEqual(['DataSubjectRegistered', 'ProcessingAdmitted', 'AdmissionClosed']);
  });

  it('cannot add its fact any more when it was merely slow', async () => {
    const { row, orderId, commandId, context } = await admitted();
    await sweep([row]);
    const { refusal, events } = await decisions.run(ordering, placing(orderId, commandId), context, { isNew: true });
    expect(refusal?.refused).toBe('order-abandoned');
    expect(events).toEqual([]);
  });

  it('keeps its admission where the fact is there after all', async () => {
    const { row, subjectId, orderId, commandId, context } = await admitted();
    await decisions.run(ordering, placing(orderId, commandId), context, { isNew: true });
    expect(await sweep([row])).toBe(0);
    expect(await typesIn(ledgerOf(subjectId))).not.toContain('AdmissionClosed');
  });

  it('is closed where another command’s fact stands under its id', async () => {
    const { row, subjectId, orderId } = await admitted();
    const other = newUuid();
    await decisions.run(ordering, placing(orderId, other), contextOf(other), { isNew: true });
    expect(await sweep([row])).toBe(1);
    expect(await typesIn(orderStream(orderId))).toEqual(['OrderPlaced']);
    expect(await typesIn(ledgerOf(subjectId))).toContain('AdmissionClosed');
  });

  it('either has its fact or its admission closed, when sweep and writer meet', async () => {
    for (let i = 0; i < 20; i++) {
      const { row, subjectId, orderId, commandId, context } = await admitted();
      await Promise.all([sweep([row]), decisions.run(ordering, placing(orderId, commandId), context, { isNew: true })]);
      const placed = (await typesIn(orderStream(orderId))).includes('OrderPlaced');
      const closed = (await typesIn(ledgerOf(subjectId))).includes('AdmissionClosed');
      expect(closed).toBe(!placed);
    }
  });
});
