import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeSecretFile } from './files';
import { lockHolder } from './lock';

/** Name of the lock that an instance holds on its data folder. */
export const DATA_LOCK = 'data';
const FILE = 'runtime.json';

/** Where the parts of a running instance are. It stands in `runtime.json` in the data folder (mode 600). */
export interface Runtime {
  readonly version: 1;
  /** Instant at which it was ready, ISO 8601 in UTC. */
  readonly readySince: string;
  readonly apiUrl: string;
  /** Connection string of the log; that of a cluster may hold a password. */
  readonly log: string;
  /** Folder of the embedded log, where there is one. */
  readonly logFolder?: string;
  /** Host and port of the embedded Postgres, where there is one. */
  readonly postgres?: string;
  /** Folder of the secret files. */
  readonly secrets: string;
  /** Process ids by part: `hjemmel` is the supervisor. */
  readonly pids: Readonly<Record<string, number>>;
}

export const writeRuntime = (data: string, runtime: Runtime): Promise<void> =>
  writeSecretFile(join(data, FILE), `${JSON.stringify(runtime, undefined, 2)}\n`);

export const removeRuntime = (data: string): Promise<void> => rm(join(data, FILE), { force: true });

/** What the last instance left, whether it runs or not. */
export async function readLastRuntime(data: string): Promise<Runtime | undefined> {
  const text = await readIfThere(join(data, FILE));
  return text === undefined ? undefined : (JSON.parse(text) as Runtime);
}

/** The instance that runs on the data folder now; undefined where none does (also where one was killed and left its file). */
export async function readRuntime(data: string): Promise<Runtime | undefined> {
  const runtime = await readLastRuntime(data);
  return runtime && (await lockHolder(data, DATA_LOCK)) === runtime.pids['hjemmel'] ? runtime : undefined;
}
