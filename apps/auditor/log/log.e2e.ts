import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { figures, Hjemmel, hjemmel, Ran, ServedLog } from '../../../test/soak/hjemmel';

const TESTING = join(process.cwd(), 'libs/embedded-log/testing');
const CERT = join(TESTING, 'localhost-cert.pem');
const KEY = join(TESTING, 'localhost-key.pem');

let home: string;
let log: ServedLog;
let client: EventStoreDBClient;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hjemmel-log-'));
  log = await ServedLog.start(join(home, 'log'));
  client = EventStoreDBClient.connectionString(log.connectionString);
  await client.appendToStream(
    'order-1',
    [1, 2, 3].map((n) => jsonEvent({ type: 'OrderPlaced', data: { n } })),
  );
});

afterAll(async () => {
  await client.dispose();
  await log.kill();
  rmSync(home, { recursive: true, force: true });
});

const place = (name: string): string => join(home, name);

/** One line on stderr, nothing else, and an exit code that says so. */
function refused({ code, stdout, stderr }: Ran, said: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(said);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
}

describe('hjemmel log serve', () => {
  it('keeps what it acknowledged when it is told to stop, and says nothing on stderr', async () => {
    const served = await ServedLog.start(place('stopped'));
    const writer = EventStoreDBClient.connectionString(served.connectionString);
    const writing = Array.from({ length: 50 }, (_, n) => writer.appendToStream(`s-${n}`, jsonEvent({ type: 'Written', data: { n } })));
    await Promise.all(writing.slice(0, 10));
    const late = Promise.allSettled(writing.slice(10));
    expect(await served.stop()).toBe(0);
    expect(served.process.stderr).toBe('');
    const acknowledged = 10 + (await late).filter(({ status }) => status === 'fulfilled').length;
    await writer.dispose();
    const { events, systemEvents } = await figures('log', 'stats', place('stopped'), '--exact');
    expect(Number(events) - Number(systemEvents)).toBeGreaterThanOrEqual(acknowledged);
  });

  it('serves with TLS and a user, to those who bring the password', async () => {
    const password = place('password');
    writeFileSync(password, 'a secret: with a colon\n', { mode: 0o600 });
    const secured = [
      '--host',
      '0.0.0.0',
      '--advertise',
      'localhost',
      '--tls-cert',
      CERT,
      '--tls-key',
      KEY,
      '--user',
      'operator',
      '--password-file',
      password,
    ];
    const served = await ServedLog.start(place('secured'), 0, ...secured);
    try {
      const connection = (user: string): string => `esdb://${user}localhost:${served.port}?tls=true&tlsCAFile=${CERT}`;
      expect(served.connectionString).toBe(`esdb://localhost:${served.port}?tls=true`);
      expect(await figures('log', 'stats', connection(`operator:${encodeURIComponent('a secret: with a colon')}@`))).toMatchObject({
        events: 1,
      });
      const without = await hjemmel('log', 'stats', connection(''));
      refused(without, /demands a user and a password, or other ones/);
      const wrong = await hjemmel('log', 'stats', connection('operator:guessed@'));
      refused(wrong, /demands a user and a password, or other ones/);
      expect(wrong.stderr).not.toContain('guessed');
    } finally {
      await served.kill();
    }
  });

  const serve = (...args: string[]): Promise<Ran> => hjemmel('log', 'serve', '--port', '0', '--data', place('unserved'), ...args);

  it('refuses what would leave the log open to others, and what can’t work, in one line each', async () => {
    writeFileSync(place('file'), '');
    writeFileSync(place('open-password'), 'secret', { mode: 0o644 });
    chmodSync(place('open-password'), 0o644);
    const withTls = ['--tls-cert', CERT, '--tls-key', KEY];
    refused(await serve('--host', '0.0.0.0'), /^to listen on 0\.0\.0\.0 the log needs TLS and a user/);
    refused(await serve('--host', '::', ...withTls), /^to listen on :: the log needs TLS and a user/);
    refused(await serve('--tls-cert', CERT), /^--tls-cert and --tls-key go together/);
    refused(await serve('--user', 'operator'), /^--user and --password-file go together/);
    refused(await serve('--user', 'operator', '--password-file', place('open-password')), /^a user needs TLS/);
    refused(await serve(...withTls, '--user', 'operator', '--password-file', place('open-password')), /can be read by others/);
    refused(await serve('--tls-cert', KEY, '--tls-key', CERT), /^the certificate or its key can't be used/);
    refused(await serve('--host', '192.0.2.1', ...withTls), /^to listen on 192\.0\.2\.1 the log needs TLS and a user/);
    refused(await serve('--port', '70000'), /must be a number from 0 to 65535/);
    refused(await hjemmel('log', 'serve', '--port', String(log.port), '--data', place('unserved')), /^port \d+ on 127\.0\.0\.1 is in use/);
    refused(await hjemmel('log', 'serve', '--port', '0', '--data', log.folder), /log is in use by process \d+/);
    refused(
      await hjemmel('log', 'serve', '--port', '0', '--data', join(place('file'), 'log')),
      /^can't write in the folder .*: a part of its path is a file/,
    );
  });
});

describe('hjemmel log verify', () => {
  it('finds a log whole while it is served, and names file and offset of each fault', async () => {
    const whole = await hjemmel('log', 'verify', log.folder);
    expect(whole).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/4 records in 1 segments, up to position \d+: whole\n$/) });

    await figures('log', 'backup', place('damaged'), '--data', log.folder);
    const segment = join(place('damaged'), 'segments', readdirSync(join(place('damaged'), 'segments'))[0] ?? '');
    const file = openSync(segment, 'r+');
    writeSync(file, Buffer.from([0xff]), 0, 1, readFileSync(segment).indexOf('OrderPlaced'));
    closeSync(file);
    const { code, stdout, stderr } = await hjemmel('log', 'verify', place('damaged'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/is not whole: 1 fault\n$/) });
    expect(stdout).toMatch(new RegExp(`^${segment}:\\d+: a record does not match its checksum\n`));
    const json = await hjemmel('log', 'verify', place('damaged'), '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ whole: false, problems: [{ file: segment, derived: false }] });
    refused(await hjemmel('log', 'serve', '--data', place('damaged'), '--port', '0'), /is damaged at byte \d+/);
  });

  it('refuses a folder without a log', async () => {
    refused(await hjemmel('log', 'verify', place('nowhere')), /^there is no log in /);
  });
});

