import { Client, ClientConfig, Pool } from 'pg';
import { nameOf } from './errors';
import { CHANNEL, parseNotification } from './notification';
import { Backoff, Signal } from './signal';

export interface Checkpoint {
  readonly model: string;
  readonly version: number;
  /** Commit position up to and including which every event is in the table; -1n at the beginning. */
  readonly position: bigint;
  /** When the log recorded the event at `position`, as far as known. */
  readonly recordedAt: Date | undefined;
  readonly updatedAt: Date;
}

/** Where each read model stands, by name. */
export async function checkpoints(pool: Pool): Promise<Checkpoint[]> {
  const { rows } = await pool.query<{ model: string; version: number; position: string; recorded_at: Date | null; updated_at: Date }>(
    'SELECT model, version, position, recorded_at, updated_at FROM read.checkpoints ORDER BY model, version',
  );
  return rows.map(({ model, version, position, recorded_at, updated_at }) => ({
    model,
    version,
    position: BigInt(position),
    recordedAt: recorded_at ?? undefined,
    updatedAt: updated_at,
  }));
}

interface Waiter {
  readonly model: string;
  readonly position: bigint;
  readonly settle: (outcome: 'reached' | 'timeout') => void;
}

/** A connection that does not answer within this is given up. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Waits for read models to reach a position of the log, told by notifications on one connection of its own; nothing is polled. The
 * connection is made at the first wait. Each wait that can't be answered at once also looks at the checkpoints, so that a
 * connection that died unnoticed is found out and made anew.
 */
export class PositionWaiter {
  private readonly reached = new Map<string, bigint>();
  private readonly waiters = new Set<Waiter>();
  private readonly closing = new Signal();
  private closed = false;
  private client: Client | undefined;
  private looking: Promise<void> | undefined;

  /** @param onError told the code of what broke the connection; it is made again by itself while anyone waits */
  constructor(
    private readonly connection: string | ClientConfig,
    private readonly onError: (code: string) => void = () => undefined,
  ) {}

  /** `timeout` also when closed meanwhile. Never fails. */
  async waitFor(model: string, position: bigint, timeoutMs: number): Promise<'reached' | 'timeout'> {
    if (this.closed) return 'timeout';
    if (this.hasReached(model, position)) return 'reached';
    return new Promise((resolve) => {
      const waiter: Waiter = {
        model,
        position,
        settle: (outcome) => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(outcome);
        },
      };
      const timer = setTimeout(() => waiter.settle('timeout'), timeoutMs);
      this.waiters.add(waiter);
      this.lookUp();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.closing.raise();
    for (const { settle } of this.waiters) settle('timeout');
    const { client } = this;
    this.client = undefined;
    await Promise.all([this.looking, client?.end()]);
  }

  private hasReached(model: string, position: bigint): boolean {
    return (this.reached.get(model) ?? -1n) >= position;
  }

  /** What was listened to from before a look was taken needs no second look: every later move is told. */
  private lookUp(): void {
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  private async look(): Promise<void> {
    const backoff = new Backoff();
    while (!this.closed && this.waiters.size > 0) {
      try {
        this.client ??= await this.connect();
        const text = 'SELECT model, position FROM read.checkpoints';
        const { rows } = await this.client.query<[string, string]>({ text, rowMode: 'array' });
        for (const [model, position] of rows) this.note(model, BigInt(position));
        return;
      } catch (error) {
        this.drop(this.client, error);
        if (!this.closed) await this.closing.wait(backoff.next());
      }
    }
  }

  private async connect(): Promise<Client> {
    const config = typeof this.connection === 'string' ? { connectionString: this.connection } : this.connection;
    const client = new Client({ keepAlive: true, query_timeout: ANSWER_WITHIN_MS, connectionTimeoutMillis: ANSWER_WITHIN_MS, ...config });
    client.on('notification', ({ payload }) => {
      const told = parseNotification(payload ?? '');
      if (told) this.note(told.model, told.position);
    });
    client.on('error', (error) => this.drop(client, error));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (this.closed) throw new Error('closed');
      return client;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** What was known is known no longer, since the next notification may have been missed. */
  private drop(client: Client | undefined, error: unknown): void {
    if (this.closed || client !== this.client) return;
    this.client = undefined;
    this.reached.clear();
    this.onError(nameOf(error));
    if (!client) return;
    client.end().catch((reason: unknown) => this.onError(nameOf(reason)));
    if (this.waiters.size > 0) this.lookUp();
  }

  /** A model that is built anew goes back: the last word counts, not the highest. */
  private note(model: string, position: bigint): void {
    this.reached.set(model, position);
    for (const waiter of this.waiters) {
      if (waiter.model === model && position >= waiter.position) waiter.settle('reached');
    }
  }
}
