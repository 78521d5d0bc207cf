import type { Capacity } from '@hjemmel/admission';
import type { OrderPlaced } from '@hjemmel/contexts/orders/contract';
import { orderStream } from '@hjemmel/contexts/orders/contract';
import type { Recorded } from '@hjemmel/kernel';
import { readModel } from '@hjemmel/projections/read-model';
import type {
  ConsentGiven,
  ConsentRefused,
  ConsentWithdrawn,
  DataSubjectRegistered,
  DisclosureMade,
  ObjectionKind,
  ObjectionOverruled,
  ObjectionReceived,
  ObjectionUpheld,
  ObjectionWithdrawn,
  ProcessingAdmitted,
  ProcessingRefused,
  ProcessingRestricted,
  RelationEnded,
  RelationRecorded,
  RestrictionGround,
  RestrictionLiftAnnounced,
  RestrictionLifted,
} from '../events';
import { withRelation, withRelationsEnded } from '../relations.state';

/** A person under one controller: what may be done with their data now, and how often it was. */
export interface DataSubjectRow {
  readonly subjectId: string;
  readonly controller: string;
  readonly source: string;
  readonly registeredAt: string;
  readonly relations: readonly { readonly customer: string; readonly capacity: Capacity; readonly endedAt?: string }[];
  readonly consents: readonly ConsentRow[];
  readonly restrictions: readonly RestrictionRow[];
  readonly objections: readonly ObjectionRow[];
  /** By recipient: how often something went there, and when last. */
  readonly disclosures: readonly { readonly recipient: string; readonly times: number; readonly lastAt: string }[];
  readonly admitted: number;
  readonly refused: number;
  readonly lastUseAt: string | null;
  /** Where the person's name and e-mail stand, sealed. */
  readonly name: PlacedField | null;
  readonly email: PlacedField | null;
}

export interface ConsentRow {
  readonly purpose: string;
  readonly state: 'given' | 'refused' | 'withdrawn';
  readonly since: string;
}

export interface RestrictionRow {
  readonly restrictionId: string;
  readonly ground: RestrictionGround;
  readonly since: string;
  /** The person was told that it will be lifted. */
  readonly toldOfLifting: boolean;
}

export interface ObjectionRow {
  readonly objectionId: string;
  readonly kind: ObjectionKind;
  readonly purpose: string;
  /** Against direct marketing it is upheld by law, without a decision. */
  readonly state: 'pending' | 'upheld' | 'overruled' | 'withdrawn';
  readonly since: string;
}

/** A sealed field with the place to which its cipher is bound. */
export interface PlacedField {
  readonly $sealed: string;
  readonly eventId: string;
  readonly stream: string;
  readonly path: string;
}

const bySubject = ({ event }: Recorded<{ type: string; data: { subjectId: string } }>): string => event.data.subjectId;

/** The ledger says who somebody is before anything else is said of them; a fact without one leaves no row. */
const known = (row: DataSubjectRow | undefined, change: (row: DataSubjectRow) => DataSubjectRow): DataSubjectRow | undefined =>
  row && change(row);