describe('hjemmel log stats', () => {
  it('counts the same in a folder as over a connection', async () => {
    const folder = await figures('log', 'stats', log.folder, '--exact');
    const server = await figures('log', 'stats', log.connectionString);
    const same = ({ events, systemEvents, streams, eventTypes, firstPosition, lastPosition, oldest, newest }: Record<string, unknown>) => ({
      events,
      systemEvents,
      streams,
      eventTypes,
      firstPosition,
      lastPosition,
      oldest,
      newest,
    });
    expect(same(folder)).toEqual(same(server));
    expect(same(server)).toMatchObject({ events: 4, systemEvents: 1, streams: 2, eventTypes: 2 });
    expect(await figures('log', 'stats', log.folder)).toMatchObject({ events: 4, segments: 1 });
    const { stdout, code } = await hjemmel('log', 'stats', log.folder);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^what +how much\nlog +\S+\nevents +4\n/) });
  });

  it('tells bad connections plainly, and never repeats a password', async () => {
    refused(await hjemmel('log', 'stats', 'esdb://127.0.0.1:1?tls=false'), /^esdb:\/\/127\.0\.0\.1:1: it cannot be reached\n$/);
    const odd = await hjemmel('log', 'stats', 'esdb://user:hidden@?tls');
    refused(odd, /^this is no connection string of a log/);
    expect(odd.stderr).not.toContain('hidden');
  });
});

