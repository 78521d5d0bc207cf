import type { Disclosure, Standing } from '@hjemmel/admission';
import { categoriesOf } from '@hjemmel/admission/retention-classes';
import type { ConsentEvent } from './consent.events';
import type { DataErased, ErasedPart } from './erasure.events';
import type { DisclosureMade, LedgerEvent, LedgerSummarised, ProcessingAdmitted, ProcessingRefused } from './events';
import { changesKeeping } from './keeping.events';
import { withRelation, withRelationsEnded } from './relations.state';

/** What a ledger says of a person: the standing that the rules read, and what the last commands led to. */
export interface Ledger {
  readonly registered: boolean;
  readonly standing: Standing;
  readonly keys: readonly string[];
  /** By purpose: the last choice, and how many steps the last giving took. */
  readonly choices: Readonly<Record<string, { readonly consentId: string; readonly stepsToGive?: number }>>;
  /** Admissions to disclose that are not used yet. */
  readonly disclosable: Readonly<Record<string, Disclosure>>;
  /** What went to whom: one entry for each recipient, with all that it answered (GDPR art. 15(1)(c), 19). */
  readonly disclosures: readonly Disclosed[];
  /** What was erased, by the commands that did it; those of a retention are emptied by what is collected anew. */
  readonly erasures: readonly ErasedPart[];
  /** How many facts there were that change what is held, or until when. */
  readonly changes: number;
  /** Outcomes of the last commands by command id, newest last: a command that comes again finds what it led to. */
  readonly recent: ReadonlyMap<string, CommandOutcome>;
}

export interface Disclosed {
  readonly recipient: string;
  readonly fields: readonly string[];
  readonly receipts: readonly string[];
  /** Of the last one. */
  readonly madeAt: string;
}

export interface CommandOutcome {
  readonly admitted: readonly ProcessingAdmitted['data'][];
  readonly refused: readonly ProcessingRefused['data'][];
  readonly closed: readonly string[];
  /** The command changed the person's standing, by a withdrawal, a restriction, an objection or the like. */
  readonly settled: boolean;
}

/** Bounds the state of a person with a long ledger. A repeat that is older than this is answered from the idempotency table. */
const REMEMBERED_COMMANDS = 64;

export const unknownSubject: Ledger = {
  registered: false,
  standing: { controller: '', relations: [], consents: {}, restrictions: [], objections: [], periods: [], erased: false },
  keys: [],
  choices: {},
  disclosable: {},
  disclosures: [],
  erasures: [],
  changes: 0,
  recent: new Map(),
};

const nothing: CommandOutcome = { admitted: [], refused: [], closed: [], settled: false };

export const outcomeOf = (ledger: Ledger, commandId: string): CommandOutcome => ledger.recent.get(commandId) ?? nothing;

/** Version of this fold: it goes up with each change of what it makes of the events, so that older summaries are passed over. */
const FOLD = 3;

/** A ledger is read from its last summary on: so many events at most, whether it has ten or a hundred thousand. */
export const summary = {
  every: 256,
  of: (ledger: Ledger, stream: string): LedgerSummarised => ({
    type: 'LedgerSummarised',
    data: { subjectId: stream.slice(stream.indexOf('-') + 1), fold: FOLD, state: { ...ledger, recent: [...ledger.recent] } },
  }),
  from: ({ type, data }: LedgerEvent): Ledger | undefined => {
    if (type !== 'LedgerSummarised' || data.fold !== FOLD) return undefined;
    const { recent, ...state } = data.state as Omit<Ledger, 'recent'> & { readonly recent: readonly [string, CommandOutcome][] };
    return { ...state, recent: new Map(recent) };
  },
};

export function evolve(ledger: Ledger, event: LedgerEvent): Ledger {
  const next = evolved(ledger, event);
  return changesKeeping(event) ? { ...next, changes: ledger.changes + 1 } : next;
}

