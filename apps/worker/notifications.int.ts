import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { Admissions } from '@hjemmel/contexts/data-subjects/admissions';
import type { Mail, Outbox } from '@hjemmel/contexts/outbox/contract';
import { openOutbox } from '@hjemmel/contexts/outbox/contract';
import { privacyNotice } from '@hjemmel/contexts/privacy-notice/decider';
import { notificationStreams } from '@hjemmel/contexts/privacy-notice/notification';
import { notifyAffected, NotifierParts } from '@hjemmel/contexts/privacy-notice/notify-affected/notify-affected';
import { notificationStore } from '@hjemmel/contexts/privacy-notice/read-models/notifications.store';
import { statementModels } from '@hjemmel/contexts/privacy-notice/read-models/models';
import { publishStatement } from '@hjemmel/contexts/privacy-notice/publish-statement/publish-statement.command';
import { seedCoverage } from '@hjemmel/contexts/privacy-notice/seed/seed-coverage';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import { settings } from '@hjemmel/host';
import { DomainEvent, fixedClock, newUuid } from '@hjemmel/kernel';
import { KeyStore, openVaultKeys, takeKeySource, Vault } from '@hjemmel/vault';
import { Pool } from 'pg';
import { startApi, StartedApi } from '../api/testing/started-api';

let api: StartedApi;
let pool: Pool;
let keyStore: KeyStore;
let vault: Vault;
const company = '915376215';
const subjects: string[] = [];
const emails = new Map<string, string>();

beforeAll(async () => {
  api = await startApi();
  pool = new Pool({ connectionString: api.urls.worker, max: 4 });
  // The worker's login: it may read wrapped keys, and that is all that opening takes.
  const { master } = await openVaultKeys(takeKeySource(settings({ HJEMMEL_SECRETS: api.secrets }), ['master']), pool, 'never');
  keyStore = new KeyStore(pool, master);
  vault = new Vault(keyStore);
  const lines = (await readFile(join(__dirname, '../../test/data/orders.jsonl'), 'utf8')).trim().split('\n');
  for (const line of lines) {
    const order = JSON.parse(line) as {
      commandId: string;
      customer: { organisationNumber: string; name: string };
      contact: { email: string };
      cardHolders: unknown[];
    };
    if ([...emails.values()].includes(order.contact.email)) continue;
    expect((await api.agree(order.customer)).status).toBe(201);
    const placed = await api.post(
      '/orders',
      { ...order, cardHolders: order.cardHolders.slice(0, 1) },
      { role: 'service', subject: 'shop', key: order.commandId },
    );
    expect(placed.status).toBe(201);
    emails.set(placed.body.contact.subjectId, order.contact.email);
    subjects.push(placed.body.contact.subjectId);
    if (subjects.length === 9) break;
  }
  await api.post(
    `/data-subjects/${subjects[0]}/restrictions`,
    { ground: 'accuracy-contested', channel: 'e-mail' },
    { role: 'case-worker' },
  );
});

afterAll(async () => {
  await keyStore.close();
  await pool.end();
  await api.stop();
});

/** Waits until the worker's read models have seen the whole log. */
async function seen(): Promise<void> {
  const end = (await api.parts.log.lastPosition())!;
  await Promise.all(statementModels.map(({ name }) => api.parts.positions.waitFor(name, end, 20_000)));
}

let nextDay = Date.UTC(2090, 0, 1);
/** Publishes a version that everybody is to be told of; gives its name. */
async function publishMaterial(): Promise<string> {
  const version = new Date((nextDay += 86_400_000)).toISOString().slice(0, 10);
  const context: CommandContext = { commandId: newUuid(), actor: { id: 'officer', role: 'privacy-officer' }, now: new Date() };
  const command = publishStatement(
    { version, effectiveOn: version, reason: 'ny lov', texts: [{ language: 'nb', text: 'T', sections: [{ id: 'all', heading: 'T' }] }] },
    {
      publishedAt: context.now,
      approvedBy: context.actor,
      proposedBy: 'editor',
      classification: { kind: 'material', reasons: 'nye rettigheter' },
      covers: seedCoverage,
    },
  );
  const { refusal } = await new Decisions(api.parts.log).run(privacyNotice, command, context);
  expect(refusal).toBeUndefined();
  await seen();
  return version;
}

/** What the log says became of everybody, read by itself. */
async function eventsOf(version: string): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const { event, stream } of api.parts.log.readFiltered({ streamPrefixes: [notificationStreams] }))
    if (stream.startsWith(`${notificationStreams}${version}.`)) events.push(event);
  return events;
}
const subjectsOf = (events: readonly DomainEvent[], type: string) =>
  events.filter((event) => event.type === type).map(({ data }) => (data as { subjectId: string }).subjectId);

const clock = fixedClock(new Date());
const partsWith = (outbox: Outbox, decisions = new Decisions(api.parts.log)): NotifierParts => ({
  store: notificationStore(pool),
  decisions,
  admissions: new Admissions(decisions, api.parts.inForce),
  vault,
  outbox,
  clock,
  workerId: newUuid(),
});
const pass = async (ms: number) => void clock.set(new Date(clock.now().getTime() + ms));

