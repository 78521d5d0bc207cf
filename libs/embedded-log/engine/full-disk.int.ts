import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogReadOnly, Notice, openEngine } from '.';
import { Acknowledged, acknowledgedIn, APPENDER_OPTIONS, inconsistent, missing, startAppender } from './testing/acknowledged';
import { appendMany, plain, readEverything, sample, TestFolder } from './testing/samples';

let folder: TestFolder;
beforeEach(() => (folder = new TestFolder()));
afterEach(() => folder.remove());

const PAST_THE_LIMIT = 60;

describe('a disk without room', () => {
  it('fails appends with the reason, goes on reading, and takes appends again once there is room', async () => {
    // A limit on file sizes stands for the full disk: writes past it fail with EFBIG, whoever runs this.
    const { child, lines } = startAppender(folder.path, 4, 'patient', 'ulimit -S -f 60;');
    const acknowledged: Acknowledged[] = [];
    const refusals: string[] = [];
    let afterwards = 0;
    for await (const line of lines) {
      if (line.startsWith('refused')) throw new Error(line);
      if (line.startsWith('full')) refusals.push(line);
      if (refusals.length === 5 && line.startsWith('full'))
        execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
      const one = acknowledgedIn(line);
      if (one) acknowledged.push(one);
      if (one && refusals.length > 0 && ++afterwards === PAST_THE_LIMIT) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(refusals[0]).toMatch(/^full [1-9]\d* the file-size limit is reached$/);
    const engine = await openEngine({ folder: folder.path, ...APPENDER_OPTIONS });
    expect(missing(engine, acknowledged)).toEqual([]);
    expect(inconsistent(readEverything(engine))).toEqual([]);
    await engine.close();
  });

  it('of a file system of its own: the same, in one process (where mounting is allowed)', async () => {
    const disk = join(folder.path, 'disk');
    mkdirSync(disk);
    if (!mounted(disk)) return;
    try {
      const notices: Notice[] = [];
      const engine = await openEngine({ folder: join(disk, 'log'), ...APPENDER_OPTIONS, onNotice: (notice) => notices.push(notice) });
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(600_000));
      const acknowledged: number[] = [];
      const refusal = await appendMany(engine, 'order-1', 1, 900).then(
        async (first) => {
          acknowledged.push(...first);
          for (;;) {
            try {
              acknowledged.push(...(await appendMany(engine, 'order-1', 1, 900)));
            } catch (error) {
              return error;
            }
          }
        },
        (error: unknown) => error,
      );
      expect(refusal).toEqual(new LogReadOnly('no space is left on the disk'));
      const whole = readEverything(engine);
      expect(whole.map(({ position }) => position)).toEqual(acknowledged);
      expect(engine.tail).toBe(engine.durableTail);
      expect(engine.lastRevision('order-1')).toBe(acknowledged.length - 1);
      await expect(appendMany(engine, 'order-1', 1, 900)).rejects.toBeInstanceOf(LogReadOnly);

      rmSync(join(disk, 'ballast'));
      acknowledged.push(...(await appendMany(engine, 'order-1', 50, 900)));
      expect(notices.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['read-only', 'writable-again']));
      await engine.close();
      const again = await openEngine({ folder: join(disk, 'log'), ...APPENDER_OPTIONS });
      expect(readEverything(again).map(({ position }) => position)).toEqual(acknowledged);
      await again.close();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

function mounted(at: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Puts a file that can't be written in the place of a descriptor: the next write fails for real, with an error that is not "full". */
function makeUnwritable(descriptor: number): void {
  closeSync(descriptor);
  const others: number[] = [];
  for (let opened = openSync('/dev/null', 'r'); opened !== descriptor; opened = openSync('/dev/null', 'r')) others.push(opened);
  for (const other of others) closeSync(other);
}

describe('a disk that fails', () => {
  it('rejects what was not yet on disk, forgets it, takes no more, and goes on reading', async () => {
    const notices: Notice[] = [];
    const engine = await openEngine({ folder: folder.path, onNotice: (notice) => notices.push(notice) });
    await appendMany(engine, 'order-1', 5);
    const whole = readEverything(engine).map(plain);
    const tail = engine.tail;
    makeUnwritable((Reflect.get(engine, 'writer') as { file: { fd: number } }).file.fd);
    const first = engine.append([sample('order-1', 5)]);
    const second = engine.append([sample('order-1', 6), sample('order-2', 0)]);
    expect(engine.lastRevision('order-2')).toBe(0);
    await expect(first.durable).rejects.toBeInstanceOf(LogReadOnly);
    await expect(second.durable).rejects.toBeInstanceOf(LogReadOnly);
    expect([engine.tail, engine.lastRevision('order-1'), engine.lastRevision('order-2')]).toEqual([tail, 4, undefined]);
    expect(engine.locate('order-1', 5)).toBeUndefined();
    expect(engine.findEvent('order-1', sample('order-1', 5).eventId)).toBeUndefined();
    expect(readEverything(engine).map(plain)).toEqual(whole);
    expect(() => engine.append([sample('order-1', 5)])).toThrow(/the log takes no appends: .*must be opened anew/);
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'read-only' }));
    await engine.close();
    const again = await openEngine({ folder: folder.path });
    expect(await appendMany(again, 'order-1', 1)).toEqual([tail]);
    await again.close();
  });
});
