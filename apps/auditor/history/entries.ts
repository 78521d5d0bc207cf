import type { Ground } from '@hjemmel/admission';
import type {
  AdmissionClosed,
  ConsentGiven,
  ConsentRefused,
  ConsentWithdrawn,
  DisclosureMade,
  LedgerEvent,
  ObjectionOverruled,
  ObjectionReceived,
  ObjectionUpheld,
  ObjectionWithdrawn,
  PersonalDataRead,
  PersonalDataReadNarrowed,
  ProcessingRefused,
  RelationEnded,
  RestrictionLiftAnnounced,
  RestrictionLifted,
  RetentionPeriodBegan,
  DataErased,
} from '@hjemmel/contexts/data-subjects/events';
import type { RightsRequestEvent, RightsRequestReceived } from '@hjemmel/contexts/rights-requests/events';
import type { Actor, DomainEvent, Recorded } from '@hjemmel/kernel';

/** Where an entry stands in the log, when, and by whom. */
interface Place {
  /** Commit position; a text, since JSON knows no numbers of 64 bits. */
  readonly position: string;
  readonly stream: string;
  readonly revision: string;
  readonly eventId: string;
  readonly event: string;
  /** Instants, ISO 8601 in UTC: when the log took the event in, and when what it records was decided. */
  readonly recordedAt: string;
  readonly decidedAt: string;
  readonly actor: Actor;
}

/** The ground of a use as it was admitted, with `processingRole` for the capacity of the company (an actor has a role as well). */
type GroundOf = Omit<Ground, 'role'> & { readonly processingRole: Ground['role'] };

type Without<E extends { readonly data: object }, K extends PropertyKey> = Omit<E['data'], K | 'subjectId'>;

/** What a person's ledger says of relations and keys, without the commitments. */
interface Known {
  readonly relations: readonly { readonly customer: string; readonly capacity: string }[];
  readonly keys: readonly { readonly keyId: string; readonly retentionClass: string }[];
}

type Detail =
  | ({ readonly kind: 'registered'; readonly controller: string; readonly source: string } & Known)
  | { readonly kind: 'relation'; readonly customer: string; readonly capacity: string }
  | ({ readonly kind: 'keys' } & Pick<Known, 'keys'>)
  | ({
      readonly kind: 'admitted';
      readonly act: string;
      readonly admissionId: string;
      readonly commandId: string;
      /** Where what was admitted is recorded, and whether it is: an admission permits, it does not say that the use took place. */
      readonly fact?: { readonly stream: string; readonly recorded: boolean };
    } & GroundOf)
  | ({ readonly kind: 'refused' } & Without<ProcessingRefused, never>)
  | ({ readonly kind: 'closed' } & Without<AdmissionClosed, never>)
  | ({ readonly kind: 'consent-given' } & Without<ConsentGiven, never>)
  | ({ readonly kind: 'consent-refused' } & Without<ConsentRefused, never>)
  | ({ readonly kind: 'consent-withdrawn' } & Without<ConsentWithdrawn, never>)
  | ({ readonly kind: 'relation-ended' } & Without<RelationEnded, never>)
  | ({ readonly kind: 'disclosed' } & Without<DisclosureMade, never>)
  | {
      readonly kind: 'restricted';
      readonly restrictionId: string;
      readonly ground: string;
      readonly channel: string;
      readonly receivedAt: string;
    }
  | ({ readonly kind: 'lifting-announced' } & Without<RestrictionLiftAnnounced, never>)
  | ({ readonly kind: 'lifted' } & Without<RestrictionLifted, 'decidedAt'>)
  | ({ readonly kind: 'objected'; readonly objectionKind: ObjectionReceived['data']['kind'] } & Without<ObjectionReceived, 'kind'>)
  | ({ readonly kind: 'objection-upheld' } & Without<ObjectionUpheld, 'decidedAt'>)
  | ({ readonly kind: 'objection-overruled' } & Without<ObjectionOverruled, 'decidedAt'>)
  | ({ readonly kind: 'objection-withdrawn' } & Without<ObjectionWithdrawn, never>)
  | ({ readonly kind: 'period-began' } & Without<RetentionPeriodBegan, never>)
  | ({ readonly kind: 'erased' } & Without<DataErased, never>)
  /** Says nothing that the entries before it do not: for programs that read the ledger from there on. */
  | { readonly kind: 'summary'; readonly fold: number }
  | ({ readonly kind: 'read'; readonly readId: string; readonly query: string; readonly fields: readonly string[] } & GroundOf)
  | { readonly kind: 'withheld'; readonly readId: string; readonly query?: string; readonly rule: string; readonly legal: string }
  | ({ readonly kind: 'requested' } & Without<RightsRequestReceived, 'commandId' | 'recordedAt'>)
  | { readonly kind: 'request-abandoned'; readonly requestId: string }
  /** Of a later version of the program, or not of the shape that its type has: shown as what it is, never left out. */
  | { readonly kind: 'other' };

