import { readModel } from '@hjemmel/projections/read-model';
import type { HoldPlaced, HoldReleased } from '../holds/events';

/** A legal hold, by which a release finds its target. */
export interface LegalHoldRow {
  readonly id: string;
  readonly subjectId: string | null;
  readonly customer: string | null;
  readonly document: string;
  readonly placedAt: string;
  readonly releasedAt: string | null;
}

export const legalHoldsModel = readModel<LegalHoldRow>('legal-holds', {
  version: 1,
  table: 'legal_holds',
  key: 'id',
  columns: {
    id: 'text',
    subjectId: 'text',
    customer: 'text',
    document: 'text',
    placedAt: 'timestamptz',
    releasedAt: 'timestamptz',
  },
})
  .on<HoldPlaced>(
    'HoldPlaced',
    ({ event }) => event.data.holdId,
    (_, { event: { data } }) => ({
      id: data.holdId,
      subjectId: 'subjectId' in data.on ? data.on.subjectId : null,
      customer: 'customer' in data.on ? data.on.customer : null,
      document: data.document,
      placedAt: data.placedAt,
      releasedAt: null,
    }),
  )
  .on<HoldReleased>(
    'HoldReleased',
    ({ event }) => event.data.holdId,
    (row, { event: { data } }) => row && { ...row, releasedAt: data.releasedAt },
  );
