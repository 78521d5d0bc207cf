import type { OrderPlaced, PhotoStored } from '@hjemmel/contexts/orders/contract';
import type { RightsRequestReceived } from '@hjemmel/contexts/rights-requests/contract';
import { readModel } from '@hjemmel/projections/read-model';
import { isUsedAtOnce } from '../admitting.decisions';
import type { AdmissionClosed, ProcessingAdmitted } from '../events';

/** A command that was admitted and has not yet led to its fact: normally for milliseconds. */
export interface OpenCommandRow {
  readonly commandId: string;
  readonly factStream: string;
  readonly subjects: readonly string[];
  /** Those that are closed when the command broke off. */
  readonly admissions: readonly { readonly subjectId: string; readonly admissionId: string }[];
  readonly admittedAt: string;
}

export const openCommands = readModel<OpenCommandRow>('open-commands', {
  version: 3,
  table: 'open_commands',
  key: 'commandId',
  columns: { commandId: 'text', factStream: 'text', subjects: 'jsonb', admissions: 'jsonb', admittedAt: 'timestamptz' },
  indexes: [['admitted_at']],
})
  .on<ProcessingAdmitted>(
    'ProcessingAdmitted',
    ({ event: { data } }) => (data.factStream === undefined || isUsedAtOnce(data.purpose) ? [] : data.commandId),
    (row, { event: { data }, metadata }) => ({
      commandId: data.commandId,
      factStream: data.factStream!,
      subjects: [...new Set([...(row?.subjects ?? []), data.subjectId])],
      admissions: [...(row?.admissions ?? []), { subjectId: data.subjectId, admissionId: data.admissionId }],
      admittedAt: row?.admittedAt ?? metadata.decidedAt,
    }),
  )
  .on<AdmissionClosed>(
    'AdmissionClosed',
    ({ event }) => event.data.commandId,
    (row, { event: { data } }) => {
      const subjects = row?.subjects.filter((subjectId) => subjectId !== data.subjectId) ?? [];
      return row && subjects.length > 0 ? { ...row, subjects } : undefined;
    },
  )
  .on<OrderPlaced>(
    'OrderPlaced',
    ({ event }) => event.data.commandId,
    () => undefined,
  )
  .on<PhotoStored>(
    'PhotoStored',
    ({ event }) => event.data.commandId,
    () => undefined,
  )
  .on<RightsRequestReceived>(
    'RightsRequestReceived',
    ({ event }) => event.data.commandId,
    () => undefined,
  );
