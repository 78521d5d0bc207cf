import { readModel } from '@hjemmel/projections/read-model';
import type { RightsRequestReceived } from '../events';

/** A request of a person, with the day by which it must be answered. */
export interface RightsRequestRow {
  readonly requestId: string;
  readonly right: string;
  readonly subjectId: string;
  readonly controller: string;
  readonly handling: string;
  readonly channel: string;
  readonly status: string;
  readonly receivedAt: string;
  readonly recordedAt: string;
  /** Days, YYYY-MM-DD, in Europe/Oslo: the statement's, the law's, and the earlier one. */
  readonly promise: string;
  readonly law: string;
  readonly due: string;
  readonly dueInstant: string;
}

export const rightsRequestsModel = readModel<RightsRequestRow>('rights-requests', {
  version: 1,
  table: 'rights_requests',
  key: 'requestId',
  columns: {
    requestId: 'text',
    right: 'text',
    subjectId: 'text',
    controller: 'text',
    handling: 'text',
    channel: 'text',
    status: 'text',
    receivedAt: 'timestamptz',
    recordedAt: 'timestamptz',
    promise: 'text',
    law: 'text',
    due: 'text',
    dueInstant: 'timestamptz',
  },
  indexes: [
    ['due', 'request_id'],
    ['subject_id', 'due'],
  ],
}).on<RightsRequestReceived>(
  'RightsRequestReceived',
  ({ event }) => event.data.requestId,
  (_, { event: { data } }) => ({
    requestId: data.requestId,
    right: data.right,
    subjectId: data.subjectId,
    controller: data.controller,
    handling: data.handling,
    channel: data.channel,
    status: 'received',
    receivedAt: data.receivedAt,
    recordedAt: data.recordedAt,
    promise: data.deadlines.promise,
    law: data.deadlines.law,
    due: data.deadlines.due,
    dueInstant: data.deadlines.dueInstant,
  }),
);
