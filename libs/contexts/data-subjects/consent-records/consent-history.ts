import type { Statement } from '@hjemmel/admission';
import type { Recorded } from '@hjemmel/kernel';
import type { ConsentEvent } from '../consent.events';
import type { LedgerEvent } from '../events';

/** What a person's ledger says of consents. */
export interface ConsentHistory {
  readonly subjectId: string;
  readonly controller: string;
  /** Oldest first, each with the id of its event in the log. */
  readonly choices: readonly {
    readonly eventId: string;
    readonly event: ConsentEvent;
    readonly statement?: Pick<Statement, 'version' | 'hash'>;
  }[];
}

/** More than any person's ledger has; whoever is known longer is read with the auditor's program, which has no such bound. */
export const MAX_EVENTS = 100_000;

export class LedgerTooLong extends Error {}

/**
 * @returns undefined where the ledger registers nobody
 * @throws LedgerTooLong where it has more events than `max`
 */
export async function consentHistoryOf(ledger: AsyncIterable<Recorded>, max = MAX_EVENTS): Promise<ConsentHistory | undefined> {
  let person: Pick<ConsentHistory, 'subjectId' | 'controller'> | undefined;
  const choices: ConsentHistory['choices'][number][] = [];
  /** The statement that was in force, by the command that was admitted to keep evidence. */
  const statements = new Map<string, Pick<Statement, 'version' | 'hash'>>();
  let read = 0;
  for await (const { id: eventId, event: recorded, metadata } of ledger) {
    if (++read > max) throw new LedgerTooLong();
    const event = recorded as LedgerEvent;
    if (event.type === 'DataSubjectRegistered') person = { subjectId: event.data.subjectId, controller: event.data.controller };
    if (event.type === 'ProcessingAdmitted' && event.data.purpose === 'consent-evidence') {
      statements.set(event.data.commandId, event.data.statement);
    }
    if (!isChoice(event)) continue;
    const statement = statements.get(metadata.correlationId);
    choices.push({ eventId, event, ...(statement && { statement }) });
  }
  return person && { ...person, choices };
}

const isChoice = (event: LedgerEvent): event is ConsentEvent =>
  event.type === 'ConsentGiven' || event.type === 'ConsentRefused' || event.type === 'ConsentWithdrawn';
