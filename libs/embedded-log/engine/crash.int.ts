import { once } from 'node:events';
import { openEngine } from '.';
import { Acknowledged, acknowledgedIn, APPENDER_OPTIONS, inconsistent, missing, startAppender } from './testing/acknowledged';
import { readEverything, TestFolder } from './testing/samples';

const ROUNDS = 12;
const IN_FLIGHT = 8;

/** Lets a child append until it acknowledged `enough`, kills it with SIGKILL, and gives all that it acknowledged. */
async function appendUntilKilled(folder: string, enough: number): Promise<Acknowledged[]> {
  const { child, lines } = startAppender(folder, IN_FLIGHT);
  const acknowledged: Acknowledged[] = [];
  for await (const line of lines) {
    if (line.startsWith('refused')) throw new Error(line);
    const one = acknowledgedIn(line);
    if (one) acknowledged.push(one);
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

describe('after kill -9', () => {
  it('every acknowledged append is there, whole, in order and in its place, time after time', async () => {
    const folder = new TestFolder();
    const everything: Acknowledged[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        everything.push(...(await appendUntilKilled(folder.path, 20 + round * 45)));
        const engine = await openEngine({ folder: folder.path, ...APPENDER_OPTIONS });
        try {
          expect(missing(engine, everything)).toEqual([]);
          expect(inconsistent(readEverything(engine))).toEqual([]);
        } finally {
          await engine.close();
        }
      }
      expect(everything.length).toBeGreaterThan(ROUNDS * 20);
    } finally {
      folder.remove();
    }
  });

  it('the folder is free at once, and taken while the process lives', async () => {
    const folder = new TestFolder();
    const { child, lines } = startAppender(folder.path, 1);
    try {
      await once(lines, 'line');
      await expect(openEngine({ folder: folder.path })).rejects.toThrow(`is in use by process ${child.pid}`);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const engine = await openEngine({ folder: folder.path });
      await engine.close();
    } finally {
      child.kill('SIGKILL');
      folder.remove();
    }
  });
});
