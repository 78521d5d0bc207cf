import { RoleUrls } from '@hjemmel/embedded-postgres';
import { reasonOf, removeRuntime, Runtime, stderrLine, writeRuntime } from '@hjemmel/host';
import { mkdir } from 'node:fs/promises';
import { apiUrl, Part, PartStarter, Started, startPostgres } from './parts';
import { Configuration, places } from './configuration';
import { Display, summary } from './display';
import { ensureTokenKeys } from './first-secrets';
import { awaitLeftovers } from './leftovers';

/** Parts are stopped from the last stage to the first: nobody loses what it stands on. */
const STAGES = { postgres: 0, log: 1, programs: 2 } as const;
type Stage = keyof typeof STAGES;

/** How often api and worker together are started again within the window, before the cause must be something else. */
const RESTARTS = { most: 3, withinMs: 5 * 60_000 };

/** Starts the parts, watches them, and stops them in their order: when asked to, or when one of them is lost. */
export class Supervisor {
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, { readonly part: Part; readonly stage: Stage }>();
  private readonly restarts: number[] = [];
  /** New starts under way: they are cut short by `stopping`, and have settled before anything that they stand on is stopped. */
  private readonly pending = new Set<Promise<void>>();
  private readySince: string | undefined;
  private failure: string | undefined;
  private readonly begun = performance.now();
  private readonly starter: PartStarter;

  constructor(
    private readonly configuration: Configuration,
    private readonly display: Display,
  ) {
    this.starter = new PartStarter(configuration, this.stopping.signal);
  }

  /** Runs until it is asked to stop or something is lost; everything has ended when it settles. Gives the exit code. */
  async run(): Promise<number> {
    try {
      await this.startAll();
      await aborted(this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.fail(reasonOf(error));
    }
    if (this.failure === undefined) this.display.line('stopping …');
    await this.stopAll();
    if (this.failure !== undefined) {
      stderrLine(this.failure);
      return 1;
    }
    this.display.line('stopped.');
    return 0;
  }

  requestStop(): void {
    this.stopping.abort();
  }

  /** Ends every part without waiting for anything. */
  killAll(): void {
    for (const { part } of this.running.values()) part.kill();
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    this.stopping.abort();
  }

  private async startAll(): Promise<void> {
    const { data } = this.configuration;
    const note = (line: string) => this.display.line(`  ${line}`);
    await awaitLeftovers(data, note);
    await removeRuntime(data);
    await mkdir(places(data).outputs, { recursive: true, mode: 0o700 });
    this.starter.prepareAll();
    const [urls, log] = await this.together([
      this.startStore(note),
      this.keep('log', this.display.during('log', this.starter.log())),
      ensureTokenKeys(places(data).secrets),
    ]);
    await this.together([this.startProgram('api', urls, log), this.startProgram('worker', urls, log)]);
    await this.announce(log);
    this.display.line(
      summary([...this.running.values()].map(({ part }) => part).reverse(), this.runtime(log), data, performance.now() - this.begun),
    );
  }

  /** Postgres with the database in the form that the programs need. */
  private async startStore(note: (line: string) => void): Promise<RoleUrls> {
    const urls = await this.keep('postgres', this.display.during('postgres', startPostgres(this.configuration, note)));
    await this.display.during('migrations', this.starter.migrate(urls));
    return urls;
  }

  private async startProgram(name: 'api' | 'worker', urls: RoleUrls, log: string): Promise<void> {
    const part = await this.display.during(name, this.starter[name](urls, log));
    this.watch(part, 'programs', (reason) => {
      const again = this.startAgain(name, urls, log, reason).finally(() => this.pending.delete(again));
      this.pending.add(again);
    });
  }

  private async keep<T>(stage: 'postgres' | 'log', started: Promise<Started<T>>): Promise<T> {
    const { part, use } = await started;
    this.watch(part, stage, (reason) => this.fail(`${part.name} ${reason}`));
    return use;
  }

  private watch(part: Part, stage: Stage, onLost: (reason: string) => void): void {
    this.running.set(part.name, { part, stage });
    void part.ended.then((reason) => {
      this.running.delete(part.name);
      if (!this.stopping.signal.aborted) onLost(reason);
    });
  }

  private async startAgain(name: 'api' | 'worker', urls: RoleUrls, log: string, reason: string): Promise<void> {
    const now = performance.now();
    const recent = this.restarts.filter((at) => now - at < RESTARTS.withinMs);
    if (recent.length >= RESTARTS.most) return this.fail(`${name} ${reason}; given up after ${RESTARTS.most} new starts`);
    this.restarts.splice(0, this.restarts.length, ...recent, now);
    stderrLine(`${name} ${reason}; starting it again (${recent.length + 1} of ${RESTARTS.most})`);
    try {
      await this.startProgram(name, urls, log);
      await this.announce(log);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.fail(reasonOf(error));
    }
  }

  private runtime(log: string): Runtime {
    const { data, log: told, postgres } = this.configuration;
    const server = postgres.kind === 'embedded' ? this.running.get('postgres')?.part.where : undefined;
    const parts = [...this.running.values()].flatMap(({ part: { name, pid } }) => (pid === undefined ? [] : [[name, pid] as const]));
    return {
      version: 1,
      readySince: (this.readySince ??= new Date().toISOString()),
      apiUrl: apiUrl(this.configuration),
      log,
      ...(told.kind === 'embedded' ? { logFolder: places(data).log } : {}),
      ...(server === undefined ? {} : { postgres: server }),
      secrets: places(data).secrets,
      pids: { hjemmel: process.pid, ...Object.fromEntries(parts) },
    };
  }

  private announce(log: string): Promise<void> {
    return writeRuntime(this.configuration.data, this.runtime(log));
  }

  /** All of them or none: when one fails the others are cut short, and all have settled when this does. */
  private async together<T extends readonly Promise<unknown>[]>(tasks: [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    for (const task of tasks) task.catch((error: unknown) => this.stopping.signal.aborted || this.fail(reasonOf(error)));
    await Promise.allSettled(tasks);
    return Promise.all(tasks);
  }

  private async stopAll(): Promise<void> {
    await Promise.all([...this.pending, this.starter.discardAll()]);
    const stages = Object.entries(STAGES).sort(([, a], [, b]) => b - a);
    for (const [stage] of stages) {
      const parts = [...this.running.values()].filter((it) => it.stage === stage);
      await Promise.all(parts.map(({ part }) => part.stop()));
    }
    await removeRuntime(this.configuration.data);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((settle) => (signal.aborted ? settle() : signal.addEventListener('abort', () => settle(), { once: true })));
