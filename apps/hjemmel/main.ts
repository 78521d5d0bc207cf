import { DATA_LOCK, ensureWritableFolder, errorCode, isPortFree, lockFolder, OperatorError, runProgram } from '@hjemmel/host';
import { Configuration, readConfiguration, VAULT_KEYS } from './configuration';
import { Display, standardOutput } from './display';
import { Supervisor } from './supervisor';

/** One press of Ctrl-C under npm arrives twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 500;
const PARENT_CHECK_MS = 500;

runProgram(async () => {
  process.umask(0o077); // what is written under the data folder is its owner's alone
  const configuration = readConfiguration(process.env);
  for (const name of VAULT_KEYS) delete process.env[name];
  await ensureWritableFolder(configuration.data);
  const lock = await lockFolder(configuration.data, DATA_LOCK);
  try {
    await ensurePortsFree(configuration);
    const supervisor = new Supervisor(configuration, new Display(standardOutput));
    stopOnSignals(supervisor);
    process.exitCode = await supervisor.run();
  } finally {
    await lock.release();
  }
  process.exit();
});

async function ensurePortsFree({ host, port, log, postgres }: Configuration): Promise<void> {
  await ensurePortFree(port, host, 'set PORT to another one');
  if (log.kind === 'embedded' && log.port !== undefined) await ensurePortFree(log.port, '127.0.0.1', 'set HJEMMEL_LOG_PORT to another one');
  if (postgres.kind === 'embedded' && postgres.port !== undefined)
    await ensurePortFree(postgres.port, '127.0.0.1', 'set HJEMMEL_POSTGRES_PORT to another one');
}

async function ensurePortFree(port: number, host: string, remedy: string): Promise<void> {
  const free = await isPortFree(port, host).catch((error: unknown) => {
    throw new OperatorError(`can't listen on ${host}, port ${port}: ${errorCode(error) ?? 'unknown error'}`);
  });
  if (!free) throw new OperatorError(`port ${port} is in use: ${remedy}`);
}

function stopOnSignals(supervisor: Supervisor): void {
  let first: number | undefined;
  const asked = (): void => {
    first ??= performance.now();
    if (performance.now() - first < SAME_PRESS_MS) return supervisor.requestStop();
    supervisor.killAll();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  // A shell between npm and us may not pass signals on: when it goes, we go.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || supervisor.requestStop(), PARENT_CHECK_MS).unref();
}
