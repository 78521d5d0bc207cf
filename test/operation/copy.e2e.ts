import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { figures, Hjemmel, hjemmel, ServedLog } from '../soak/hjemmel';
import { Cleanup, portable, readAll } from './support';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const STREAMS = 40;
const event = (n: number) => jsonEvent({ type: 'Copied', data: { n, text: 'blåbærsyltetøy' }, metadata: { n } });

/** Streams that interleave, deleted ones, ones that were deleted and written again, and limits. */
async function history(client: EventStoreDBClient): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await Promise.all(
      Array.from({ length: STREAMS }, async (_, n) => {
        const stream = `item-${n}`;
        await client.appendToStream(
          stream,
          Array.from({ length: 1 + ((round + n) % 7) }, (_, k) => event(k)),
        );
        if (round % 4 === 2 && n % 5 === 0) await client.deleteStream(stream);
      }),
    );
  }
  await client.setStreamMetadata('item-1', { maxCount: 3 });
  await client.deleteStream('item-2');
  await client.tombstoneStream('item-3');
}

async function streamsOf(client: EventStoreDBClient): Promise<Record<string, unknown>> {
  const streams: Record<string, unknown> = {};
  for (let n = 0; n < STREAMS; n++) {
    const revisions: string[] = [];
    try {
      for await (const { event: read } of client.readStream(`item-${n}`)) revisions.push(`${read?.revision} ${read?.id}`);
    } catch (error) {
      revisions.push((error as Error).name);
    }
    streams[`item-${n}`] = revisions;
  }
  return streams;
}

/** Settles when the target has got an event that it had not before. */
async function begun(client: EventStoreDBClient): Promise<void> {
  const subscription = client.subscribeToAll({ fromPosition: END });
  subscription.on('error', () => undefined); // the server is killed while it is open
  await once(subscription, 'data');
  await subscription.unsubscribe();
}

describe('hjemmel log copy', () => {
  it('goes on by itself when either server is killed and comes back', async () => {
    const home = cleanup.folder();
    const source = cleanup.ends(await ServedLog.start(join(home, 'source')));
    let target = cleanup.ends(await ServedLog.start(join(home, 'target')));
    const from = cleanup.client(source.connectionString);
    for (let round = 0; round < 100; round++)
      await Promise.all(Array.from({ length: STREAMS }, (_, n) => from.appendToStream(`item-${n}`, [event(round)])));

    const running = cleanup.ends(
      new Hjemmel(['log', 'copy', source.connectionString, target.connectionString, '--map', join(home, 'map'), '--json']),
    );
    const watching = cleanup.client(target.connectionString);
    await begun(watching);
    await target.kill();
    target = cleanup.ends(await ServedLog.start(target.folder, target.port));
    await begun(watching);
    await source.kill();
    cleanup.ends(await ServedLog.start(source.folder, source.port));
    await Promise.race([begun(watching), running.ended]);
    await target.kill();
    target = cleanup.ends(await ServedLog.start(target.folder, target.port));
    expect(await running.ended).toBe(0);
    expect(running.stderr).toMatch(/trying again/);
    const [original, copy] = [
      await readAll(cleanup.client(source.connectionString)),
      await readAll(cleanup.client(target.connectionString)),
    ];
    expect(copy.map(portable)).toEqual(original.map(portable));
  });

  it('killed at any moment and started again ends with the same history on both sides', async () => {
    const home = cleanup.folder();
    const source = cleanup.ends(await ServedLog.start(join(home, 'source')));
    const target = cleanup.ends(await ServedLog.start(join(home, 'target')));
    const [from, to] = [cleanup.client(source.connectionString), cleanup.client(target.connectionString)];
    await history(from);
    await figures('log', 'compact', '--data', source.folder);
    await Promise.all(Array.from({ length: STREAMS }, (_, n) => from.appendToStream(`later-${n}`, [event(n)])));

    const command = ['log', 'copy', source.connectionString, target.connectionString, '--map', join(home, 'map')];
    for (let round = 0; round < 4; round++) {
      const running = cleanup.ends(new Hjemmel(command));
      await Promise.race([pause(300 + Math.random() * 500), running.ended]);
      await running.kill();
    }
    const report = await figures(...command);
    const [original, copy] = [await readAll(from), await readAll(to)];
    expect(copy.map(portable)).toEqual(original.map(portable));
    expect(await streamsOf(to)).toEqual(await streamsOf(from));
    expect(report['verified']).toBeGreaterThanOrEqual(original.length);
    expect(Number(report['found']) + Number(report['copied'])).toBeGreaterThanOrEqual(original.length);

    await to.appendToStream('stranger', [event(0)]);
    const { code, stderr } = await hjemmel(...command);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^the target is no copy of the source: it has an event that the source lacks .*\n$/),
    });
  });
});