export type HistoryEntry = Place & Detail;
export type EntryOf<K extends HistoryEntry['kind']> = Extract<HistoryEntry, { kind: K }>;

/** The streams in which the facts of these admissions stand, mapped to the commands that recorded a fact there. */
export type Facts = ReadonlyMap<string, ReadonlySet<string>>;

/** What an event of the person's ledger says. */
export const ledgerEntry = (recorded: Recorded, facts: Facts): HistoryEntry =>
  entry(recorded, () => [ledgerDetail(recorded.event as LedgerEvent, facts)])[0]!;

/** What a record of reading says of this person: nothing, an entry for each ground on which fields were opened, and one for what was withheld. */
export const readingEntries = (recorded: Recorded, subjectId: string): HistoryEntry[] =>
  entry(recorded, () => readingDetails(recorded.event as PersonalDataRead | PersonalDataReadNarrowed, subjectId));

/** What an event of one of the person's rights requests says. */
export const requestEntry = (recorded: Recorded): HistoryEntry =>
  entry(recorded, () => [requestDetail(recorded.event as RightsRequestEvent)])[0]!;

/** An event that lacks what its type promises must not hide the others. */
function entry(recorded: Recorded, details: () => readonly Detail[]): HistoryEntry[] {
  const place = placeOf(recorded);
  try {
    return details().map((detail) => ({ ...place, ...detail, ...place })); // no field of an event takes the name of one of these
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [{ ...place, kind: 'other' }];
  }
}

function placeOf({ id, stream, revision, position, recordedAt, event, metadata }: Recorded<DomainEvent>): Place {
  return {
    position: String(position),
    recordedAt: recordedAt.toISOString(),
    decidedAt: metadata.decidedAt ?? recordedAt.toISOString(),
    actor: metadata.actor ?? { id: 'unknown', role: 'system' },
    event: event.type,
    stream,
    revision: String(revision),
    eventId: id,
  };
}

const keysOf = ({ keys }: { readonly keys: Known['keys'] }): Known['keys'] =>
  keys.map(({ keyId, retentionClass }) => ({ keyId, retentionClass }));

function ledgerDetail(event: LedgerEvent, facts: Facts): Detail {
  switch (event.type) {
    case 'DataSubjectRegistered':
      return {
        kind: 'registered',
        controller: event.data.controller,
        source: event.data.source,
        relations: event.data.relations,
        keys: keysOf(event.data),
      };
    case 'RelationRecorded':
      return { kind: 'relation', customer: event.data.customer, capacity: event.data.capacity };
    case 'KeysCommitted':
      return { kind: 'keys', keys: keysOf(event.data) };
    case 'ProcessingAdmitted': {
      const { subjectId: _, role, factStream, ...rest } = event.data;
      const fact =
        factStream === undefined ? {} : { fact: { stream: factStream, recorded: facts.get(factStream)?.has(rest.commandId) === true } };
      return { kind: 'admitted', ...rest, ...shaped(rest), processingRole: role, ...fact };
    }
    case 'ProcessingRefused':
      return { kind: 'refused', ...withoutSubject(event.data) };
    case 'AdmissionClosed':
      return { kind: 'closed', ...withoutSubject(event.data) };
    case 'ConsentGiven':
      return { kind: 'consent-given', ...withoutSubject(event.data) };
    case 'ConsentRefused':
      return { kind: 'consent-refused', ...withoutSubject(event.data) };
    case 'ConsentWithdrawn':
      return { kind: 'consent-withdrawn', ...withoutSubject(event.data) };
    case 'DisclosureMade': {
      const { recipient, ...rest } = withoutSubject(event.data);
      return { kind: 'disclosed', ...rest, recipient: { id: recipient.id, fields: [...recipient.fields] } };
    }
    case 'LedgerSummarised':
      return { kind: 'summary', fold: event.data.fold };
    default:
      return standingDetail(event);
  }
}

