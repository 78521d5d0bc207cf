import * as fc from 'fast-check';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, Lock, lockFolder, lockHolder, superviseChild } from '.';

const script = join(process.cwd(), 'dist/libs/host/testing/sample-program.js');
const holder = (folder: string): Promise<Child> =>
  superviseChild({ name: 'holder', script, args: ['locks', folder], readyWithinMs: 30_000, stopWithinMs: 5_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const held = (outcomes: PromiseSettledResult<Lock>[]): Lock[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

describe('the lock of a folder', () => {
  it('is held by one, who is named to the second', async () => {
    const lock = await lockFolder(folder, 'data');
    await expect(lockFolder(folder, 'data')).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    const other = await lockFolder(folder, 'other');
    expect(await lockHolder(folder, 'data')).toBe(process.pid);
    await lock.release();
    expect(await lockHolder(folder, 'data')).toBeUndefined();
    await (await lockFolder(folder, 'data')).release();
    await other.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is never held by two, however many want it at once and however often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 3 }), async (wanting, rounds) => {
        for (let round = 0; round < rounds; round++) {
          const winners = held(await Promise.allSettled(Array.from({ length: wanting }, () => lockFolder(folder, 'data'))));
          expect(winners).toHaveLength(1);
          await winners[0]?.release();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('is free again as soon as its holder was killed, and nothing of it stays', async () => {
    for (let life = 0; life < 3; life++) {
      const child = await holder(folder);
      await expect(lockFolder(folder, 'data')).rejects.toThrow(`in use by process ${child.pid}`);
      child.kill();
      await child.ended;
      const lock = await lockFolder(folder, 'data');
      expect(await readdir(folder)).toHaveLength(1);
      await lock.release();
    }
  });

  it('is held by a process that is stopped and answers nothing', async () => {
    const child = await holder(folder);
    process.kill(child.pid, 'SIGSTOP');
    await expect(lockFolder(folder, 'data')).rejects.toThrow(`in use by process ${child.pid}`);
    child.kill();
    await child.ended;
  });

  it('works in folders whose path is longer than a socket’s may be', async () => {
    const target = await mkdtemp(join(tmpdir(), `hjemmel-lock-${'long-'.repeat(20)}`));
    await symlink(target, join(folder, 'short'));
    const lock = await lockFolder(target, 'data');
    await expect(lockFolder(join(folder, 'short'), 'data')).rejects.toThrow('is in use');
    await lock.release();
    expect(await readdir(target)).toEqual([]);
    await rm(target, { recursive: true });
  });

  it('says where it can’t be', () =>
    expect(lockFolder(join(folder, 'none'), 'data')).rejects.toThrow(`can't lock the folder ${folder}/none`));
});
