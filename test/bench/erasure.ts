import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Norms } from '@hjemmel/admission';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { retentionRule } from '@hjemmel/contexts/processing-register/contract';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import { takeStep } from '@hjemmel/contexts/retention/erasure/erase';
import { Erasures } from '@hjemmel/contexts/retention/erasure/erasures';
import { rescanTables } from '@hjemmel/contexts/retention/read-models/rescan';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres } from '@hjemmel/embedded-postgres/testing';
import { CommandContext, Decisions, envelopes, EventLog, openEventLog } from '@hjemmel/event-store';
import { newPseudonym, newUuid, systemClock } from '@hjemmel/kernel';
import { KeyStore } from '@hjemmel/vault';
import { givenKeys } from '@hjemmel/vault/testing/given-keys';
import { Pool } from 'pg';
import { migrate } from '../../apps/hjemmel/migrations';
import { openShredder } from '../../apps/worker/eraser';
import { eraserParts } from '../../apps/worker/testing/eraser-parts';
import { at, norms } from './ledger';
import type { BenchRow, BenchTable } from './types';

const SHORT = 10_000;
const LONG = 1_000_000;
const PERSONS = 20;
const ROWS = 100_000;
const AT_ONCE = 500;
const context = (): CommandContext => ({ commandId: newUuid(), actor: { id: 'bench', role: 'service' }, now: new Date() });

/** All that the worker does to erase one person, from the decision to the day of the backups, in a short log and in a long one. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-erasure-'));
  const [server, postgres] = await Promise.all([startEmbeddedLog({ folder: join(folder, 'log') }), startTestPostgres()]);
  const urls = await ensureRoles(postgres.ownerUrl, join(folder, 'secrets'));
  await migrate(urls.owner);
  const log = openEventLog(server.connectionString);
  const [owner, vault, worker] = [urls.owner, urls.vault, urls.worker].map((connectionString) => new Pool({ connectionString, max: 4 }));
  const opened = openShredder(urls.eraser);
  const store = new KeyStore(vault!, givenKeys({ 1: randomBytes(32) }));
  const inForce = new InForceFromLog(log);
  try {
    await inForce.ready();
    const parts = {
      ...(await eraserParts({ log, workerPool: worker!, opened, inForce, outbox: folder, clock: systemClock })),
      norms: () => norms,
    };
    await setRules(parts.decisions);
    const erase = () => erased(parts, store);
    await fill(log, SHORT);
    await erase(); // compiled by then
    const ofShort = await times(erase);
    await fill(log, LONG - SHORT);
    const ofLong = await times(erase);
    return {
      title: 'Erasing one person',
      rows: [row(SHORT, ofShort), row(LONG, ofLong, ofShort), await scanned(owner!, opened.pool)],
      settings: { persons: PERSONS, keys: 3 },
    };
  } finally {
    await inForce.close();
    await store.close();
    await opened.close();
    await Promise.all([owner, vault, worker].map((pool) => pool!.end()));
    await log.close();
    await server.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function setRules(decisions: Decisions): Promise<void> {
  for (const ruleId of ['backup', 'bokforing-5y']) {
    const command = {
      type: 'SetRetentionRule',
      ruleId,
      rule: retentionRules[ruleId]!,
      reason: 'bench',
      approvedBy: { id: 'first-start', role: 'system' },
    } as const;
    const { refusal } = await decisions.run(retentionRule, command, context());
    if (refusal) throw new Error(refusal.refused);
  }
}

/** Events of others, in many streams. */
async function fill(log: EventLog, count: number): Promise<void> {
  const events = Array.from({ length: AT_ONCE }, (_, i) => ({ type: 'Filled', data: { i, text: 'x'.repeat(300) } }));
  for (let written = 0; written < count; written += 4 * AT_ONCE)
    await Promise.all(
      [0, 1, 2, 3].map(() => {
        const stream = `filler-${newUuid()}`;
        return log.append(stream, envelopes(stream, events, context()), 'any');
      }),
    );
}

type Parts = Omit<Awaited<ReturnType<typeof eraserParts>>, 'norms'> & { readonly norms: () => Norms };

/** Makes a person with three keys and has them erased. @returns milliseconds of the steps */
async function erased(parts: Parts, store: KeyStore): Promise<number> {
  const subjectId = newPseudonym();
  const keys = await store.ensure((['contact', 'national-id', 'photo'] as const).map((retentionClass) => ({ subjectId, retentionClass })));
  const registering = context();
  await parts.decisions.run(
    ledger,
    {
      type: 'AdmitUses',
      subjectId,
      commandId: registering.commandId,
      act: 'PlaceOrder',
      registration: { controller: norms.company, source: 'orderer' },
      relation: { customer: '334115739', capacity: 'company-representative' },
      keys: keys.map(({ keyId, retentionClass, commitment }) => ({ keyId, retentionClass, commitment: commitment.toString('base64url') })),
      uses: [{ activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'], kind: 'processing', customer: '334115739' }],
      norms,
      at: registering.now,
    },
    registering,
  );
  const erasureId = newUuid();
  const request = { ground: 'no-longer-necessary', channel: 'e-mail', receivedAt: new Date().toISOString(), document: 'bench' } as const;
  await new Erasures(parts.decisions, parts).begin({ erasureId, subjectId, request }, context());
  const begun = performance.now();
  let steps = 0;
  while (await takeStep(parts, erasureId)) steps++;
  const took = performance.now() - begun;
  if (steps !== 6) throw new Error(`${steps} steps instead of six`);
  return took;
}

async function times(erase: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < PERSONS; i++) all.push(await erase());
  return all.sort((a, b) => a - b);
}

/** The one step that grows with what is kept: the search of tables, here of orders with ten sealed fields each. */
async function scanned(owner: Pool, eraser: Pool): Promise<BenchRow> {
  await owner.query(
    `INSERT INTO read.orders (order_id, event_id, customer, product, industry, placed_at, recorded_at, card_holder_count, expect_renewal, sealed, revision)
     SELECT 'o' || n, 'e', 'c', 'hms-card', 'cleaning', now(), now(), 1, false,
       (SELECT jsonb_object_agg('f' || f, jsonb_build_object('$sealed', 'v1.' || gen_random_uuid() || '.' || repeat('a', 60))) FROM generate_series(1, 10) f), 0
     FROM generate_series(1, $1) n`,
    [ROWS],
  );
  const keyIds = [newUuid(), newUuid(), newUuid()];
  const begun = performance.now();
  await rescanTables(eraser, keyIds, new Set(keyIds), 0);
  const took = performance.now() - begun;
  return {
    what: `tables searched, with ${ROWS.toLocaleString('en')} orders in them`,
    value: took,
    unit: 'ms',
    beside: 'grows with the rows',
  };
}

const row = (events: number, sorted: readonly number[], beside?: readonly number[]): BenchRow => ({
  what: `one person erased, in a log of ${events.toLocaleString('en')} events, median`,
  value: at(sorted, 0.5),
  unit: 'ms',
  target: '< 1 000 ms',
  beside: `p95 ${at(sorted, 0.95).toFixed(0)} ms${beside ? `; in the short log ${at(beside, 0.5).toFixed(0)} ms` : ''}`,
});