export const dataSubjects = readModel<DataSubjectRow>('data-subjects', {
  version: 3,
  table: 'data_subjects',
  key: 'subjectId',
  columns: {
    subjectId: 'text',
    controller: 'text',
    source: 'text',
    registeredAt: 'timestamptz',
    relations: 'jsonb',
    consents: 'jsonb',
    restrictions: 'jsonb',
    objections: 'jsonb',
    disclosures: 'jsonb',
    admitted: 'integer',
    refused: 'integer',
    lastUseAt: 'timestamptz',
    name: 'jsonb',
    email: 'jsonb',
  },
})
  .on<DataSubjectRegistered>('DataSubjectRegistered', bySubject, (_, { event: { data }, recordedAt }) => ({
    subjectId: data.subjectId,
    controller: data.controller,
    source: data.source,
    registeredAt: recordedAt.toISOString(),
    relations: data.relations,
    consents: [],
    restrictions: [],
    objections: [],
    disclosures: [],
    admitted: 0,
    refused: 0,
    lastUseAt: null,
    name: null,
    email: null,
  }))
  .on<RelationRecorded>('RelationRecorded', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({ ...present, relations: withRelation(present.relations, data) })),
  )
  .on<RelationEnded>('RelationEnded', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({ ...present, relations: withRelationsEnded(present.relations, data) })),
  )
  .on<ProcessingAdmitted>('ProcessingAdmitted', bySubject, (row, { metadata }) =>
    known(row, (present) => ({ ...present, admitted: present.admitted + 1, lastUseAt: metadata.decidedAt })),
  )
  .on<ProcessingRefused>('ProcessingRefused', bySubject, (row) => known(row, (present) => ({ ...present, refused: present.refused + 1 })))
  .on<ConsentGiven>('ConsentGiven', bySubject, (row, { event: { data } }) => known(row, withConsent(data.purpose, 'given', data.givenAt)))
  .on<ConsentRefused>('ConsentRefused', bySubject, (row, { event: { data } }) =>
    known(row, withConsent(data.purpose, 'refused', data.refusedAt)),
  )
  .on<ConsentWithdrawn>('ConsentWithdrawn', bySubject, (row, { event: { data } }) =>
    known(row, withConsent(data.purpose, 'withdrawn', data.withdrawnAt)),
  )
  .on<ProcessingRestricted>('ProcessingRestricted', bySubject, (row, { event: { data }, recordedAt }) =>
    known(row, (present) => ({ ...present, restrictions: [...present.restrictions, restrictionOf(data, recordedAt)] })),
  )
  .on<RestrictionLiftAnnounced>('RestrictionLiftAnnounced', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({
      ...present,
      restrictions: present.restrictions.map((one) => (one.restrictionId === data.restrictionId ? { ...one, toldOfLifting: true } : one)),
    })),
  )
  .on<RestrictionLifted>('RestrictionLifted', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({
      ...present,
      restrictions: present.restrictions.filter(({ restrictionId }) => restrictionId !== data.restrictionId),
    })),
  )
  .on<ObjectionReceived>('ObjectionReceived', bySubject, (row, { event: { data }, recordedAt }) =>
    known(row, (present) => ({ ...present, objections: [...present.objections, objectionOf(data, recordedAt)] })),
  )
  .on<ObjectionUpheld>('ObjectionUpheld', bySubject, (row, { event: { data } }) => known(row, withObjection(data.objectionId, 'upheld')))
  .on<ObjectionOverruled>('ObjectionOverruled', bySubject, (row, { event: { data } }) =>
    known(row, withObjection(data.objectionId, 'overruled')),
  )
  .on<ObjectionWithdrawn>('ObjectionWithdrawn', bySubject, (row, { event: { data } }) =>
    known(row, withObjection(data.objectionId, 'withdrawn')),
  )
  .on<DisclosureMade>('DisclosureMade', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({ ...present, disclosures: withDisclosure(present, data) })),
  )
  .on<OrderPlaced>(
    'OrderPlaced',
    ({ event }) => [event.data.contact.subjectId, ...event.data.cardHolders.map(({ subjectId }) => subjectId)],
    (row, recorded, subjectId) => known(row, (present) => ({ ...present, ...latestFields(recorded, subjectId) })),
  );

const withConsent =
  (purpose: string, state: ConsentRow['state'], since: string) =>
  (row: DataSubjectRow): DataSubjectRow => ({
    ...row,
    consents: [...row.consents.filter((consent) => consent.purpose !== purpose), { purpose, state, since }],
  });

const restrictionOf = ({ restrictionId, ground }: ProcessingRestricted['data'], recordedAt: Date): RestrictionRow => ({
  restrictionId,
  ground,
  since: recordedAt.toISOString(),
  toldOfLifting: false,
});

const objectionOf = ({ objectionId, kind, purpose }: ObjectionReceived['data'], recordedAt: Date): ObjectionRow => ({
  objectionId,
  kind,
  purpose,
  state: kind === 'direct-marketing' ? 'upheld' : 'pending',
  since: recordedAt.toISOString(),
});

const withObjection =
  (objectionId: string, state: ObjectionRow['state']) =>
  (row: DataSubjectRow): DataSubjectRow => ({
    ...row,
    objections: row.objections.map((one) => (one.objectionId === objectionId ? { ...one, state } : one)),
  });

function withDisclosure({ disclosures }: DataSubjectRow, { recipient, madeAt }: DisclosureMade['data']): DataSubjectRow['disclosures'] {
  const times = disclosures.find((one) => one.recipient === recipient.id)?.times ?? 0;
  return [...disclosures.filter((one) => one.recipient !== recipient.id), { recipient: recipient.id, times: times + 1, lastAt: madeAt }];
}

/** The newest order says how the person is called now. */
function latestFields({ id, event: { data } }: Recorded<OrderPlaced>, subjectId: string): Partial<DataSubjectRow> {
  const placed = (path: string, { $sealed }: { $sealed: string }): PlacedField => ({
    $sealed,
    eventId: id,
    stream: orderStream(data.orderId),
    path,
  });
  if (subjectId === data.contact.subjectId) {
    return { name: placed('contact.name', data.contact.name), email: placed('contact.email', data.contact.email) };
  }
  const line = data.cardHolders.findIndex((holder) => holder.subjectId === subjectId);
  return { name: placed(`cardHolders.${line}.name`, data.cardHolders[line]!.name) };
}