describe('a material version', () => {
  it('is told to everybody affected: queued, admitted, opened, put into the outbox; who is restricted is not, and why is on record', async () => {
    const version = await publishMaterial();
    const folder = join(api.data, 'outbox');
    const outbox = openOutbox({ from: 'no-reply@jobbkort.example', via: { kind: 'files', folder } });
    // What the first round queues may be due in it already, if the read model is quick.
    const first = await notifyAffected(partsWith(outbox));
    await seen();
    expect(first + (await notifyAffected(partsWith(outbox)))).toBe(8);
    const files = await readdir(folder);
    expect(files).toHaveLength(8);
    const messages = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const told = messages.map((message) => /^To: (.+)\r$/m.exec(message)![1]);
    expect(told.sort()).toEqual(
      subjects
        .slice(1)
        .map((subject) => emails.get(subject))
        .sort(),
    );
    expect(messages[0]).toContain('Auto-Submitted');
    const { body } = await api.get(`/privacy-statements/${version}/notifications?after=${await api.parts.log.lastPosition()}`, 'auditor');
    expect(body).toMatchObject({
      material: true,
      planned: true,
      affected: 9,
      notified: 8,
      withheld: 1,
      pending: 0,
      failed: 0,
      outstanding: 1,
      complete: false,
    });
    const withheld = await api.get(`/privacy-statements/${version}/notifications?outcome=withheld`, 'auditor');
    expect(withheld.body.items).toMatchObject([{ subjectId: subjects[0], reason: 'restricted', legal: 'GDPR art. 18(2)' }]);
    const clear = JSON.stringify(await eventsOf(version));
    for (const email of emails.values()) expect(clear).not.toContain(email);
  });

  it('whose message comes back is sent again, within bounds', async () => {
    const version = await publishMaterial();
    const sent: string[] = [];
    const outbox: Outbox = {
      deliver: async ({ id }: Mail) => (sent.push(id), { delivered: true, transport: 'smtp' }),
      close: () => undefined,
    };
    await notifyAffected(partsWith(outbox));
    await seen();
    await notifyAffected(partsWith(outbox));
    const [person] = subjects.slice(1);
    const back = (json: object) =>
      api.post(`/privacy-statements/${version}/notifications/${person}/bounces`, json, { role: 'service', subject: 'mail' });
    expect((await back({ reason: '4.2.2', permanent: false })).body).toMatchObject({ status: 'retry' });
    await seen();
    await pass(120_000);
    expect(await notifyAffected(partsWith(outbox))).toBe(1);
    expect(new Set(sent).size).toBe(sent.length - 1);
    expect((await back({ reason: '5.1.1', permanent: true })).body).toMatchObject({ status: 'given-up' });
    const { body } = await api.get(
      `/privacy-statements/${version}/notifications?after=${await api.parts.log.lastPosition()}&outcome=failed`,
      'auditor',
    );
    expect(body).toMatchObject({ notified: 7, failed: 1, items: [{ subjectId: person, reason: '5.1.1', attempts: 2 }] });
    expect(
      (await api.post(`/privacy-statements/${version}/notifications/${'0'.repeat(32)}/bounces`, { reason: 'x', permanent: true })).status,
    ).toBe(404);
  });
});

class Crash extends Error {}

/** A process that dies at its n-th step: from then on nothing of it happens any more. */
function mortal(steps: number, sent: string[]): NotifierParts {
  let left = steps;
  const step = (): void => {
    if (left-- <= 0) throw new Crash();
  };
  class MortalDecisions extends Decisions {
    override run: Decisions['run'] = async (...run) => {
      step();
      const decided = await super.run(...run);
      step();
      return decided;
    };
  }
  const outbox: Outbox = {
    deliver: async ({ id }) => {
      step();
      sent.push(id);
      step();
      return { delivered: true, transport: 'smtp' };
    },
    close: () => undefined,
  };
  return partsWith(outbox, new MortalDecisions(api.parts.log));
}

it('whatever dies when, everybody affected is told in the end, or it is on record why not: affected − notified − withheld = ∅', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 1, maxLength: 3 }), async (deaths) => {
      const version = await publishMaterial();
      const sent: string[] = [];
      for (const steps of [...deaths, Infinity, Infinity, Infinity]) {
        await notifyAffected(mortal(steps, sent)).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        await pass(11 * 60_000); // a claim of the dead is stale by then
        await seen();
      }
      const events = await eventsOf(version);
      const affected = await contactsInLog();
      const done = [...subjectsOf(events, 'StatementNotificationSent'), ...subjectsOf(events, 'StatementNotificationWithheld')];
      expect(done.sort()).toEqual(affected.sort());
      expect(subjectsOf(events, 'StatementNotificationWithheld')).toEqual([subjects[0]]);
      expect(new Set(sent).size).toBe(affected.length - 1); // a repeat carries the same id
    }),
    { numRuns: 5 },
  );
}, 240_000);

async function contactsInLog(): Promise<string[]> {
  const known: string[] = [];
  for await (const { event } of api.parts.log.readFiltered({ streamPrefixes: ['dataSubject-'] })) {
    const data = event.data as { subjectId: string; controller?: string };
    if (event.type === 'DataSubjectRegistered' && data.controller === company) known.push(data.subjectId);
  }
  return known;
}
