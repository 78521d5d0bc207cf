import { readModel } from '@hjemmel/projections/read-model';
import type { ProcessingRefused } from '../events';

/** A use that was asked for and refused: by which rule, under which article. */
export interface RefusalRow {
  readonly refusalId: string;
  readonly subjectId: string;
  readonly act: string;
  readonly activity: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly rule: string;
  readonly legal: string;
  readonly statementVersion: string | null;
  readonly refusedAt: string;
  readonly actor: string;
  readonly role: string;
  readonly position: bigint;
}

export const refusals = readModel<RefusalRow>('refusals', {
  version: 1,
  table: 'refusals',
  key: 'refusalId',
  columns: {
    refusalId: 'text',
    subjectId: 'text',
    act: 'text',
    activity: 'text',
    purpose: 'text',
    categories: 'text[]',
    rule: 'text',
    legal: 'text',
    statementVersion: 'text',
    refusedAt: 'timestamptz',
    actor: 'text',
    role: 'text',
    position: 'bigint',
  },
  indexes: [['position desc'], ['subject_id', 'position desc'], ['rule', 'position desc']],
}).on<ProcessingRefused>(
  'ProcessingRefused',
  ({ event }) => event.data.refusalId,
  (_, { event: { data }, metadata, position }) => ({
    refusalId: data.refusalId,
    subjectId: data.subjectId,
    act: data.act,
    activity: data.activity,
    purpose: data.purpose,
    categories: data.categories,
    rule: data.rule,
    legal: data.legal,
    statementVersion: data.statement?.version ?? null,
    refusedAt: metadata.decidedAt,
    actor: metadata.actor.id,
    role: metadata.actor.role,
    position,
  }),
);
