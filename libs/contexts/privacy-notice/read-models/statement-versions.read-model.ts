import { readModel } from '@hjemmel/projections/read-model';
import type { PrivacyStatementPublished } from '../events';
import type { StatementVersion } from '../statements';

export const statementVersions = readModel<StatementVersion>('statement-versions', {
  version: 1,
  table: 'statement_versions',
  key: 'version',
  columns: {
    version: 'text',
    effectiveFrom: 'timestamptz',
    publishedAt: 'timestamptz',
    recordedAt: 'timestamptz',
    position: 'bigint',
    reason: 'text',
    approvedBy: 'text',
    proposedBy: 'text',
    classification: 'jsonb',
    additions: 'jsonb',
    texts: 'jsonb',
  },
  indexes: [['effective_from']],
}).on<PrivacyStatementPublished>(
  'PrivacyStatementPublished',
  ({ event }) => event.data.version,
  (_, { event: { data }, recordedAt, position }) => ({
    version: data.version,
    effectiveFrom: data.effectiveFrom,
    publishedAt: data.publishedAt,
    recordedAt: recordedAt.toISOString(),
    position,
    reason: data.reason,
    approvedBy: data.approvedBy.id,
    proposedBy: data.proposedBy ?? null,
    classification: data.classification ?? null,
    additions: data.additions ?? [],
    texts: data.texts,
  }),
);
