import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, exists, OperatorError, readRuntime, reasonOf } from '@hjemmel/host';
import { EventLog, LogUnavailable, openEventLog } from '@hjemmel/event-store';
import { logIn } from './data-folder';

/** Where the log is, as the options of a command say it. */
export interface LogOptions {
  /** Connection string. */
  readonly log?: string;
  readonly data?: string;
}

interface Address {
  readonly connectionString: string;
  /** Who named it, for messages: the string itself may hold a password. */
  readonly from: string;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 10_000;

/**
 * Opens the log, sees to it that it answers, and closes it after use. The log is the one named with --log, that of the folder named with
 * --data, HJEMMEL_LOG, or that of the usual folder: of the instance that runs on it, or else its files, which are then served for the
 * time of the command.
 * @throws OperatorError where there is none, or it can't be reached
 */
export async function withLog<T>(options: LogOptions, use: (log: EventLog, end: bigint | undefined) => Promise<T>): Promise<T> {
  const address = await findLog(options);
  try {
    const log = opened(address);
    try {
      return await use(log, await answering(log.lastPosition()));
    } catch (error) {
      throw told(error, address);
    } finally {
      await log.close();
    }
  } finally {
    await address.close();
  }
}

async function findLog({ log, data }: LogOptions): Promise<Address> {
  if (log !== undefined) return elsewhere(log, '--log');
  const named = process.env['HJEMMEL_LOG'];
  if (named && data === undefined) return elsewhere(named, 'HJEMMEL_LOG');
  const folder = resolve(data ?? (process.env['HJEMMEL_DATA'] || 'data'));
  const runtime = (await exists(folder)) ? await readRuntime(folder) : undefined;
  if (runtime) return elsewhere(runtime.log, folder);
  if (await hasFiles(logIn(folder))) return served(logIn(folder));
  throw new OperatorError(`nothing runs on ${folder} and no log is in it: name one with --log esdb://…, or its data folder with --data`);
}

const elsewhere = (connectionString: string, from: string): Address => ({ connectionString, from, close: async () => undefined });

async function hasFiles(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw new OperatorError(`can't read ${folder}: ${reasonOf(error)}`);
  }
}

/** Nothing runs: the log's files are opened by this process, which locks them for as long. */
async function served(folder: string): Promise<Address> {
  const { startEmbeddedLog } = await import('@hjemmel/embedded-log/index.js');
  try {
    const log = await startEmbeddedLog({ folder });
    return { connectionString: log.connectionString, from: folder, close: () => log.close() };
  } catch (error) {
    throw new OperatorError(`can't open the log in ${folder}: ${reasonOf(error)}`);
  }
}

function opened({ connectionString, from }: Address): EventLog {
  try {
    return openEventLog(connectionString);
  } catch {
    throw new OperatorError(`${from} gives no connection string of a log (esdb://host:port?tls=false)`); // the client's message quotes it
  }
}

async function answering<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LogUnavailable('no answer in time')), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function told(error: unknown, { from }: Address): unknown {
  // What the server answered, by the name that the client gives it: access-denied, not-leader, …; `unknown` where nobody answered.
  const kind = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  if (error instanceof LogUnavailable || kind === 'unknown') return new OperatorError(`the log that ${from} names can't be reached`);
  return kind === undefined ? error : new OperatorError(`the log that ${from} names refused: ${kind}`);
}
