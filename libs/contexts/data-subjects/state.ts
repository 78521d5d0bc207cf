import type { Standing } from '@hjemmel/admission';
import type { LedgerEvent, ProcessingAdmitted, ProcessingRefused } from './events';

/** What a ledger says of a person: the standing that the rules read, and what the last commands led to. */
export interface Ledger {
  readonly registered: boolean;
  readonly standing: Standing;
  readonly keys: readonly string[];
  readonly consentIds: Readonly<Record<string, string>>;
  /** Outcomes of the last commands by command id, newest last: a command that comes again finds what it led to. */
  readonly recent: ReadonlyMap<string, CommandOutcome>;
}

export interface CommandOutcome {
  readonly admitted: readonly ProcessingAdmitted['data'][];
  readonly refused: readonly ProcessingRefused['data'][];
  readonly closed: readonly string[];
  /** The command changed the person's standing, by a withdrawal or a restriction. */
  readonly settled: boolean;
}

/** Bounds the state of a person with a long ledger. A repeat that is older than this is answered from the idempotency table. */
const REMEMBERED_COMMANDS = 64;

export const unknownSubject: Ledger = {
  registered: false,
  standing: { controller: '', relations: [], consents: {}, restrictions: [], objections: [], erased: false },
  keys: [],
  consentIds: {},
  recent: new Map(),
};

const nothing: CommandOutcome = { admitted: [], refused: [], closed: [], settled: false };

export const outcomeOf = (ledger: Ledger, commandId: string): CommandOutcome => ledger.recent.get(commandId) ?? nothing;

export function evolve(ledger: Ledger, event: LedgerEvent): Ledger {
  const { standing } = ledger;
  switch (event.type) {
    case 'DataSubjectRegistered':
      return {
        ...ledger,
        registered: true,
        keys: event.data.keys.map(({ keyId }) => keyId),
        standing: { ...standing, controller: event.data.controller, relations: event.data.relations },
      };
    case 'RelationRecorded': {
      const { customer, capacity } = event.data;
      return { ...ledger, standing: { ...standing, relations: [...standing.relations, { customer, capacity }] } };
    }
    case 'KeysCommitted':
      return { ...ledger, keys: [...ledger.keys, ...event.data.keys.map(({ keyId }) => keyId)] };
    case 'ProcessingAdmitted':
      return withOutcome(ledger, event.data.commandId, (outcome) => ({ ...outcome, admitted: [...outcome.admitted, event.data] }));
    case 'ProcessingRefused':
      return withOutcome(ledger, event.data.commandId, (outcome) => ({ ...outcome, refused: [...outcome.refused, event.data] }));
    case 'AdmissionClosed':
      return withOutcome(ledger, event.data.commandId, (outcome) => ({ ...outcome, closed: [...outcome.closed, event.data.admissionId] }));
    case 'ConsentGiven':
      return withConsent(ledger, event.data, { state: 'given', wording: event.data.wording.hash });
    case 'ConsentWithdrawn':
      return settled(withConsent(ledger, event.data, { state: 'withdrawn' }), event.data);
    case 'ProcessingRestricted': {
      const { restrictionId, ground } = event.data;
      const restrictions = [...standing.restrictions, { restrictionId, ground }];
      return settled({ ...ledger, standing: { ...standing, restrictions } }, event.data);
    }
    default:
      // A fact of a later version of this program: it stands in the log and says nothing to this one.
      return ledger;
  }
}

function withOutcome(ledger: Ledger, commandId: string, change: (outcome: CommandOutcome) => CommandOutcome): Ledger {
  const recent = new Map(ledger.recent);
  const changed = change(outcomeOf(ledger, commandId));
  recent.delete(commandId);
  recent.set(commandId, changed);
  if (recent.size > REMEMBERED_COMMANDS) recent.delete(recent.keys().next().value as string);
  return { ...ledger, recent };
}

const settled = (ledger: Ledger, { commandId }: { readonly commandId: string }): Ledger =>
  withOutcome(ledger, commandId, (outcome) => ({ ...outcome, settled: true }));

const withConsent = (
  ledger: Ledger,
  { purpose, consentId }: { readonly purpose: string; readonly consentId: string },
  consent: Standing['consents'][string],
): Ledger => ({
  ...ledger,
  consentIds: { ...ledger.consentIds, [purpose]: consentId },
  standing: { ...ledger.standing, consents: { ...ledger.standing.consents, [purpose]: consent } },
});
