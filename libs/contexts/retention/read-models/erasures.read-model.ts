import type { Recorded } from '@hjemmel/kernel';
import { readModel, ReadModelBuilder } from '@hjemmel/projections/read-model';
import type { ErasureEvent } from '../erasure/events';
import { Erasure, ErasureStatus, evolveErasure, nextLook, noErasure, statusOf } from '../erasure/state';

/** An erasure as far as it has come. */
export interface ErasureRow {
  readonly id: string;
  readonly subjectId: string;
  readonly controller: string;
  readonly ground: string;
  readonly status: ErasureStatus;
  /** Of the first event. */
  readonly position: bigint;
  readonly receivedAt: string;
  /** Of the last thing that happened. */
  readonly changedAt: string;
  /** When it can go on; none where it waits for something to happen, or is at its end. */
  readonly dueAt: string | null;
  readonly waitsForCondition: boolean;
  /** Parts that are kept for the time being. */
  readonly deferred: number;
  /** What the events come to. */
  readonly state: Erasure;
}

const types = [
  'ErasureDecided',
  'ErasureDeferred',
  'ErasureResumed',
  'KeysDestroyed',
  'BlobsDeleted',
  'BlindIndexesRemoved',
  'TablesRescanned',
  'RecipientInformed',
  'RecipientsNotified',
  'BackupExpiryScheduled',
  'BackupExpiryReached',
  'ErasureCompleted',
] as const satisfies readonly ErasureEvent['type'][];

const base: ReadModelBuilder<ErasureRow> = readModel<ErasureRow>('erasures', {
  version: 1,
  table: 'erasures',
  key: 'id',
  columns: {
    id: 'text',
    subjectId: 'text',
    controller: 'text',
    ground: 'text',
    status: 'text',
    position: 'bigint',
    receivedAt: 'timestamptz',
    changedAt: 'timestamptz',
    dueAt: 'timestamptz',
    waitsForCondition: 'boolean',
    deferred: 'integer',
    state: 'jsonb',
  },
  indexes: [['position desc'], ['status', 'position desc'], ['due_at', 'id'], ['subject_id']],
});

/** The same fold as the decision's, so that what can go on here can go on there. */
export const erasures = types.reduce((model, type) => model.on<ErasureEvent>(type, ({ event }) => event.data.erasureId, folded), base);

function folded(row: ErasureRow | undefined, { event, position, recordedAt }: Recorded<ErasureEvent>, id: string): ErasureRow | undefined {
  const state = evolveErasure(row?.state ?? noErasure, event);
  if (!state.request) return undefined;
  const { dueAt, waitsForCondition } = nextLook(state);
  return {
    id,
    subjectId: state.subjectId,
    controller: state.controller,
    ground: state.request.ground,
    status: statusOf(state),
    position: row?.position ?? position,
    receivedAt: state.request.receivedAt,
    changedAt: recordedAt.toISOString(),
    dueAt: dueAt ?? null,
    waitsForCondition,
    deferred: state.deferred.length,
    state,
  };
}
