import { newUuid, UUID } from '@hjemmel/kernel';
import { Client, Notification, Pool } from 'pg';

/** Channel on which holders hear of destroyed keys; the payload is a {@link DestructionNotice}. */
export const DESTROYED = 'vault_keys_destroyed';
/** Channel on which those who wait hear that a holder has evicted them, or is gone. */
export const EVICTED = 'vault_keys_evicted';

export interface DestructionNotice {
  readonly destruction: string;
  readonly keyIds: readonly string[];
  /** Not set where more of the same destruction follows. */
  readonly last: boolean;
}

/** Postgres waits for a holder that long after it was last heard of. */
const LEASE_MS = 6_000;
/** A holder trusts its own lease for less, counted from before it asked: two clocks never run quite alike. */
const TRUST_MS = 5_000;
const RENEW_MS = 2_000;
const CONNECT_WITHIN_MS = 5_000;
/** Rows of processes that are gone are kept this long for whoever still waits. */
const GONE_AFTER = `interval '1 minute'`;

export interface LeaseEvents {
  /** These keys must not be used any more when it returns. */
  readonly onDestroyed: (keyIds: readonly string[]) => void;
  /** Nothing that was loaded under the lease may be used any more when it returns. */
  readonly onLapse: () => void;
}

/** What `hold` gives: whether that lease still lives is asked with it. */
export type LeaseTerm = object;

/** One stretch of time in which this process is known to Postgres as a holder of keys, and hears of every destruction. */
class Term {
  readonly processId = newUuid();
  ended = false;
  private trusted = { monotonic: -Infinity, wall: -Infinity };

  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly client: Client) {}

  /** One statement after the other on the connection of the lease. Gives the number of rows. */
  run([text, values]: Statement): Promise<number> {
    const asked = this.last.then(async () => (await this.client.query(text, values)).rowCount ?? 0);
    this.last = asked.catch(() => undefined);
    return asked;
  }

  /** Both clocks are asked: one stands still while the machine sleeps, the other may be set back. */
  get live(): boolean {
    return !this.ended && performance.now() < this.trusted.monotonic && Date.now() < this.trusted.wall;
  }

  /** Runs what takes or renews the lease in Postgres, and trusts it from before that was asked. */
  async renew(ask: () => Promise<boolean>): Promise<boolean> {
    const trusted = { monotonic: performance.now() + TRUST_MS, wall: Date.now() + TRUST_MS };
    if (!(await ask())) return false;
    this.trusted = trusted;
    return true;
  }
}

/**
 * Who holds plaintext keys in memory says so in Postgres first, and renews that every two seconds, on a connection of its own on which it
 * also hears of destructions. A process that could not renew in time (stopped, cut off) drops what it holds before it uses it again.
 */
