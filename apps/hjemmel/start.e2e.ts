import { EventLog, openEventLog } from '@hjemmel/event-store';
import { startTestPostgres } from '@hjemmel/embedded-postgres/testing';
import { endsWithin, exists, freePort, isAlive, readRuntime, Runtime, superviseChild } from '@hjemmel/host';
import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(process.cwd(), 'dist/apps/hjemmel/main.js');

class Started {
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | string>;

  private constructor(
    readonly process: ChildProcess,
    readonly data: string,
  ) {
    process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((settle) => process.once('close', (code, signal) => settle(signal ?? code ?? -1)));
  }

  static with(data: string, port: number, more: Readonly<Record<string, string>>): Started {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HJEMMEL_') && !name.startsWith('npm_'));
    const env = { ...Object.fromEntries(inherited), HJEMMEL_DATA: data, PORT: String(port), ...more };
    return new Started(spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'pipe'] }), data);
  }

  /** Settles when it says that it is ready; fails with what it said when it ends before. */
  async ready(): Promise<Runtime> {
    const said = this.says('stdout', 'Ctrl-C stops all of it.');
    const outcome = await Promise.race([said, this.exited]);
    if (outcome !== 'said') throw new Error(`ended with ${outcome}: ${this.stderr}\n${this.stdout}`);
    return this.runtime();
  }

  says(stream: 'stdout' | 'stderr', text: string): Promise<'said'> {
    return new Promise((settle) => {
      const look = () => this[stream].includes(text) && settle('said');
      this.process[stream]?.on('data', look);
      look();
    });
  }

  async runtime(): Promise<Runtime> {
    const runtime = await readRuntime(this.data);
    if (!runtime) throw new Error('no runtime.json of a running instance');
    return runtime;
  }

  async stop(): Promise<number | string> {
    this.process.kill('SIGINT');
    return this.exited;
  }
}

let home: string;
let data: string;
let port: number;
const all: Started[] = [];

function start(folder = data, on = port, more: Readonly<Record<string, string>> = {}): Started {
  const started = Started.with(folder, on, more);
  all.push(started);
  return started;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-start-'));
  data = join(home, 'data');
  port = await freePort();
});
afterAll(async () => {
  for (const started of all) if (started.process.exitCode === null && started.process.signalCode === null) await started.stop();
  await rm(home, { recursive: true, force: true });
});

const parts = ({ pids }: Runtime) => Object.entries(pids).filter(([name]) => name !== 'hjemmel');
const live = async ({ apiUrl }: Runtime) => (await fetch(`${apiUrl}/health/live`)).status;
const endOfAll = async (pids: readonly number[]) => {
  for (const pid of pids) expect(await endsWithin(pid, 20_000)).toBe(true);
};