describe('hjemmel log backup and restore', () => {
  it('copy only what is new into an earlier backup, and restore into an empty folder alone', async () => {
    await figures('log', 'backup', place('backup'), '--data', log.folder);
    await client.appendToStream('order-2', jsonEvent({ type: 'OrderPlaced', data: {} }));
    const second = await figures('log', 'backup', place('backup'), '--data', log.folder);
    const restored = await figures('log', 'restore', place('backup'), '--data', place('restored'));
    expect(restored['tail']).toBe(second['tail']);
    expect(await figures('log', 'stats', place('restored'), '--exact')).toMatchObject({ streams: 3 });
    refused(await hjemmel('log', 'restore', place('backup'), '--data', place('restored')), /is not empty: restore into an empty folder/);
    refused(await hjemmel('log', 'restore', place('nowhere'), '--data', place('other')), /^there is no log in /);
    refused(await hjemmel('log', 'backup', join(log.folder, 'inside'), '--data', log.folder), /goes into a folder of its own/);
    refused(await hjemmel('log', 'backup', home, '--data', log.folder), /goes into a folder of its own/);
    refused(await hjemmel('log', 'backup', place('backup'), '--data', place('nowhere')), /^there is no log in /);
    const other = await ServedLog.start(place('another'));
    await other.stop();
    refused(await hjemmel('log', 'backup', place('backup'), '--data', place('another')), /holds a backup of another log/);
  });

  it('a backup that ends with a compacted segment can be served and written', async () => {
    const first = await ServedLog.start(place('compacted'));
    const writer = EventStoreDBClient.connectionString(first.connectionString);
    await writer.appendToStream('gone', jsonEvent({ type: 'Written', data: {} }));
    await writer.deleteStream('gone');
    await writer.dispose();
    await first.stop();
    expect(await figures('log', 'compact', '--data', place('compacted'))).toMatchObject({ removed: 1, by: 'this process' });
    await figures('log', 'backup', place('compacted-backup'), '--data', place('compacted'));
    await figures('log', 'restore', place('compacted-backup'), '--data', place('compacted-restored'));
    const again = await ServedLog.start(place('compacted-restored'));
    const reader = EventStoreDBClient.connectionString(again.connectionString);
    const { nextExpectedRevision } = await reader.appendToStream('gone', jsonEvent({ type: 'Written', data: {} }));
    expect(nextExpectedRevision).toBe(1n);
    await reader.dispose();
    await again.stop();
    expect((await hjemmel('log', 'verify', place('compacted-restored'))).code).toBe(0);
  });
});

describe('hjemmel log copy and mirror', () => {
  it('copy refuses itself, servers that are not there, and a map that can’t be written', async () => {
    const nobody = 'esdb://127.0.0.1:1?tls=false';
    refused(await hjemmel('log', 'copy', log.connectionString, log.connectionString), /^source and target are the same server/);
    refused(await hjemmel('log', 'copy', log.connectionString, nobody), /^esdb:\/\/127\.0\.0\.1:1: it cannot be reached/);
    refused(await hjemmel('log', 'copy', nobody, log.connectionString), /^esdb:\/\/127\.0\.0\.1:1: it cannot be reached/);
    refused(await hjemmel('log', 'copy', log.connectionString, 'localhost'), /^this is no connection string of a log/);
    const target = await ServedLog.start(place('copy-target'));
    refused(
      await hjemmel('log', 'copy', log.connectionString, target.connectionString, '--map', join(place('missing'), 'map')),
      /^can't write the map of positions /,
    );
    await target.kill();
  });

  it('mirror ends on SIGTERM, and its folder is read, but neither served, compacted, nor mixed with another kind', async () => {
    const folder = place('mirror');
    const running = new Hjemmel(['log', 'mirror', log.connectionString, '--into', folder]);
    await running.says(/^caught up at position \d+$/);
    refused(await hjemmel('log', 'mirror', log.connectionString, '--into', folder, '--once'), /is in use by process/);
    expect(await running.stop()).toBe(0);
    expect((await hjemmel('log', 'verify', folder)).code).toBe(0);
    expect(await figures('log', 'stats', folder)).toMatchObject({ mirrorOf: log.connectionString.replace('?tls=false', '') });
    refused(await hjemmel('log', 'serve', '--data', folder, '--port', '0'), /is a mirror of another log: it can be read, not served/);
    refused(await hjemmel('log', 'compact', '--data', folder), /is a mirror: what its server has removed goes with/);
    refused(
      await hjemmel('log', 'mirror', log.connectionString, '--into', folder, '--once', '--without-system-events'),
      /is a mirror with system events/,
    );
    refused(await hjemmel('log', 'mirror', log.connectionString, '--into', log.folder, '--once'), /is in use by process/);
    mkdirSync(place('own'));
    await (await ServedLog.start(place('own'))).stop();
    refused(await hjemmel('log', 'mirror', log.connectionString, '--into', place('own'), '--once'), /holds a log of its own, not a mirror/);
    refused(await hjemmel('log', 'mirror', 'esdb://127.0.0.1:1?tls=false', '--into', place('unreached'), '--once'), /it cannot be reached/);
    expect(existsSync(join(place('own'), 'mirror.json'))).toBe(false);
  });
});
