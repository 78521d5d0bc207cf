import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/events';
import {
  activityStream,
  ProcessingActivityDeclared,
  RetentionRule,
  seedActivities,
  seedRetentionRules,
} from '@hjemmel/contexts/processing-register/contract';
import { retentionRuleStream } from '@hjemmel/contexts/processing-register/retention/events';
import { admitted, began, contractEnded, keyed, registered } from '@hjemmel/contexts/retention/due/testing/person';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { DomainEvent, newUuid } from '@hjemmel/kernel';

const bin = join(process.cwd(), 'apps', 'auditor', 'bin', 'hjemmel.cjs');
let data: string;
let server: Awaited<ReturnType<typeof startEmbeddedLog>>;
let log: EventLog;

const kari = 'a'.repeat(32);
const approvedBy = { id: 'anne', role: 'privacy-officer' } as const;
const metadata = { schema: 1, correlationId: 'c', causationId: 'c', actor: approvedBy, decidedAt: '2026-03-02T10:00:00.000Z' } as const;

async function append(stream: string, ...events: readonly DomainEvent[]): Promise<void> {
  await log.append(
    stream,
    events.map((event) => ({ id: newUuid(), event, metadata })),
    'any',
  );
}
const ledgerOf = (subjectId: string, ...events: readonly LedgerEvent[]): Promise<void> =>
  append(`dataSubject-${subjectId}`, ...events.map((event) => ({ ...event, data: { ...event.data, subjectId } })));
const setRule = (ruleId: string, rule: RetentionRule): Promise<void> =>
  append(retentionRuleStream(ruleId), { type: 'RetentionRuleSet', data: { ruleId, version: 1, rule, reason: 'r', approvedBy } });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hjemmel-due-'));
  server = await startEmbeddedLog({ folder: join(data, 'log') });
  log = openEventLog(server.connectionString);
  for (const [activityId, entry] of Object.entries(seedActivities)) {
    const declared: ProcessingActivityDeclared = {
      type: 'ProcessingActivityDeclared',
      data: { activityId, version: 1, entry, approvedBy },
    };
    await append(activityStream(activityId), declared);
  }
  const { renewal, ...rules } = seedRetentionRules;
  for (const [ruleId, rule] of Object.entries(rules)) await setRule(ruleId, rule);
  const { length: _, ...withoutLength } = renewal!;
  await setRule('renewal', withoutLength);
  const order = [registered('contact', 'invoice-2026'), admitted('C-1'), admitted('C-2')] as const;
  await ledgerOf(kari, ...order, contractEnded('2026-03-01T12:00:00.000Z'));
  await ledgerOf('b'.repeat(32), ...order, contractEnded('2026-03-01T20:00:00.000Z'));
  await ledgerOf('c'.repeat(32), ...order);
  await ledgerOf('d'.repeat(32), registered('contact'), admitted('C-5'));
  await ledgerOf('e'.repeat(32), registered('photo'), admitted('D-1'), began('card-issued', '2026-03-01T12:00:00.000Z'));
  await ledgerOf('f'.repeat(32), registered(), keyed('photo'));
});
afterAll(async () => {
  await log.close();
  await server.close();
  await rm(data, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
const due = (...args: readonly string[]): Promise<Said> =>
  new Promise((settle) => {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HJEMMEL_') && name !== 'COLUMNS');
    const env = {
      ...Object.fromEntries(inherited),
      HJEMMEL_DATA: join(data, 'nowhere'),
      HJEMMEL_LOG: server.connectionString,
      COLUMNS: '140',
    };
    execFile(process.execPath, [bin, 'retention', 'due', ...args], { env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('what goes when, from the log alone (promises P-67, P-68)', () => {
  it('is told by day, rule and class, for a day to come', async () => {
    const { code, stdout, stderr } = await due('--at', '2029-03-02');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^What is kept until when, as of 2029-03-02 23:59:59\n/);
    expect(stdout).toMatch(/2028-03-01 +card-life\/1 +photo +1 +DUE/);
    expect(stdout).toMatch(/2029-03-01 +order-3y\/1 \(assumed\) +contact +2 +waiting: the length is assumed/);
    expect(stdout).toMatch(/2031-12-31 +bokforing-5y\/1 +invoice-2026 +3 +kept/);
    expect(stdout).toMatch(/– +renewal\/1 \(assumed\) +contact +1 +REFUSED: the rule needs a length/);
    expect(stdout).toMatch(/– +– +photo +1 +NO RULE/);
    expect(stdout).toContain('6 persons: 1 due, 2 waiting, 4 kept, 1 refused, 1 without a rule');
  });

  it('changes with the day that is asked about', async () => {
    expect((await due('--at', '2028-03-01')).stdout).toContain('6 persons: 0 due, 0 waiting, 7 kept');
    expect((await due('--at', '2028-03-01T23:00:00Z')).stdout).toContain('6 persons: 1 due, 0 waiting, 6 kept');
  });

  it('is told of one person, with who holds it', async () => {
    const { stdout } = await due('--person', kari, '--at', '2029-03-02');
    expect(stdout).toMatch(/2029-03-01 +order-3y\/1 \(assumed\) +contact +C-1, 334115739, contract-ended +waiting/);
    expect(stdout).not.toContain('persons:');
  });

  it('is told in Norwegian, and as lines of JSON', async () => {
    const [nb, json] = await Promise.all([due('--nb', '--at', '2029-03-02'), due('--json', '--at', '2029-03-02')]);
    expect(nb.stdout).toContain('venter: lengden er antatt, ingen har bekreftet den');
    const lines = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toEqual({
      retentionClass: 'photo',
      state: 'due',
      rule: 'card-life',
      ruleVersion: 1,
      trigger: 'card-issued',
      until: '2028-03-01',
      persons: 1,
    });
    expect(lines.at(-1)).toMatchObject({ persons: 6, counts: { due: 1, 'waiting-for-confirmation': 2, open: 1 } });
  });

  it.each([
    [['--at', 'soon'], '--at must be a day'],
    [['--person', '07816723854'], 'a data subject is named by its pseudonym'],
    [['--person', '9'.repeat(32)], 'the log knows no such data subject'],
  ])('is told in one line why not: %j', async (args, expected) => {
    const { code, stdout, stderr } = await due(...args);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('07816723854');
  });
});
