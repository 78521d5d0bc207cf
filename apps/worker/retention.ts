import type { KeysHeld } from '@hjemmel/contexts/retention/contract';
import { Erasures, erasuresForRetention } from '@hjemmel/contexts/retention/contract';
import type { EraserParts } from '@hjemmel/contexts/retention/erasure/parts';
import { lookAgain } from '@hjemmel/contexts/retention/look/keeping';
import { keepingStore } from '@hjemmel/contexts/retention/read-models/keeping.store';
import { unfinishedRuns } from '@hjemmel/contexts/retention/read-models/unfinished-runs';
import { BrokenOff, RunParts, runRetention } from '@hjemmel/contexts/retention/run/run';
import { defaultCron, isCron } from '@hjemmel/contexts/retention/schedule/last-due';
import { beganAt, wantedRuns } from '@hjemmel/contexts/retention/schedule/wanted-runs';
import { Decisions, EventLog } from '@hjemmel/event-store';
import { OperatorError, Settings } from '@hjemmel/host';
import { Clock, systemClock } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import { alone } from './advisory-lock';
import { JobQueue, openQueue } from './jobs';
import type { Keeping } from './keeping';
import { startRounds } from './rounds';

const EVERY_MS = 5_000;
const QUEUE = 'retention-run';
/** Any number that nothing else in the database takes an advisory lock on. */
const LOCK = 4_711_203_612;

export interface RetentionParts extends Pick<EraserParts, 'norms'> {
  readonly pool: Pool;
  readonly log: EventLog;
  /** Which keys of a person there are. */
  readonly keys: KeysHeld;
  readonly keeping: Keeping;
}

export interface RetentionOptions {
  readonly everyMs?: number;
  readonly clock?: Clock;
}

/**
 * Looks at what is held, and runs the retention by schedule (HJEMMEL_RETENTION_CRON, five fields in Europe/Oslo) and where a person asks for it. Of several
 * workers one does; a run that a process left behind is taken up by whoever looks next.
 */
export function startRetention(of: RetentionParts, read: Settings, options: RetentionOptions = {}): { stop(): Promise<void> } {
  const { pool, log } = of;
  const { everyMs = EVERY_MS, clock = systemClock } = options;
  const cron = cronOf(read);
  const stopping = new AbortController();
  const unfinished = () => unfinishedRuns(pool);
  const began = beganAt(log);
  let opened: Opened | undefined;
  const look = async (): Promise<void> => {
    opened ??= await open(of, clock, stopping.signal);
    const { parts, queue } = opened;
    await alone(pool, LOCK, async () => {
      const { norms, knownUpTo } = parts.norms();
      await lookAgain(parts.store, norms, knownUpTo, clock.now(), stopping.signal);
      const wanted = await wantedRuns({ decisions: parts.decisions, unfinished, began }, cron, clock.now());
      for (const runId of wanted) await queue.want(runId);
      if (!stopping.signal.aborted) await queue.work((runId) => runRetention(runId, parts));
    });
  };
  const rounds = startRounds('the retention could not be run', everyMs, () =>
    look().catch((error: unknown) => {
      if (!(error instanceof BrokenOff)) throw error; // one that broke off because this process stops is no fault
    }),
  );
  return {
    stop: async () => {
      stopping.abort();
      await rounds.stop();
      await opened?.queue.stop();
    },
  };
}

interface Opened {
  readonly parts: RunParts;
  readonly queue: JobQueue;
}

async function open({ pool, log, keys, norms, keeping }: RetentionParts, clock: Clock, signal: AbortSignal): Promise<Opened> {
  const queue = await openQueue(pool, QUEUE);
  const decisions = new Decisions(log);
  const erasures = new Erasures(decisions, { keys, norms, keeping: keeping.of });
  return {
    parts: {
      log,
      decisions,
      store: keepingStore(pool),
      erasures: erasuresForRetention(erasures),
      norms: () => keeping.norms(),
      clock,
      signal,
    },
    queue,
  };
}

/** @throws OperatorError where it is no such expression */
function cronOf(read: Settings): string {
  const cron = read.text('HJEMMEL_RETENTION_CRON', defaultCron);
  if (!isCron(cron)) throw new OperatorError('HJEMMEL_RETENTION_CRON must be a cron expression of five fields, such as "15 3 * * *"');
  return cron;
}
