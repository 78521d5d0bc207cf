import { join } from 'node:path';
import { figures, hjemmel, ServedLog } from '../soak/hjemmel';
import { Cleanup, missing, readAll, Writers } from './support';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('a backup that is made while the log is written', () => {
  it('restores to a log with every event that was acknowledged before, and none that differs', async () => {
    const home = cleanup.folder();
    const [data, backup, restored] = ['log', 'backup', 'restored'].map((name) => join(home, name)) as [string, string, string];
    const log = cleanup.ends(await ServedLog.start(data));
    const client = cleanup.client(log.connectionString);
    const writers = new Writers(client, 8);
    await writers.reach(300);
    const before = [...writers.acknowledged];
    await figures('log', 'backup', backup, '--data', data);
    await writers.reach(before.length + 300);
    const beforeSecond = [...writers.acknowledged];
    await figures('log', 'backup', backup, '--data', data);
    await writers.stop();

    await figures('log', 'restore', backup, '--data', restored);
    expect((await hjemmel('log', 'verify', restored)).stderr).toBe('');
    const again = cleanup.ends(await ServedLog.start(restored));
    const [original, copy] = [await readAll(client), await readAll(cleanup.client(again.connectionString))];
    expect(missing(before, copy)).toEqual([]);
    expect(missing(beforeSecond, copy)).toEqual([]);
    expect(copy).toEqual(original.slice(0, copy.length));
  });
});
