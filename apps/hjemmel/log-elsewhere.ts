import { EventLog, openEventLog } from '@hjemmel/event-store';
import { OperatorError, reasonOf } from '@hjemmel/host';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { shownUrl } from './configuration';

/** A server that was started a moment before us takes this long at most. */
const PATIENCE_MS = 30_000;
const BETWEEN_MS = 500;

/**
 * Waits until a log elsewhere answers, so that whoever starts us is told of the log when it does not, and not of a program that waits for it.
 * @throws OperatorError that names the log without its secrets, and the reason
 */
export async function awaitLog(connectionString: string, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<void> {
  // A timer of our own: an AbortSignal.timeout that only an AbortSignal.any holds may be collected before it fires.
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, patienceMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    await answered(connectionString, over.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

async function answered(connectionString: string, patience: AbortSignal): Promise<void> {
  const over = once(patience, 'abort').then((): Failure => ({ reason: 'no answer', mayPass: false }));
  let last: string | undefined;
  for (;;) {
    const failure = await Promise.race([ask(connectionString), over]);
    if (!failure) return;
    last = patience.aborted ? (last ?? failure.reason) : failure.reason;
    if (patience.aborted || !failure.mayPass) throw new OperatorError(`can't use the event log at ${shownUrl(connectionString)}: ${last}`);
    await Promise.race([after(BETWEEN_MS), over]);
  }
}

interface Failure {
  readonly reason: string;
  /** Whether a server that is still starting gives it too. */
  readonly mayPass: boolean;
}

async function ask(connectionString: string): Promise<Failure | undefined> {
  let log: EventLog | undefined;
  try {
    log = openEventLog(connectionString);
    await log.lastPosition();
    return undefined;
  } catch (error) {
    const unavailable = error instanceof Error && error.name === 'LogUnavailable';
    const reason = reasonOf(unavailable ? (error.cause ?? error) : error).split('\n', 1)[0] ?? '';
    return { reason: reason.replace(/\s*Resolution note:\s*$/, ''), mayPass: unavailable || reason.startsWith('Failed to discover') };
  } finally {
    await log?.close();
  }
}