async function withLog<T>({ log }: Runtime, use: (log: EventLog) => Promise<T>): Promise<T> {
  const client = openEventLog(log);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function refusal(started: Started): Promise<string> {
  const exit = await started.exited;
  expect(exit).toBe(1);
  expect(started.stdout).toBe('');
  return started.stderr;
}

describe('npm start', () => {
  let first: Started;
  let runtime: Runtime;

  it('starts every part, says where it is, and what to try', async () => {
    first = start();
    runtime = await first.ready();
    expect(first.stderr).toBe('');
    for (const text of [data, `http://127.0.0.1:${port}`, 'npx hjemmel token --role case-worker', 'npm run demo', `${runtime.apiUrl}/docs`])
      expect(first.stdout).toContain(text);
    expect(Object.keys(runtime.pids).sort()).toEqual(['api', 'hjemmel', 'log', 'postgres', 'worker']);
    for (const [, pid] of parts(runtime)) expect(isAlive(pid)).toBe(true);
    expect(await live(runtime)).toBe(200);
  });

  it('keeps what it keeps for its owner alone, and tells no secret', async () => {
    for (const file of ['runtime.json', ...(await readdir(join(data, 'secrets'))).map((name) => join('secrets', name))])
      expect([file, (await stat(join(data, file))).mode & 0o777]).toEqual([file, 0o600]);
    for (const folder of ['secrets', 'postgres', 'log', 'output'])
      expect([folder, (await stat(join(data, folder))).mode & 0o077]).toEqual([folder, 0]);
    for (const role of ['owner', 'api', 'worker', 'vault']) {
      const password = await readFile(join(data, 'secrets', `postgres-${role}.password`), 'utf8');
      for (const file of await readdir(join(data, 'output')))
        expect(await readFile(join(data, 'output', file), 'utf8')).not.toContain(password);
      expect(first.stdout).not.toContain(password);
    }
  });

  it('refuses a second start on the same data, in one line that names the first', async () => {
    expect(await refusal(start(data, await freePort()))).toBe(`${data} is in use by process ${first.process.pid}\n`);
    expect(await refusal(start())).toBe(`${data} is in use by process ${first.process.pid}\n`);
    expect(await live(runtime)).toBe(200);
  });

  it('refuses a port in use before it starts anything', async () => {
    const other = join(home, 'other');
    expect(await refusal(start(other, port))).toBe(`port ${port} is in use: set PORT to another one\n`);
    expect(await readdir(other)).toEqual([]);
  });

  it('starts the api again when it is killed', async () => {
    const killed = runtime.pids['api'] ?? 0;
    first.stdout = '';
    const answersAgain = first.says('stdout', 'api        ready');
    process.kill(killed, 'SIGKILL');
    await first.says('stderr', `api ended unexpectedly: SIGKILL (see ${data}/output/api.log); starting it again (1 of 3)\n`);
    await answersAgain;
    expect(await live(runtime)).toBe(200);
  });

  it('stops everything on Ctrl-C and leaves nothing behind', async () => {
    const pids = Object.values(runtime.pids);
    expect(await first.stop()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(first.stdout).toMatch(/stopping …\nstopped\.\n$/);
    expect((await readdir(data)).sort()).toEqual(['log', 'output', 'postgres', 'secrets']);
  });
});

describe('after a kill', () => {
  const stream = `startProbe-${randomUUID()}`;
  const append = (runtime: Runtime) =>
    withLog(runtime, async (log) => {
      const events = Array.from({ length: 20 }, () => ({
        id: randomUUID(),
        event: { type: 'Probed', data: {} },
        metadata: {
          schema: 1,
          correlationId: randomUUID(),
          causationId: randomUUID(),
          actor: { id: 'start-probe', role: 'system' as const },
          decidedAt: new Date().toISOString(),
        },
      }));
      await log.append(stream, events, 'any');
      return events.map(({ id }) => id);
    });
  let acknowledged: string[] = [];

  it('of the supervisor alone, every part ends by itself, and the next start waits for that', async () => {
    const killed = start();
    const runtime = await killed.ready();
    acknowledged = acknowledged.concat(await append(runtime));
    killed.process.kill('SIGKILL');
    await killed.exited;
    expect(await readRuntime(data)).toBeUndefined();
    const next = start();
    expect(await live(await next.ready())).toBe(200);
    await endOfAll(parts(runtime).map(([, pid]) => pid));
    next.process.kill('SIGKILL');
    await next.exited;
  });

  it('of the whole tree, the next start has everything that was acknowledged', async () => {
    const killed = start();
    const runtime = await killed.ready();
    acknowledged = acknowledged.concat(await append(runtime));
    for (const pid of Object.values(runtime.pids)) process.kill(pid, 'SIGKILL');
    await killed.exited;
    const next = start();
    const found = await withLog(await next.ready(), async (log) => {
      const ids: string[] = [];
      for await (const event of log.readStream(stream)) ids.push(event.id);
      return ids;
    });
    expect(found).toEqual(acknowledged);
  });

  it('of the log, all else is stopped and it is said which part was lost', async () => {
    const running = all.at(-1)!;
    const runtime = await running.runtime();
    process.kill(runtime.pids['log'] ?? 0, 'SIGKILL');
    expect(await running.exited).toBe(1);
    expect(running.stderr).toBe(`log ended unexpectedly: SIGKILL (see ${data}/output/log.log)\n`);
    await endOfAll(Object.values(runtime.pids));
    expect(await exists(join(data, 'runtime.json'))).toBe(false);
  });
});

describe('a part that does not do as it should', () => {
  it('is given up when it dies again and again', async () => {
    const running = start();
    let runtime = await running.ready();
    for (let life = 1; life <= 4; life++) {
      const { worker } = runtime.pids;
      process.kill(worker ?? 0, 'SIGKILL');
      if (life === 4) break;
      while (runtime.pids['worker'] === worker || runtime.pids['worker'] === undefined) runtime = await running.runtime();
    }
    expect(await running.exited).toBe(1);
    expect(running.stderr).toMatch(/worker ended unexpectedly: SIGKILL \(see \S+\); given up after 3 new starts\n$/);
    await endOfAll(Object.values(runtime.pids));
  });

  it('is not waited for when Ctrl-C is pressed again', async () => {
    const running = start();
    const runtime = await running.ready();
    process.kill(runtime.pids['api'] ?? 0, 'SIGSTOP');
    const pressing = setInterval(() => running.process.kill('SIGINT'), 100);
    expect(await running.exited).toBe(130);
    clearInterval(pressing);
    await endOfAll(Object.values(runtime.pids));
  });
});

describe('servers elsewhere', () => {
  it('are used, and none is started', async () => {
    const postgres = await startTestPostgres();
    const logFolder = join(home, 'log-elsewhere');
    await mkdir(logFolder);
    const log = await superviseChild({
      ...{
        name: 'log',
        script: join(process.cwd(), 'dist/apps/hjemmel/embedded-log-process.js'),
        readyWithinMs: 30_000,
        stopWithinMs: 10_000,
      },
      env: { HJEMMEL_LOG_FOLDER: logFolder },
    });
    const { connectionString } = log.info as { connectionString: string };
    const own = join(home, 'own');
    const started = start(own, port, { HJEMMEL_POSTGRES_URL: postgres.ownerUrl, HJEMMEL_LOG: connectionString });
    const runtime = await started.ready();
    expect(Object.keys(runtime.pids).sort()).toEqual(['api', 'hjemmel', 'worker']);
    expect(await live(runtime)).toBe(200);
    expect(started.stdout).not.toContain(new URL(postgres.ownerUrl).password);
    expect(await started.stop()).toBe(0);
    expect((await readdir(own)).sort()).toEqual(['output', 'secrets']);
    await log.stop();
    await postgres.stop();
  });

  it('that can’t be reached are said in one line', async () => {
    const nowhere = `postgres://admin:hunter2@127.0.0.1:${await freePort()}/postgres`;
    const started = start(join(home, 'unreached'), port, { HJEMMEL_POSTGRES_URL: nowhere });
    expect(await started.exited).toBe(1);
    expect(started.stderr).toMatch(/^can't use Postgres at postgres:\/\/127\.0\.0\.1:\d+\/postgres: connect ECONNREFUSED \S+\n$/);
  });
});

describe('a folder that can’t be written', () => {
  it('is said in one line', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    expect(await refusal(start(join(file, 'data')))).toBe(
      `can't write in the folder ${join(file, 'data')}: a part of its path is a file\n`,
    );
    if (process.getuid?.() === 0) return; // nothing is closed to root
    const closed = join(home, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o555);
    expect(await refusal(start(join(closed, 'data')))).toBe(`can't write in the folder ${join(closed, 'data')}: permission denied\n`);
  });

  it('nor are wrong settings taken', async () => {
    expect(await refusal(start(join(home, 'unused'), NaN))).toBe('PORT must be a whole number from 1 to 65535\n');
    expect(await exists(join(home, 'unused'))).toBe(false);
  });
});
