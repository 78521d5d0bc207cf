import { Decisions } from '@hjemmel/event-store';
import { unknownSubject } from './admissions';
import { ledger } from './decider';
import { ledgerOf } from './events';

/** Under whom a person's data is held. @throws Problem `unknown-data-subject` (404) */
export async function controllerOf(decisions: Decisions, subjectId: string): Promise<string> {
  const { state } = await decisions.load(ledger, ledgerOf(subjectId));
  if (!state.registered) throw unknownSubject();
  return state.standing.controller;
}
