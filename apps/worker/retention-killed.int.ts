import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admissions } from '@hjemmel/contexts/data-subjects/admissions';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import type { RetentionRunEvent } from '@hjemmel/contexts/retention/run/events';
import { retentionRunStream } from '@hjemmel/contexts/retention/run/events';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import { DomainEvent, newPseudonym, newUuid } from '@hjemmel/kernel';
import { openShop, Shop } from '../../test/support/shop';

jest.setTimeout(300_000);

/** Compiled, since it is a program of its own: `npm run build` comes before the tests. */
const program = join(process.cwd(), 'dist/apps/worker/main.js');
const company = '915376215';
const customer = '334115739';
const PEOPLE = 230;

let shop: Shop;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => ended(worker, 'SIGTERM')));
  await shop.close();
});

/** The worker as it ships. */
function startWorker(): ChildProcess {
  const { urls, log, data, secrets } = shop.api;
  const env = {
    ...process.env,
    HJEMMEL_LOG: log.connectionString,
    HJEMMEL_POSTGRES_WORKER_URL: urls.worker,
    HJEMMEL_POSTGRES_ERASER_URL: urls.eraser,
    HJEMMEL_SECRETS: secrets,
    HJEMMEL_DATA: data,
  };
  const worker = spawn(process.execPath, ['--enable-source-maps', program], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  workers.push(worker);
  return worker;
}

function ended(worker: ChildProcess, signal: NodeJS.Signals): Promise<string> {
  if (worker.exitCode !== null || worker.signalCode !== null) return Promise.resolve(String(worker.signalCode ?? worker.exitCode));
  return new Promise((settle) => {
    worker.once('exit', (code, by) => settle(String(by ?? code)));
    worker.kill(signal);
  });
}

/** Many people whose contract ended long ago, on their own ledgers and with keys of their own. */
async function formerCustomers(): Promise<string[]> {
  const { log, vault, inForce } = shop.api.parts;
  const decisions = new Decisions(log);
  const admissions = new Admissions(decisions, inForce);
  const subjects = Array.from({ length: PEOPLE }, newPseudonym);
  await Promise.all(subjects.map((subjectId) => formerCustomer(subjectId)));
  return subjects;

  async function formerCustomer(subjectId: string): Promise<void> {
    const context: CommandContext = { commandId: newUuid(), actor: { id: 'shop', role: 'service' }, now: new Date() };
    const categories = ['subject.contact', 'customer.org'];
    const [keys] = await vault.keysFor([{ subjectId, categories }], context.now);
    await admissions.admit(
      [
        {
          subjectId,
          pointer: '',
          isNew: true,
          act: 'PlaceOrder',
          factStream: `order-${newUuid()}`,
          registration: { controller: company, source: 'orderer' },
          relation: { customer, capacity: 'company-representative' },
          keys: keys!.map(({ keyId, retentionClass, commitment }) => ({
            keyId,
            retentionClass,
            commitment: commitment.toString('base64url'),
          })),
          uses: [{ kind: 'processing', customer, activity: 'C-1', purpose: 'deliver-service', categories }],
        },
      ],
      context,
    );
    const end = { type: 'EndRelation', subjectId, commandId: newUuid(), customer, endedAt: new Date('2021-03-01T12:00:00Z') } as const;
    await decisions.run(ledger, end, { ...context, commandId: end.commandId });
  }
}

async function events<E extends DomainEvent>(stream: string): Promise<E[]> {
  const found: E[] = [];
  for await (const { event } of shop.api.parts.log.readStream(stream)) found.push(event as E);
  return found;
}

it('a run that is killed in its middle is found again and ends: everybody once, and everybody accounted for', async () => {
  const people = await formerCustomers();
  await shop.as('privacy-officer')('/retention-rules/order-3y/confirmation', { reason: 'vedtatt', document: 'board 2026/3' });
  const asked = await shop.as('privacy-officer')('/retention-runs', { dryRun: false });
  const stream = retentionRunStream(asked.body.runId as string);
  const run = () => events<RetentionRunEvent>(stream);

  const ends: string[] = [];
  for (const reached of [1, 2, 3]) {
    const worker = startWorker();
    while ((await run()).filter(({ type }) => type === 'RetentionDue').length < reached) await pause(5);
    ends.push(await ended(worker, 'SIGKILL'));
  }
  expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
  expect((await run()).map(({ type }) => type)).not.toContain('RetentionRunCompleted');

  const both = [startWorker(), startWorker()];
  while ((await run()).at(-1)?.type !== 'RetentionRunCompleted') await pause(100);
  const all = await run();
  const items = all.flatMap((event) => (event.type === 'RetentionDue' ? event.data.items : []));
  expect(items.map(({ subjectId }) => subjectId).sort()).toEqual([...people].sort());
  expect(all.at(-1)).toMatchObject({ data: { due: PEOPLE, deleted: PEOPLE, deferred: [], failed: 0 } });
  expect(all.filter(({ type }) => type === 'RetentionRunStarted' || type === 'RetentionRunCompleted')).toHaveLength(2);
  for (const { erasureId } of items.slice(0, 60)) {
    const decided = (await events(`erasure-${erasureId}`)).filter(({ type }) => type === 'ErasureDecided');
    expect(decided).toHaveLength(1);
  }
  expect(await Promise.all(both.map((worker) => ended(worker, 'SIGTERM')))).toEqual(['0', '0']);
});