function evolved(ledger: Ledger, event: LedgerEvent): Ledger {
  switch (event.type) {
    case 'DataSubjectRegistered': {
      const { keys, controller, relations } = event.data;
      return standingOf({ ...ledger, registered: true, keys: keys.map(({ keyId }) => keyId) }, { controller, relations });
    }
    case 'RelationRecorded':
      return collectedAnew(standingOf(ledger, { relations: withRelation(ledger.standing.relations, event.data) }), 'everything');
    case 'KeysCommitted': {
      const keys = [...ledger.keys, ...event.data.keys.map(({ keyId }) => keyId)];
      return collectedAnew(
        { ...ledger, keys },
        event.data.keys.flatMap(({ retentionClass }) => categoriesOf(retentionClass)),
      );
    }
    case 'ProcessingAdmitted':
      return withOutcome(withDisclosable(ledger, event.data), event.data.commandId, (outcome) => ({
        ...outcome,
        admitted: [...outcome.admitted, event.data],
      }));
    case 'ProcessingRefused':
      return withOutcome(ledger, event.data.commandId, (outcome) => ({ ...outcome, refused: [...outcome.refused, event.data] }));
    case 'AdmissionClosed':
      return withOutcome(withoutDisclosable(ledger, event.data.admissionId), event.data.commandId, (outcome) => ({
        ...outcome,
        closed: [...outcome.closed, event.data.admissionId],
      }));
    case 'ConsentGiven':
    case 'ConsentRefused':
      return withChoice(ledger, event);
    case 'ConsentWithdrawn':
      return settled(withChoice(ledger, event), event.data);
    case 'DisclosureMade':
      return settled(withDisclosure(withoutDisclosable(ledger, event.data.admissionId), event.data), event.data);
    case 'DataErased':
      return settled(withErasure(ledger, event.data), event.data);
    default:
      return evolveStanding(ledger, event);
  }
}

/** What changes the person's standing by a command of its own. */
function evolveStanding(ledger: Ledger, event: Exclude<LedgerEvent, { readonly type: SaysOtherThings }>): Ledger {
  const { standing } = ledger;
  switch (event.type) {
    case 'RelationEnded':
      return settled(standingOf(ledger, { relations: withRelationsEnded(standing.relations, event.data) }), event.data);
    case 'ProcessingRestricted': {
      const { restrictionId, ground } = event.data;
      return settled(standingOf(ledger, { restrictions: [...standing.restrictions, { restrictionId, ground }] }), event.data);
    }
    case 'RestrictionLiftAnnounced': {
      const told = standing.restrictions.map((one) =>
        one.restrictionId === event.data.restrictionId ? { ...one, toldOfLifting: true as const } : one,
      );
      return settled(standingOf(ledger, { restrictions: told }), event.data);
    }
    case 'RestrictionLifted': {
      const left = standing.restrictions.filter(({ restrictionId }) => restrictionId !== event.data.restrictionId);
      return settled(standingOf(ledger, { restrictions: left }), event.data);
    }
    case 'ObjectionReceived': {
      const { objectionId, kind, purpose } = event.data;
      const objection = { objectionId, kind, purpose, state: kind === 'direct-marketing' ? 'upheld' : 'pending' } as const;
      return settled(standingOf(ledger, { objections: [...standing.objections, objection] }), event.data);
    }
    case 'ObjectionUpheld': {
      const upheld = standing.objections.map((one) =>
        one.objectionId === event.data.objectionId ? { ...one, state: 'upheld' as const } : one,
      );
      return settled(standingOf(ledger, { objections: upheld }), event.data);
    }
    case 'ObjectionOverruled':
    case 'ObjectionWithdrawn': {
      const left = standing.objections.filter(({ objectionId }) => objectionId !== event.data.objectionId);
      return settled(standingOf(ledger, { objections: left }), event.data);
    }
    case 'RetentionPeriodBegan': {
      const { trigger, customer, since } = event.data;
      const others = standing.periods.filter((period) => period.trigger !== trigger || period.customer !== customer);
      const period = { trigger, ...(customer !== undefined && { customer }), since };
      return settled(standingOf(ledger, { periods: [...others, period] }), event.data);
    }
    case 'LedgerSummarised':
    default:
      // A summary says what is known; a fact of a later version of this program stands in the log and says nothing to this one.
      return ledger;
  }
}