/** What changed the person's standing. */
function standingDetail(event: Exclude<LedgerEvent, { readonly type: SaysOtherThings }>): Detail {
  switch (event.type) {
    case 'RelationEnded':
      return { kind: 'relation-ended', ...withoutSubject(event.data) };
    case 'ProcessingRestricted': {
      const { restrictionId, ground, channel, receivedAt } = event.data;
      return { kind: 'restricted', restrictionId, ground, channel, receivedAt };
    }
    case 'RestrictionLiftAnnounced':
      return { kind: 'lifting-announced', ...withoutSubject(event.data) };
    case 'RestrictionLifted':
      return { kind: 'lifted', ...withoutSubject(event.data) };
    case 'ObjectionReceived': {
      const { kind: objectionKind, ...rest } = withoutSubject(event.data);
      return { kind: 'objected', objectionKind, ...rest };
    }
    case 'ObjectionUpheld':
      return { kind: 'objection-upheld', ...withoutSubject(event.data) };
    case 'ObjectionOverruled':
      return { kind: 'objection-overruled', ...withoutSubject(event.data) };
    case 'ObjectionWithdrawn':
      return { kind: 'objection-withdrawn', ...withoutSubject(event.data) };
    case 'RetentionPeriodBegan':
      return { kind: 'period-began', ...withoutSubject(event.data) };
    case 'DataErased':
      return { kind: 'erased', ...withoutSubject(event.data) };
    default:
      return { kind: 'other' };
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
  | 'ConsentGiven'
  | 'ConsentRefused'
  | 'ConsentWithdrawn'
  | 'LedgerSummarised';

function readingDetails(event: PersonalDataRead | PersonalDataReadNarrowed, subjectId: string): Detail[] {
  const { readId, withheld } = event.data;
  const query = event.type === 'PersonalDataRead' ? { query: event.data.query } : {};
  // A record says it once for each use that was asked for, without saying which: for the person that is the same thing.
  const rules = new Map(withheld.filter((person) => person.subjectId === subjectId).map(({ rule, legal }) => [rule, legal]));
  const kept = [...rules].map(([rule, legal]): Detail => ({ kind: 'withheld', readId, ...query, rule, legal }));
  return event.type === 'PersonalDataRead' ? [...openedDetails(event, subjectId), ...kept] : kept;
}

function openedDetails({ data: { readId, query, uses } }: PersonalDataRead, subjectId: string): Detail[] {
  return uses.flatMap(({ ground: { role, ...ground }, subjects }) =>
    subjects
      .filter((person) => person.subjectId === subjectId)
      .map(({ fields }): Detail => ({ kind: 'read', readId, query, fields, ...ground, ...shaped(ground), processingRole: role })),
  );
}

function requestDetail(event: RightsRequestEvent): Detail {
  switch (event.type) {
    case 'RightsRequestReceived': {
      const { commandId: _, recordedAt: _recordedAt, ...rest } = withoutSubject(event.data);
      return { kind: 'requested', ...rest };
    }
    case 'RightsRequestAbandoned':
      return { kind: 'request-abandoned', requestId: event.data.requestId };
    default:
      return { kind: 'other' };
  }
}

/** Fails where a ground lacks the parts that are shown of it. */
const shaped = ({ basis: { code, ...more }, statement: { version, hash } }: Pick<Ground, 'basis' | 'statement'>) => ({
  basis: { code, ...more },
  statement: { version, hash },
});

function withoutSubject<D extends { readonly subjectId: string }>({ subjectId: _, ...rest }: D): Omit<D, 'subjectId'> {
  return rest;
}
