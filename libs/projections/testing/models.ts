import { DomainEvent, Recorded } from '@hjemmel/kernel';
import { ReadModel, readModel } from '../read-model';

/** What the writers of the exactly-once test append, and what its read models make of it. */
export type Credited = DomainEvent<'Credited', { readonly amount: number }>;
export type Debited = DomainEvent<'Debited', { readonly amount: number }>;

interface BalanceRow {
  readonly stream: string;
  readonly count: number;
  readonly balance: number;
  readonly revision: bigint;
  /** How often an event did not follow the one before it in its stream. */
  readonly jumps: number;
}

/** One row for each stream: sees an event skipped, doubled or out of order. */
const balances = readModel<BalanceRow>('balances', {
  version: 1,
  table: 'balances',
  key: 'stream',
  columns: { stream: 'text', count: 'integer', balance: 'integer', revision: 'bigint', jumps: 'integer' },
});

const booked =
  (sign: 1 | -1) =>
  (row: BalanceRow | undefined, { revision, event }: Recorded<Credited | Debited>, stream: string): BalanceRow => ({
    stream,
    count: (row?.count ?? 0) + 1,
    balance: (row?.balance ?? 0) + sign * event.data.amount,
    revision,
    jumps: (row?.jumps ?? 0) + (revision === (row?.revision ?? -1n) + 1n ? 0 : 1),
  });

interface TallyRow {
  readonly bucket: string;
  readonly count: number;
}

/** A few rows that everything meets in, each event in two of them. */
const tally = readModel<TallyRow>('tally', {
  version: 1,
  table: 'tally',
  key: 'bucket',
  columns: { bucket: 'text', count: 'integer not null' },
});

const buckets = ({ event }: Recorded<Credited | Debited>): string[] => [event.type, `amount ${event.data.amount % 5}`];
const counted = (row: TallyRow | undefined, _: Recorded, bucket: string): TallyRow => ({ bucket, count: (row?.count ?? 0) + 1 });

interface SwitchRow {
  readonly id: string;
}

/** A row that comes and goes: there after an odd number of credits of its amount. */
const switches = readModel<SwitchRow>('switches', { version: 1, table: 'switches', key: 'id', columns: { id: 'text' } });

interface EntryRow {
  readonly id: string;
  readonly times: number;
}

/** One row for each event. */
const journal = readModel<EntryRow>('journal', { version: 1, table: 'journal', key: 'id', columns: { id: 'text', times: 'integer' } });
const entered = (row: EntryRow | undefined, { id }: Recorded): EntryRow => ({ id, times: (row?.times ?? 0) + 1 });

/** Handles nothing, and must come along all the same. */
const bystander = readModel<SwitchRow>('bystander', { version: 1, table: 'bystander', key: 'id', columns: { id: 'text' } });

export const bookkeeping: readonly ReadModel[] = [
  balances.on<Credited>('Credited', ({ stream }) => stream, booked(1)).on<Debited>('Debited', ({ stream }) => stream, booked(-1)),
  tally.on<Credited>('Credited', buckets, counted).on<Debited>('Debited', buckets, counted),
  switches.on<Credited>(
    'Credited',
    ({ event }) => `amount ${event.data.amount}`,
    (row, _, id) => (row ? undefined : { id }),
  ),
  journal.on<Credited>('Credited', ({ id }) => id, entered).on<Debited>('Debited', ({ id }) => id, entered),
  bystander,
];
