import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { figures, Hjemmel, hjemmel, ServedLog } from '../soak/hjemmel';
import { Cleanup, filesWith, readAll, Writers } from './support';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const SECRETS = {
  deleted: 'bytes-of-a-deleted-stream',
  truncated: 'bytes-before-tb',
  ended: 'bytes-of-an-ended-stream',
  counted: 'bytes-beyond-the-count',
};
const person = (secret: string) => jsonEvent({ type: 'Known', data: { secret, padding: 'x'.repeat(2000) } });

describe('hjemmel log compact', () => {
  it('killed at any moment leaves a whole log each time, and at its end no byte of what is gone', async () => {
    const folder = join(cleanup.folder(), 'log');
    let log = cleanup.ends(await ServedLog.start(folder));
    let client = cleanup.client(log.connectionString);
    for (let n = 0; n < 60; n++) {
      await Promise.all([
        ...Object.entries(SECRETS).map(([stream, secret]) =>
          client.appendToStream(
            stream,
            Array.from({ length: 20 }, () => person(secret)),
          ),
        ),
        client.appendToStream(
          'kept',
          Array.from({ length: 20 }, () => person('bytes-that-stay')),
        ),
      ]);
    }
    await client.deleteStream('deleted');
    await client.tombstoneStream('ended');
    await client.setStreamMetadata('truncated', { truncateBefore: 1200 });
    await client.setStreamMetadata('counted', { maxCount: 1 });
    await client.appendToStream('counted', jsonEvent({ type: 'Known', data: {} }));
    const kept = (await readAll(client)).filter(({ stream, data }) => stream === 'kept' || !JSON.stringify(data).includes('bytes-'));
    await log.stop();

    for (let round = 0; round < 5; round++) {
      const running = cleanup.ends(new Hjemmel(['log', 'compact', '--data', folder]));
      await Promise.race([pause(250 + Math.random() * 350), running.ended]);
      await running.kill();
      expect((await hjemmel('log', 'verify', folder)).stderr).toBe('');
    }
    await figures('log', 'compact', '--data', folder);
    for (const secret of Object.values(SECRETS)) expect(filesWith(folder, secret)).toEqual([]);
    log = cleanup.ends(await ServedLog.start(folder));
    client = cleanup.client(log.connectionString);
    expect(await readAll(client)).toEqual(kept);
    const { nextExpectedRevision } = await client.appendToStream('deleted', person('again'));
    expect(nextExpectedRevision).toBe(1200n);
  });

  it('is done by the process that serves the log, while it is written and read', async () => {
    const folder = join(cleanup.folder(), 'log');
    const log = cleanup.ends(await ServedLog.start(folder));
    const client = cleanup.client(log.connectionString);
    await client.appendToStream(
      'deleted',
      Array.from({ length: 100 }, () => person(SECRETS.deleted)),
    );
    await client.deleteStream('deleted');
    const writers = new Writers(client, 4);
    await writers.reach(100);
    const report = await figures('log', 'compact', '--data', folder);
    await writers.reach(writers.acknowledged.length + 50);
    await writers.stop();
    expect(report).toMatchObject({ removed: 100, by: expect.stringContaining(`process ${log.process.pid}`) });
    expect(filesWith(folder, SECRETS.deleted)).toEqual([]);
    const read = await readAll(client);
    expect(read.map(({ id }) => id).sort()).toEqual(writers.acknowledged.map(({ id }) => id).sort());
    await log.kill();
    const again = cleanup.ends(await ServedLog.start(folder));
    expect(await readAll(cleanup.client(again.connectionString))).toEqual(read);
  });
});
