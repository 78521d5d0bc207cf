import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { openEventLog } from '@hjemmel/event-store';
import type { EventLog } from '@hjemmel/event-store';
import { DomainEvent, newUuid } from '@hjemmel/kernel';
import { command, factsOf, kari, metadata, ola, orderStream, read, requested } from '../testing/recorded';
import { personHistory } from './person-history';

const bin = join(process.cwd(), 'apps', 'auditor', 'bin', 'hjemmel.cjs');
const request = 'rightsRequest-5427ee38-9755-49eb-992b-cfcb92f97b22';

let data: string;
let server: Awaited<ReturnType<typeof startEmbeddedLog>>;
let log: EventLog;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hjemmel-history-'));
  server = await startEmbeddedLog({ folder: join(data, 'log') });
  log = openEventLog(server.connectionString);
  for (const [stream, ...events] of story) {
    await log.append(
      stream,
      events.map((event) => ({ id: newUuid(), event, metadata })),
      'any',
    );
  }
});
afterAll(async () => {
  await log.close();
  await server.close();
  await rm(data, { recursive: true, force: true });
});

const { registered, related, keyed, admitted, refused, closed, restricted, summarised } = factsOf(kari);
const asking = { ...admitted, data: { ...admitted.data, admissionId: 'admission-2', act: 'RequestAccess', factStream: request } };
const broken = { ...admitted, data: { ...admitted.data, admissionId: 'admission-3', factStream: 'order-that-broke-off' } };

/** What happened, in this order. */
const story: readonly (readonly [stream: string, ...events: DomainEvent[]])[] = [
  [`dataSubject-${kari}`, registered, related, keyed, admitted],
  [orderStream, { type: 'OrderPlaced', data: { commandId: command } }],
  [`dataSubject-${ola}`, factsOf(ola).registered, factsOf(ola).admitted],
  ['personalDataRead-worker-2026-07-01', read([kari, ola], [])],
  [`dataSubject-${kari}`, asking],
  [request, requested(kari, 'request-1')],
  [`dataSubject-${kari}`, broken],
  ['order-that-broke-off', { type: 'OrderAbandoned', data: { commandId: command } }],
  [`dataSubject-${kari}`, closed, restricted, summarised],
  ['personalDataRead-other-2026-07-01', read([ola], [kari])],
  [`dataSubject-${kari}`, refused],
];

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a process; HJEMMEL_DATA is a folder that is not there unless told. */
const hjemmel = (args: readonly string[], env: Record<string, string> = {}): Promise<Said> =>
  new Promise((settle) => {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HJEMMEL_') && name !== 'COLUMNS');
    const all = { ...Object.fromEntries(inherited), HJEMMEL_DATA: join(data, 'nowhere'), ...env };
    execFile(process.execPath, [bin, ...args], { env: all }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the history of a person', () => {
  it('is all that the log says of that person and nothing of others, in the log’s order', async () => {
    const shares: number[] = [];
    const end = (await log.lastPosition())!;
    const entries = (await personHistory(log, kari, end, (share) => shares.push(share)))!;
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['registered', 'relation', 'keys', 'admitted', 'read', 'admitted', 'requested', 'admitted', 'closed', 'restricted', 'summary'],
      'withheld',
      'refused',
    ]);
    expect(entries.flatMap((entry) => (entry.kind === 'admitted' ? [entry.fact?.recorded] : []))).toEqual([true, true, false]);
    const positions = entries.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(shares.at(-1)).toBe(1);
  });

  it('is unknown where the log never heard of the person', async () => {
    expect(await personHistory(log, 'f'.repeat(32), 1n)).toBeUndefined();
  });

  it('is printed as a table, in two languages, and as lines of JSON', async () => {
    const [table, norwegian, json] = await Promise.all([
      hjemmel(['history', kari, '--log', server.connectionString], { COLUMNS: '140' }),
      hjemmel(['history', kari, '--nb'], { HJEMMEL_LOG: server.connectionString }),
      hjemmel(['history', `dataSubject-${kari}`, '--json', '--log', server.connectionString]),
    ]);
    expect([table, norwegian, json].map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }));
    expect(table.stdout).toMatch(
      /PlaceOrder REFUSED +demo \(service\) +C-1 deliver-service +restricted: GDPR art\. 18\(2\), statement 2023-12-20/,
    );
    expect(table.stdout).toContain('12 entries: 3 uses admitted, 2 refused or withheld, read 1 time');
    expect(table.stdout).not.toContain('\u001b');
    expect(norwegian.stdout).toContain('begrenset: GDPR art. 18 nr. 2');
    const lines = json.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toHaveLength(13);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      kind: 'refused',
      rule: 'restricted',
      legal: 'GDPR art. 18(2)',
      actor: { id: 'demo' },
    });
  });
});

describe('what cannot be printed is said in one line', () => {
  it.each([
    ['an unknown person', () => ['f'.repeat(32), '--log', server.connectionString], 'the log knows no such data subject'],
    [
      'a number instead of a pseudonym',
      () => ['07816723854', '--log', server.connectionString],
      'a data subject is named by its pseudonym: 32 hex digits',
    ],
    [
      'a log that does not answer',
      () => [kari, '--log', 'esdb://127.0.0.1:1?tls=false'],
      'the log that --log names can’t be reached'.replace('’', "'"),
    ],
    ['a log that is no address', () => [kari, '--log', '127.0.0.1:2113'], '--log gives no connection string of a log'],
    ['no log at all', () => [kari], 'no log is in it: name one with --log'],
  ])('%s', async (_, args, expected) => {
    const { code, stdout, stderr } = await hjemmel(['history', ...args()]);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('07816723854');
  });

  it('files that another process serves', async () => {
    const { code, stderr } = await hjemmel(['history', kari, '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^can't open the log in .*log: .* is in use by process \d+\n$/);
  });
});

describe('the files of a log that nobody serves', () => {
  it('are served for the time of the command', async () => {
    await log.close();
    await server.close();
    const { code, stdout, stderr } = await hjemmel(['history', kari, '--data', data, '--json']);
    expect({ code, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 0, stderr: '', lines: 13 });
  });
});
