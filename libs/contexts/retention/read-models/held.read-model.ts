import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/facts.contract';
import { keepingFacts } from '@hjemmel/contexts/data-subjects/facts.contract';
import { readModel, ReadModelBuilder } from '@hjemmel/projections/read-model';
import { evolveHeld, Held } from '../due/held';

/** What is held of one person, by the same fold as the ledger's: what the row says is over is looked up there before anything is erased. */
export interface HeldPersonRow {
  readonly subjectId: string;
  readonly held: Held;
  /** Of the last event that changed it: who keeps what follows from a row finds the rows that changed since. */
  readonly position: bigint;
}

const base: ReadModelBuilder<HeldPersonRow> = readModel<HeldPersonRow>('held', {
  version: 1,
  table: 'held',
  key: 'subjectId',
  columns: { subjectId: 'text', held: 'jsonb', position: 'bigint' },
  indexes: [['position', 'subject_id']],
});

export const held = keepingFacts.reduce(
  (model, type) =>
    model.on<LedgerEvent>(
      type,
      ({ event }) => event.data.subjectId,
      (row, recorded, subjectId) => ({ subjectId, held: evolveHeld(row?.held, recorded), position: recorded.position }),
    ),
  base,
);
