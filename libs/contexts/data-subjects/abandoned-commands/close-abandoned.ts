import type { CommandContext, Decisions } from '@hjemmel/event-store';
import type { Clock } from '@hjemmel/kernel';
import type { OpenCommandRow } from './open-commands.read-model';
import { ledger } from '../decider';

/** A command runs for seconds at most, so one that is open for longer broke off: its process was killed between admission and fact. */
export const ABANDONED_AFTER_MS = 5 * 60_000;

/** Ends the fact's stream where the fact is not there, so that a late writer cannot add it any more; `false` where the fact is there. */
export type AbandonFact = (factStream: string, context: CommandContext) => Promise<boolean>;

/**
 * Closes the admissions of commands that broke off. The fact's stream is ended first: from then on the command cannot complete, and only
 * then are its admissions closed as unused. Doing it twice changes nothing.
 */
export async function closeAbandoned(
  rows: readonly OpenCommandRow[],
  parts: { readonly abandonFact: AbandonFact; readonly decisions: Decisions; readonly clock: Clock },
): Promise<number> {
  let closed = 0;
  for (const { commandId, factStream, subjects, admissions } of rows) {
    const context: CommandContext = { commandId, actor: { id: 'sweep', role: 'system' }, now: parts.clock.now() };
    if (!(await parts.abandonFact(factStream, context))) continue;
    for (const subjectId of subjects) {
      // Named one by one: the ledger of a person who orders often may have forgotten the command by now.
      const theirs = admissions.filter((admission) => admission.subjectId === subjectId).map(({ admissionId }) => admissionId);
      await parts.decisions.run(
        ledger,
        { type: 'CloseAdmissions', subjectId, commandId, admissions: theirs, because: 'abandoned' },
        context,
      );
    }
    closed++;
  }
  return closed;
}
