import type { Capacity } from '@hjemmel/admission';
import type { OrderPlaced } from '@hjemmel/contexts/orders/contract';
import { orderStream } from '@hjemmel/contexts/orders/contract';
import type { Recorded } from '@hjemmel/kernel';
import { readModel } from '@hjemmel/projections/read-model';
import type {
  ConsentGiven,
  ConsentWithdrawn,
  DataSubjectRegistered,
  ProcessingAdmitted,
  ProcessingRefused,
  ProcessingRestricted,
  RelationRecorded,
} from '../events';

/** A person under one controller: what may be done with their data now, and how often it was. */
export interface DataSubjectRow {
  readonly subjectId: string;
  readonly controller: string;
  readonly source: string;
  readonly registeredAt: string;
  readonly relations: readonly { readonly customer: string; readonly capacity: Capacity }[];
  readonly consents: readonly ConsentRow[];
  readonly restrictions: readonly { readonly ground: string; readonly since: string }[];
  readonly admitted: number;
  readonly refused: number;
  readonly lastUseAt: string | null;
  /** Where the person's name and e-mail stand, sealed. */
  readonly name: PlacedField | null;
  readonly email: PlacedField | null;
}

export interface ConsentRow {
  readonly purpose: string;
  readonly state: 'given' | 'withdrawn';
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
  version: 1,
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
    admitted: 0,
    refused: 0,
    lastUseAt: null,
    name: null,
    email: null,
  }))
  .on<RelationRecorded>('RelationRecorded', bySubject, (row, { event: { data } }) =>
    known(row, (present) => ({ ...present, relations: [...present.relations, { customer: data.customer, capacity: data.capacity }] })),
  )
  .on<ProcessingAdmitted>('ProcessingAdmitted', bySubject, (row, { metadata }) =>
    known(row, (present) => ({ ...present, admitted: present.admitted + 1, lastUseAt: metadata.decidedAt })),
  )
  .on<ProcessingRefused>('ProcessingRefused', bySubject, (row) => known(row, (present) => ({ ...present, refused: present.refused + 1 })))
  .on<ConsentGiven>('ConsentGiven', bySubject, (row, { event: { data } }) => known(row, withConsent(data.purpose, 'given', data.givenAt)))
  .on<ConsentWithdrawn>('ConsentWithdrawn', bySubject, (row, { event: { data } }) =>
    known(row, withConsent(data.purpose, 'withdrawn', data.withdrawnAt)),
  )
  .on<ProcessingRestricted>('ProcessingRestricted', bySubject, (row, { event: { data }, recordedAt }) =>
    known(row, (present) => ({
      ...present,
      restrictions: [...present.restrictions, { ground: data.ground, since: recordedAt.toISOString() }],
    })),
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
