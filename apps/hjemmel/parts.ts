import { ensureRoles, RoleUrls, startEmbeddedPostgres } from '@hjemmel/embedded-postgres';
import { Child, describeEnding, OperatorError, prepareChild, PreparedChild } from '@hjemmel/host';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Configuration, places, shownUrl } from './configuration';

/** Something that runs: a process of ours, Postgres, or a server elsewhere that we only use. */
export interface Part {
  readonly name: string;
  /** Where it is, as shown to the operator. */
  readonly where: string;
  readonly pid?: number;
  /** Settles with the reason when it has ended. Never, for a server elsewhere. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<unknown>;
  readonly kill: () => void;
}

/** A part, and what others need to reach it. */
export interface Started<T> {
  readonly part: Part;
  readonly use: T;
}

const elsewhere = (name: string, where: string): Part => ({
  name,
  where,
  ended: new Promise(() => undefined),
  stop: async () => undefined,
  kill: () => undefined,
});

const fromChild = (child: Child, where: string, output: string): Part => ({
  name: child.name,
  where,
  pid: child.pid,
  ended: child.ended.then((ending) => `${describeEnding(ending)} (see ${output})`),
  stop: child.stop,
  kill: child.kill,
});

export async function startPostgres({ data, postgres }: Configuration, onNotice: (line: string) => void): Promise<Started<RoleUrls>> {
  const { secrets, postgres: folder } = places(data);
  if (postgres.kind === 'roles') return { part: elsewhere('postgres', shownUrl(postgres.urls.api)), use: postgres.urls };
  if (postgres.kind === 'server') {
    const urls = await ensureRoles(postgres.adminUrl, secrets).catch((error: unknown) => unreachable('Postgres', postgres.adminUrl, error));
    return { part: elsewhere('postgres', shownUrl(postgres.adminUrl)), use: urls };
  }
  const server = await startEmbeddedPostgres({ folder, onNotice, ...(postgres.port === undefined ? {} : { port: postgres.port }) });
  try {
    const part: Part = {
      name: 'postgres',
      where: `127.0.0.1:${server.port}`,
      pid: server.pid,
      ended: server.exited.then((how) => `ended unexpectedly: ${how} (see ${join(folder, 'postgres.log')})`),
      stop: server.stop,
      kill: server.kill,
    };
    return { part, use: await ensureRoles(server.ownerUrl, secrets) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function unreachable(what: string, url: string, error: unknown): never {
  throw new OperatorError(`can't use ${what} at ${shownUrl(url)}: ${error instanceof Error ? error.message : String(error)}`);
}

/** The programs that are started, as they stand beside this one after a build. */
const PROGRAMS = {
  log: join(__dirname, 'embedded-log-process.js'),
  migrate: join(__dirname, 'migrate.js'),
  api: join(__dirname, '..', 'api', 'main.js'),
  worker: join(__dirname, '..', 'worker', 'main.js'),
} as const;

/** Variables that no part inherits from the supervisor: each is given only what it needs. */
const WITHHELD = {
  PORT: undefined,
  HJEMMEL_LOG_PORT: undefined,
  HJEMMEL_LOG: undefined,
  HJEMMEL_POSTGRES_URL: undefined,
  HJEMMEL_POSTGRES_OWNER_URL: undefined,
  HJEMMEL_POSTGRES_API_URL: undefined,
  HJEMMEL_POSTGRES_WORKER_URL: undefined,
  HJEMMEL_POSTGRES_VAULT_URL: undefined,
  HJEMMEL_POSTGRES_ERASER_URL: undefined,
};

type Program = keyof typeof PROGRAMS;

/** Starts our own programs. Those of the first start load side by side, while what they need is being started. */
export class PartStarter {
  private readonly prepared = new Map<Program, PreparedChild>();

  constructor(
    private readonly configuration: Configuration,
    private readonly signal: AbortSignal,
  ) {}

  /** The one that takes longest comes first. */
  prepareAll(): void {
    const log: Program[] = this.configuration.log.kind === 'embedded' ? ['log'] : [];
    for (const name of ['api', ...log, 'migrate', 'worker'] as const) this.prepared.set(name, this.prepare(name));
  }

  /** Ends what was prepared and never let run. */
  async discardAll(): Promise<void> {
    await Promise.all([...this.prepared.values()].map((child) => child.discard()));
  }

  async log(): Promise<Started<string>> {
    const { log, data } = this.configuration;
    if (log.kind === 'server') {
      const { awaitLog } = await import('./log-elsewhere.js'); // a start with the embedded log does without the client
      await awaitLog(log.connectionString, this.signal);
      return { part: elsewhere('log', shownUrl(log.connectionString)), use: log.connectionString };
    }
    const folder = places(data).log;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const port = log.port === undefined ? {} : { HJEMMEL_LOG_PORT: String(log.port) };
    const child = await this.run('log', { HJEMMEL_LOG_FOLDER: folder, HJEMMEL_HOST: '127.0.0.1', ...port });
    const { connectionString } = child.info as { connectionString: string };
    return { part: fromChild(child, shownUrl(connectionString), this.outputOf('log')), use: connectionString };
  }

  async migrate(urls: RoleUrls): Promise<void> {
    const child = await this.run('migrate', { HJEMMEL_POSTGRES_OWNER_URL: urls.owner });
    const ending = await child.ended;
    if (ending.how !== 'exit code 0') throw new OperatorError(`migrate ${describeEnding(ending)} (see ${this.outputOf('migrate')})`);
  }

  async api(urls: RoleUrls, log: string): Promise<Part> {
    const { host, port, nationalIds, vaultKeys } = this.configuration;
    const postgres = { HJEMMEL_POSTGRES_API_URL: urls.api, HJEMMEL_POSTGRES_VAULT_URL: urls.vault };
    const env = { ...postgres, PORT: String(port), HJEMMEL_HOST: host, HJEMMEL_NATIONAL_IDS: nationalIds };
    return fromChild(
      await this.run('api', { ...this.common(log), ...vaultKeys, ...env }),
      apiUrl(this.configuration),
      this.outputOf('api'),
    );
  }

  async worker(urls: RoleUrls, log: string): Promise<Part> {
    // It opens what others sealed, and recognises nobody.
    const { HJEMMEL_VAULT_BLIND_INDEX_KEYS: _, ...vaultKeys } = this.configuration.vaultKeys;
    const env = { ...this.common(log), ...vaultKeys, HJEMMEL_POSTGRES_WORKER_URL: urls.worker, HJEMMEL_POSTGRES_ERASER_URL: urls.eraser };
    return fromChild(await this.run('worker', env), '', this.outputOf('worker'));
  }

  private common(log: string) {
    const { data } = this.configuration;
    return { HJEMMEL_LOG: log, HJEMMEL_SECRETS: places(data).secrets, HJEMMEL_DATA: data };
  }

  private outputOf(name: Program): string {
    return join(places(this.configuration.data).outputs, `${name}.log`);
  }

  private run(name: Program, env: Readonly<Record<string, string | undefined>>): Promise<Child> {
    const child = this.prepared.get(name) ?? this.prepare(name);
    this.prepared.delete(name);
    return child.run(env, this.signal);
  }

  private prepare(name: Program): PreparedChild {
    const { data } = this.configuration;
    return prepareChild({
      name,
      script: PROGRAMS[name],
      args: [belongsTo(data)],
      env: WITHHELD,
      logFile: this.outputOf(name),
      readyWithinMs: 120_000, // recovery of a large log, migrations, the first publication
      stopWithinMs: 20_000,
    });
  }
}

/** An argument that no part reads: it tells, in the list of processes, which data folder a process works for. */
export const belongsTo = (data: string): string => `--data=${data}`;

export const apiUrl = ({ host, port }: Configuration): string =>
  `http://${host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host}:${port}`;