export class KeyLease {
  private term: Term | undefined;
  private beginning: Promise<Term> | undefined;
  private readonly left: string[] = [];
  private readonly listeners = new Set<() => void>();
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly events: LeaseEvents,
  ) {}

  /** Whether what was loaded may be used at this moment. */
  get live(): boolean {
    return this.term?.live ?? false;
  }

  /** Sees to it that a lease lives; ends one that lapsed, and begins another. @throws the error of Postgres where it can't be reached */
  async hold(): Promise<LeaseTerm> {
    if (this.term?.live) return this.term;
    if (this.term) this.end(this.term);
    this.beginning ??= this.begin().finally(() => (this.beginning = undefined));
    return this.beginning;
  }

  /** Whether that lease has lived all along. */
  isLive(term: LeaseTerm): boolean {
    return term === this.term && this.live;
  }

  /** Calls back whenever somebody has evicted keys or is gone. Gives what ends that. */
  onEvicted(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.beginning?.catch(() => undefined);
    const { term } = this;
    if (!term) return;
    this.end(term, false);
    // Where the row can't be taken away, whoever destroys keys waits until its lease is over.
    await term.run(leaving([term.processId])).catch(() => undefined);
    await term.client.end().catch(() => undefined);
  }

  private async begin(): Promise<Term> {
    if (this.closed) throw new Error('the store of keys is closed');
    const client = new Client({ ...this.pool.options, connectionTimeoutMillis: CONNECT_WITHIN_MS, keepAlive: true });
    const term = new Term(client);
    client.on('error', () => this.end(term));
    client.on('end', () => this.end(term));
    client.on('notification', (notice) => this.heard(notice, term));
    try {
      await client.connect();
      // Listening comes first: what is destroyed once this process is on the list reaches it.
      await term.run([`LISTEN ${DESTROYED}`, []]);
      await term.run([`LISTEN ${EVICTED}`, []]);
      await term.renew(async () => (await term.run(entering(term.processId))) === 1);
      if (this.left.length > 0) await term.run(leaving(this.left.splice(0)));
      if (term.ended) throw new Error('the connection of the lease broke');
    } catch (error) {
      this.end(term);
      throw error;
    }
    this.term = term;
    this.renewLater(term);
    return term;
  }

  private renewLater(term: Term): void {
    setTimeout(() => {
      if (term.ended) return;
      // One that has lapsed in Postgres is not renewed: somebody may have stopped waiting for it.
      const ask = async () => (await term.run(renewing(term.processId))) === 1;
      if (!term.live) return this.end(term);
      term.renew(ask).then(
        (renewed) => (renewed ? this.renewLater(term) : this.end(term)),
        () => this.end(term),
      );
    }, RENEW_MS).unref();
  }

  private end(term: Term, disconnect = true): void {
    if (term.ended) return;
    term.ended = true;
    if (this.term === term) this.term = undefined;
    this.events.onLapse();
    if (!this.closed) this.left.push(term.processId);
    if (disconnect) term.client.end().catch(() => undefined);
    this.tellListeners();
  }

  private heard({ channel, payload = '' }: Notification, term: Term): void {
    if (channel === EVICTED) return this.tellListeners();
    const notice = noticeFrom(payload);
    // Anybody who may log in may send; what is not ours leaves nothing to trust.
    if (!notice) return this.end(term);
    this.events.onDestroyed(notice.keyIds);
    if (notice.last) term.run(acknowledging(notice.destruction, term.processId)).catch(() => this.end(term));
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }
}

type Statement = [text: string, values: unknown[]];

const entering = (processId: string): Statement => [
  `WITH gone AS (DELETE FROM vault.key_caches WHERE lease_until < clock_timestamp() - ${GONE_AFTER})
   INSERT INTO vault.key_caches (process_id, lease_until) VALUES ($1, clock_timestamp() + $2 * interval '1 ms')`,
  [processId, LEASE_MS],
];

const renewing = (processId: string): Statement => [
  `UPDATE vault.key_caches SET lease_until = clock_timestamp() + $2 * interval '1 ms'
   WHERE process_id = $1 AND lease_until > clock_timestamp()`,
  [processId, LEASE_MS],
];

const leaving = (processIds: readonly string[]): Statement => [
  `WITH gone AS (DELETE FROM vault.key_caches WHERE process_id = ANY($1::uuid[])) SELECT pg_notify('${EVICTED}', '')`,
  [processIds],
];

const acknowledging = (destruction: string, processId: string): Statement => [
  `WITH acknowledged AS (INSERT INTO vault.key_evictions (destruction_id, process_id) VALUES ($1, $2) ON CONFLICT DO NOTHING)
   SELECT pg_notify('${EVICTED}', '')`,
  [destruction, processId],
];

function noticeFrom(payload: string): DestructionNotice | undefined {
  const [destruction = '', last, ...keyIds] = payload.split(' ');
  const known = [destruction, ...keyIds].every((id) => UUID.test(id)) && (last === 'last' || last === 'more');
  return known ? { destruction, keyIds, last: last === 'last' } : undefined;
}

/** A payload holds 8000 bytes, which are 200 ids and some. */
const IDS_IN_A_NOTICE = 200;

/** The payloads that tell of one destruction, in their order. */
export function noticesOf(destruction: string, keyIds: readonly string[]): string[] {
  const parts = Math.max(1, Math.ceil(keyIds.length / IDS_IN_A_NOTICE));
  return Array.from({ length: parts }, (_, part) =>
    [destruction, part === parts - 1 ? 'last' : 'more', ...keyIds.slice(part * IDS_IN_A_NOTICE, (part + 1) * IDS_IN_A_NOTICE)].join(' '),
  );
}
