import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithin, isAlive, prepareChild, superviseChild } from '.';

const script = join(process.cwd(), 'dist/libs/host/testing/sample-program.js');

let folder: string;
let logFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-supervise-'));
  logFile = join(folder, 'child.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (behaviour: string, options: { readyWithinMs?: number; stopWithinMs?: number; env?: Record<string, string> } = {}) =>
  superviseChild({ name: 'sample', script, args: [behaviour], logFile, readyWithinMs: 30_000, stopWithinMs: 10_000, ...options });

describe('a supervised program', () => {
  it('is there when it says so, gets its environment, and cleans up when it is stopped', async () => {
    const child = await start('works', { env: { GREETING: 'hei' } });
    expect(child.info).toEqual({ port: 4711, greeting: 'hei' });
    expect(await child.stop()).toEqual({ how: 'exit code 0' });
    expect(await readFile(logFile, 'utf8')).toBe('cleaned up\n');
  });

  it('started ahead waits for its order, and its secrets are not among what the system shows of it', async () => {
    const prepared = prepareChild({ name: 'sample', script, args: ['works'], logFile, readyWithinMs: 30_000, stopWithinMs: 10_000 });
    const child = await prepared.run({ GREETING: 'a secret' });
    expect(child.info).toMatchObject({ greeting: 'a secret' });
    if (process.platform === 'linux') expect(await readFile(`/proc/${child.pid}/environ`, 'utf8')).not.toContain('a secret');
    await child.stop();
    const unused = prepareChild({ name: 'sample', script, args: ['works'], logFile, readyWithinMs: 30_000, stopWithinMs: 10_000 });
    expect(await unused.discard()).toEqual({ how: 'SIGTERM' });
  });

  it('that can’t start says why, in the words it told the operator', async () => {
    await expect(start('refuses')).rejects.toThrow(`sample ended: the port is taken (see ${logFile})`);
    expect(await readFile(logFile, 'utf8')).toBe('the port is taken\n');
  });

  it('that breaks keeps its stack in the log', async () => {
    await expect(start('breaks')).rejects.toThrow('sample ended: unexpected error: a fault of ours');
    expect(await readFile(logFile, 'utf8')).toMatch(/a fault of ours\n\s+at /);
  });

  it('that is never ready is ended', () =>
    expect(start('never-ready', { readyWithinMs: 300 })).rejects.toThrow('sample was not ready within 0.3 s'));

  it('that crashes is noticed', async () => {
    const child = await start('crashes-later');
    process.kill(child.pid, 'SIGUSR2');
    expect(await child.ended).toEqual({ how: 'exit code 3' });
  });

  it('that does not heed SIGTERM is killed', async () => {
    const child = await start('stubborn', { stopWithinMs: 200 });
    expect(await child.stop()).toEqual({ how: 'SIGKILL' });
  });

  it('ends when its supervisor is killed alone', async () => {
    const supervisor = await start('has-a-child');
    const { child } = supervisor.info as { child: number };
    expect(isAlive(child)).toBe(true);
    supervisor.kill();
    await supervisor.ended;
    expect(await endsWithin(child, 10_000)).toBe(true);
    expect(await readFile(logFile, 'utf8')).toBe('cleaned up\n');
  });
});
