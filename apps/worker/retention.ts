import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { Erasures } from '@hjemmel/contexts/retention/contract';
import { evolveNorms, KeepingNorms, keepingNormStreams, noNorms } from '@hjemmel/contexts/retention/due/norms';
import { lookAgain } from '@hjemmel/contexts/retention/look/keeping';
import { keepingOnLog } from '@hjemmel/contexts/retention/look/keeping-on-log';
import { keepingStore } from '@hjemmel/contexts/retention/read-models/keeping.store';
import { unfinishedRuns } from '@hjemmel/contexts/retention/read-models/unfinished-runs';
import { scheduledErasures } from '@hjemmel/contexts/retention/run/erasures';
import { BrokenOff, RunParts, runRetention } from '@hjemmel/contexts/retention/run/run';
import { defaultCron, isCron } from '@hjemmel/contexts/retention/schedule/last-due';
import { beganAt, wantedRuns } from '@hjemmel/contexts/retention/schedule/wanted-runs';
import { Decisions, EventLog, Followed } from '@hjemmel/event-store';
import { OperatorError, Settings, stderrLine } from '@hjemmel/host';
import { Clock, systemClock } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import { alone } from './advisory-lock';
import { JobQueue, openQueue } from './jobs';
import { KeysHeldInVault } from './keys-held';

const EVERY_MS = 5_000;
const QUEUE = 'retention-run';
/** Any number that nothing else in the database takes an advisory lock on. */
const LOCK = 4_711_203_612;

export interface RetentionOptions {
  readonly everyMs?: number;
  readonly clock?: Clock;
}

/**
 * Looks at what is held, and runs the retention by schedule (HJEMMEL_RETENTION_CRON, five fields in Europe/Oslo) and where a person asks for it. Of several
 * workers one does; a run that a process left behind is taken up by whoever looks next.
 */
export function startRetention(pool: Pool, log: EventLog, read: Settings, options: RetentionOptions = {}): { stop(): Promise<void> } {
  const { everyMs = EVERY_MS, clock = systemClock } = options;
  const cron = cronOf(read);
  const stopping = new AbortController();
  const unfinished = () => unfinishedRuns(pool);
  const began = beganAt(log);
  let opened: Opened | undefined;
  const round = async (): Promise<void> => {
    try {
      opened ??= await open(pool, log, clock, stopping.signal);
      const { parts, queue } = opened;
      await alone(pool, LOCK, async () => {
        const { norms, knownUpTo } = parts.norms();
        await lookAgain(parts.store, norms, knownUpTo, clock.now());
        const wanted = await wantedRuns({ decisions: parts.decisions, unfinished, began }, cron, clock.now());
        for (const runId of wanted) await queue.want(runId);
        if (!stopping.signal.aborted) await queue.work((runId) => runRetention(runId, parts));
      });
    } catch (error) {
      // What was not done is wanted still: the next round takes it up where it stands.
      if (!(error instanceof BrokenOff))
        stderrLine(`the retention could not be run now: ${error instanceof Error ? error.name : typeof error}`);
    }
  };
  let running = round();
  const timer = setInterval(() => {
    running = running.then(round);
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
      await opened?.close();
    },
  };
}

interface Opened {
  readonly parts: RunParts;
  readonly queue: JobQueue;
  close(): Promise<void>;
}

async function open(pool: Pool, log: EventLog, clock: Clock, signal: AbortSignal): Promise<Opened> {
  const followed = new Followed<KeepingNorms>(log, { streamPrefixes: keepingNormStreams }, noNorms, evolveNorms);
  const inForce = new InForceFromLog(log);
  await Promise.all([followed.ready(), inForce.ready()]);
  const queue = await openQueue(pool, QUEUE);
  const decisions = new Decisions(log);
  const keeping = keepingOnLog(log, () => followed.state);
  const erasures = new Erasures(decisions, { keys: new KeysHeldInVault(pool), norms: (at) => inForce.at(at), keeping });
  return {
    parts: {
      log,
      decisions,
      store: keepingStore(pool),
      erasures: scheduledErasures(erasures),
      norms: () => ({ norms: followed.state, knownUpTo: followed.position }),
      clock,
      signal,
    },
    queue,
    close: async () => {
      await queue.stop();
      await Promise.all([followed.close(), inForce.close()]);
    },
  };
}

/** @throws OperatorError where it is no such expression */
function cronOf(read: Settings): string {
  const cron = read.text('HJEMMEL_RETENTION_CRON', defaultCron);
  if (!isCron(cron)) throw new OperatorError('HJEMMEL_RETENTION_CRON must be a cron expression of five fields, such as "15 3 * * *"');
  return cron;
}
