import { readModel } from '@hjemmel/projections/read-model';
import type { PrivacyStatementPresented } from '../presentation';

/** Who was shown which version, where and when. */
export interface PresentationRow {
  readonly presentationId: string;
  readonly version: string;
  readonly hash: string;
  readonly locale: string;
  readonly surface: string;
  readonly subjectId: string | null;
  readonly session: string | null;
  readonly admission: string | null;
  readonly presentedAt: string;
  readonly position: bigint;
}

export const presentations = readModel<PresentationRow>('statement-presentations', {
  version: 1,
  table: 'statement_presentations',
  key: 'presentationId',
  columns: {
    presentationId: 'text',
    version: 'text',
    hash: 'text',
    locale: 'text',
    surface: 'text',
    subjectId: 'text',
    session: 'text',
    admission: 'text',
    presentedAt: 'timestamptz',
    position: 'bigint',
  },
  indexes: [
    ['version', 'position desc'],
    ['subject_id', 'position desc'],
  ],
}).on<PrivacyStatementPresented>(
  'PrivacyStatementPresented',
  ({ event }) => event.data.presentationId,
  (_, { event: { data }, position }) => ({
    presentationId: data.presentationId,
    version: data.version,
    hash: data.hash,
    locale: data.locale,
    surface: data.surface,
    subjectId: data.to.kind === 'data-subject' ? data.to.subjectId : null,
    session: data.to.kind === 'session' ? data.to.session : null,
    admission: data.to.kind === 'data-subject' ? data.to.admission : null,
    presentedAt: data.presentedAt,
    position,
  }),
);