type SaysOtherThings =
  | 'DataSubjectRegistered'
  | 'RelationRecorded'
  | 'KeysCommitted'
  | 'ProcessingAdmitted'
  | 'ProcessingRefused'
  | 'AdmissionClosed'
  | 'DisclosureMade'
  | 'DataErased'
  | ConsentEvent['type'];

const standingOf = (ledger: Ledger, changes: Partial<Standing>): Ledger => ({ ...ledger, standing: { ...ledger.standing, ...changes } });

function withDisclosable(ledger: Ledger, { admissionId, recipient }: ProcessingAdmitted['data']): Ledger {
  return recipient ? { ...ledger, disclosable: { ...ledger.disclosable, [admissionId]: recipient } } : ledger;
}

function withoutDisclosable(ledger: Ledger, admissionId: string): Ledger {
  if (!Object.hasOwn(ledger.disclosable, admissionId)) return ledger;
  const { [admissionId]: _, ...disclosable } = ledger.disclosable;
  return { ...ledger, disclosable };
}

function withDisclosure(ledger: Ledger, { recipient, receipt, madeAt }: DisclosureMade['data']): Ledger {
  const before = ledger.disclosures.find((one) => one.recipient === recipient.id);
  const disclosed: Disclosed = {
    recipient: recipient.id,
    fields: [...new Set([...(before?.fields ?? []), ...recipient.fields])],
    receipts: [...new Set([...(before?.receipts ?? []), receipt])],
    madeAt,
  };
  return { ...ledger, disclosures: [...ledger.disclosures.filter((one) => one !== before), disclosed] };
}

function withErasure(ledger: Ledger, { commandId, because, categories, whole }: DataErased['data']): Ledger {
  const erased = withErasures(ledger, [...ledger.erasures, { commandId, because, categories }]);
  return whole ? standingOf(erased, { erased: true }) : erased;
}

/** What its retention had ended for may be kept anew; what the person had erased may not, nor anything of who is erased as a whole. */
function collectedAnew(ledger: Ledger, categories: readonly string[] | 'everything'): Ledger {
  if (!ledger.erasures.some(({ because }) => because === 'retention')) return ledger; // nearly everybody, on the path of every order
  const left = ledger.erasures.map((part) =>
    part.because === 'retention'
      ? { ...part, categories: categories === 'everything' ? [] : part.categories.filter((one) => !categories.includes(one)) }
      : part,
  );
  return withErasures(ledger, left);
}

const withErasures = (ledger: Ledger, erasures: readonly ErasedPart[]): Ledger =>
  standingOf({ ...ledger, erasures }, { erasedCategories: [...new Set(erasures.flatMap(({ categories }) => categories))] });

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

function withChoice(ledger: Ledger, event: ConsentEvent): Ledger {
  const { purpose, consentId } = event.data;
  const given = event.type === 'ConsentGiven';
  const stepsToGive = given ? event.data.steps : ledger.choices[purpose]?.stepsToGive;
  const choices = { ...ledger.choices, [purpose]: { consentId, ...(stepsToGive !== undefined && { stepsToGive }) } };
  return standingOf({ ...ledger, choices }, { consents: { ...ledger.standing.consents, [purpose]: consentOf(event) } });
}

function consentOf(event: ConsentEvent): Standing['consents'][string] {
  switch (event.type) {
    case 'ConsentGiven':
      return { state: 'given', wording: event.data.wording.hash, givenAt: event.data.givenAt };
    case 'ConsentRefused':
      return { state: 'refused' };
    case 'ConsentWithdrawn':
      return { state: 'withdrawn' };
  }
}
