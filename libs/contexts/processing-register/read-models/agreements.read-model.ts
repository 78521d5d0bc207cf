import { readModel } from '@hjemmel/projections/read-model';
import type { AgreementEvent } from '../agreements/events';

/** All that was agreed with one customer, in the order of the log: what is needed to say how it stood at any moment. */
export interface AgreementRow {
  readonly customer: string;
  readonly firstAt: string;
  readonly changes: readonly AgreementChange[];
}

export interface AgreementChange {
  readonly event: AgreementEvent;
  readonly at: string;
  /** Decimal, since JSON has no such numbers. */
  readonly position: string;
}

const types = ['ProcessingAgreementConcluded', 'InstructionGiven', 'InstructionWithdrawn', 'ProcessingAgreementEnded'] as const;

export const agreements = types.reduce(
  (model, type) =>
    model.on<AgreementEvent>(
      type,
      ({ event }) => event.data.customer,
      (row, { event, recordedAt, position }, customer) => ({
        customer,
        firstAt: row?.firstAt ?? recordedAt.toISOString(),
        changes: [...(row?.changes ?? []), { event, at: recordedAt.toISOString(), position: String(position) }],
      }),
    ),
  readModel<AgreementRow>('processing-agreements', {
    version: 1,
    table: 'processing_agreements',
    key: 'customer',
    columns: { customer: 'text', firstAt: 'timestamptz', changes: 'jsonb' },
  }),
);
