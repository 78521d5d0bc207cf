import type { DataErased } from '@hjemmel/contexts/data-subjects/contract';
import type { Recorded } from '@hjemmel/kernel';
import type { DestroyedKey, ErasureEvent, ErasureLine, ErasureRequest } from '../../erasure/events';
import { Erasure, ErasureStatus, Informed, statusOf } from '../../erasure/state';

export interface CertifiedEvent {
  readonly type: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly eventId: string;
  readonly recordedAt: string;
}

/** What is said of an erasure, with all that it rests on. Holds no personal data. */
export interface Certificate {
  readonly erasureId: string;
  readonly subjectId: string;
  readonly controller: string;
  readonly status: ErasureStatus;
  readonly request: ErasureRequest;
  readonly erased: readonly (ErasureLine & { readonly round: number })[];
  readonly deferred: readonly ErasureLine[];
  readonly keys: readonly DestroyedKey[];
  readonly recipients: readonly (Pick<Informed, 'recipient' | 'at' | 'attempts'> & {
    readonly outcome: string;
    readonly messageId?: string;
    readonly reason?: string;
  })[];
  readonly scans: readonly {
    readonly round: number;
    readonly tables: number;
    readonly sealedRows: number;
    readonly readable: number;
    readonly lookUps: number;
  }[];
  /** In the order of the log: of the erasure, and of the person's ledger what this erasure wrote there. */
  readonly events: readonly CertifiedEvent[];
  /** The evidence log is not there yet. */
  readonly proof: null;
}

export function certificateOf(
  erasureId: string,
  state: Erasure,
  recorded: readonly Recorded<ErasureEvent>[],
  onLedger: readonly Recorded<DataErased>[],
): Certificate {
  const { rounds, deferred, subjectId, controller, request } = state;
  const events = [...recorded, ...onLedger].sort((a, b) => (a.position < b.position ? -1 : 1));
  return {
    erasureId,
    subjectId,
    controller,
    status: statusOf(state),
    request: request!,
    erased: rounds.flatMap(({ round, lines }) => lines.map((line) => ({ ...line, round }))),
    deferred,
    keys: rounds.flatMap(({ keys }) => keys),
    recipients: rounds.flatMap(({ informed }) => informed.map(recipientOf)),
    scans: recorded.flatMap(({ event }) => (event.type === 'TablesRescanned' ? [scanOf(event.data)] : [])),
    events: events.map(certified),
    proof: null,
  };
}

const recipientOf = ({ recipient, at, attempts, told }: Informed): Certificate['recipients'][number] => ({
  ...{ recipient, at, attempts, outcome: told.outcome },
  ...(told.outcome === 'told' ? { messageId: told.messageId } : { reason: told.reason }),
});

const scanOf = ({ round, tables, sealedRows, readable, rows }: Extract<ErasureEvent, { type: 'TablesRescanned' }>['data']) => ({
  ...{ round, tables: tables.length, sealedRows, readable, lookUps: rows },
});

const certified = ({ event, stream, revision, position, id, recordedAt }: Recorded): CertifiedEvent => ({
  type: event.type,
  stream,
  revision: String(revision),
  position: String(position),
  eventId: id,
  recordedAt: recordedAt.toISOString(),
});
