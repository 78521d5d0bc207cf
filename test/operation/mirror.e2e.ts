import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { SegmentReader } from '@hjemmel/embedded-log/engine';
import { figures, Hjemmel, hjemmel, ServedLog } from '../soak/hjemmel';
import { Cleanup, filesWith, readAll, Writers } from './support';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** The users' events of a mirror, by the reader that projections and auditors use. */
function mirrored(folder: string): { stream: string; revision: string; position: string }[] {
  const reader = new SegmentReader(folder);
  try {
    return [...reader.pages()]
      .flat()
      .filter(({ stream }) => !stream.startsWith('$'))
      .map(({ stream, revision, position }) => ({ stream, revision: String(revision), position: String(position) }));
  } finally {
    reader.close();
  }
}

describe('hjemmel log mirror', () => {
  it('killed and restarted while the log is written and its server killed too, has every event at its position', async () => {
    const home = cleanup.folder();
    const [data, all, users] = ['log', 'all', 'users'].map((name) => join(home, name)) as [string, string, string];
    let log = cleanup.ends(await ServedLog.start(data));
    const { port } = log;
    const start = () => [
      cleanup.ends(new Hjemmel(['log', 'mirror', log.connectionString, '--into', all])),
      cleanup.ends(new Hjemmel(['log', 'mirror', log.connectionString, '--into', users, '--without-system-events'])),
    ];
    let writers = new Writers(cleanup.client(log.connectionString), 4);
    for (let round = 0; round < 3; round++) {
      const running = start();
      await Promise.all(running.map((one) => one.says(/^caught up at position \d+$/)));
      await pause(Math.random() * 200);
      await Promise.all(running.map((one) => one.kill()));
    }
    const [toAll, toUsers] = start() as [Hjemmel, Hjemmel];
    await Promise.all([toAll, toUsers].map((one) => one.says(/^caught up/)));
    await writers.stop();
    await log.kill();
    log = cleanup.ends(await ServedLog.start(data, port));
    const client = cleanup.client(log.connectionString);
    writers = new Writers(client, 2);
    await writers.reach(50);
    await writers.stop();
    expect([await toAll.stop(), await toUsers.stop()]).toEqual([0, 0]);

    const withAll = await figures('log', 'mirror', log.connectionString, '--into', all, '--check');
    const withUsers = await figures('log', 'mirror', log.connectionString, '--into', users, '--check', '--without-system-events');
    const original = await readAll(client);
    expect({ faults: withAll['faultCount'], removed: withAll['removedOnServer'] }).toEqual({ faults: 0, removed: 0 });
    expect({ faults: withUsers['faultCount'], removed: withUsers['removedOnServer'] }).toEqual({ faults: 0, removed: 0 });
    const places = original.map(({ stream, revision, position }) => ({ stream, revision, position }));
    expect(mirrored(all)).toEqual(places);
    expect(mirrored(users)).toEqual(places);
    expect((await hjemmel('log', 'verify', all)).code).toBe(0);
    expect((await hjemmel('log', 'verify', users)).code).toBe(0);
  });

  it('removes what the server has removed, when told to, and refuses another log', async () => {
    const home = cleanup.folder();
    const log = cleanup.ends(await ServedLog.start(join(home, 'log')));
    const client = cleanup.client(log.connectionString);
    const secret = 'sealed-bytes-of-somebody';
    await client.appendToStream('person-1', [jsonEvent({ type: 'Known', data: { secret } })]);
    await client.appendToStream('person-2', [jsonEvent({ type: 'Known', data: {} })]);
    const folder = join(home, 'mirror');
    await figures('log', 'mirror', log.connectionString, '--into', folder, '--once');
    await client.deleteStream('person-1');
    await figures('log', 'compact', '--data', log.folder);
    expect(filesWith(log.folder, secret)).toEqual([]);
    expect(filesWith(folder, secret)).toHaveLength(1);
    const report = await figures('log', 'mirror', log.connectionString, '--into', folder, '--forget-removed');
    expect(report).toMatchObject({ removedOnServer: 1, forgotten: 1, faultCount: 0 });
    expect(filesWith(folder, secret)).toEqual([]);
    expect(mirrored(folder).map(({ stream }) => stream)).toEqual(['person-2']);
    expect(await figures('log', 'mirror', log.connectionString, '--into', folder, '--check')).toMatchObject({
      removedOnServer: 0,
      faultCount: 0,
    });

    const other = cleanup.ends(await ServedLog.start(join(home, 'other')));
    const { code, stderr } = await hjemmel('log', 'mirror', other.connectionString, '--into', folder, '--once');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is not the log that') });
  });
});
