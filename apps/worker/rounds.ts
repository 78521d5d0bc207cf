import { stderrLine } from '@hjemmel/host';

export interface Rounds {
  /** Settles when the round that is under way has ended; no other begins. */
  stop(): Promise<void>;
}

/**
 * Does a round at once and then every so often, one after the other. One that fails is told in a line without the error's text, which may quote personal
 * data, and ends nothing: what was not done is there for the next round.
 * @param what that could not be done now
 */
export function startRounds(what: string, everyMs: number, round: () => Promise<void>): Rounds {
  const guarded = async (): Promise<void> => {
    try {
      await round();
    } catch (error) {
      stderrLine(`${what} now: ${error instanceof Error ? error.name : typeof error}`);
    }
  };
  let running = guarded();
  const timer = setInterval(() => {
    running = running.then(guarded);
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
