import { ANY, AppendExpectedRevision, AppendResult, EventStoreDBClient, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { Account, WriterAccount } from './account';
import { knownEvent } from './known-event';
import { isLost, kindOf, persistently } from './persistently';
import { SoakServer } from './soak-server';

/** A writer appends one event or several, again and again. */
interface Writer {
  readonly kind: string;
  append(): Promise<void>;
}

/** Anything; the server is insecure and ignores it, but the client takes another call for it. */
const CREDENTIALS = { username: 'soak', password: 'soak' };

export class Writers {
  readonly doomed: { readonly stream: string; readonly tombstoned: boolean }[] = [];
  readonly limited = new Map<string, number>();

  constructor(
    private readonly server: SoakServer,
    private readonly account: Account,
    private readonly client: EventStoreDBClient,
  ) {}

  /** Every kind of writer at work until the signal; settles when the last append of each is answered. */
  async run(signal: AbortSignal): Promise<void> {
    const writers: Writer[] = [
      ...times(6, (n) => this.alone(`exact-${n}`, 1, 'exact')),
      ...times(3, (n) => this.alone(`any-${n}`, 3, 'any')),
      ...times(2, (n) => this.alone(`batch-${n}`, 120, 'exact')),
      this.alone('streamed-0', 2, 'exact', true),
      ...times(2, (n) => this.newStreams(`new-${n}`)),
      ...times(3, (n) => this.contended(`contender-${n}`, 'contended')),
      ...times(2, (n) => this.careless(`careless-${n}`)),
      this.ending(),
      this.limiting('limited-0'),
    ];
    await Promise.all(
      writers.map(async (writer) => {
        while (!signal.aborted) {
          await writer.append();
          this.account.count(`appends: ${writer.kind}`);
        }
      }),
    );
  }

  /** The only writer of its stream: event n gets revision n. */
  private alone(stream: string, most: number, expecting: 'exact' | 'any', streamed = false): Writer {
    const account = this.account.writer(stream);
    const append = async (): Promise<void> => {
      const first = account.sent;
      const events = times(1 + Math.floor(Math.random() * most), (k) => knownEvent(stream, first + k));
      const expectedRevision: AppendExpectedRevision = expecting === 'any' ? ANY : first === 0 ? NO_STREAM : BigInt(first - 1);
      const options = { expectedRevision, ...(streamed && { credentials: CREDENTIALS }) };
      const result = await persistently(this.server, () => this.client.appendToStream(stream, events, options));
      this.take(stream, account, result, first, events.length);
    };
    return { kind: streamed ? 'streamed call' : most > 100 ? 'large batches' : expecting, append };
  }

  /** Each append makes a stream: `name-n`, with up to three events, of which the n-th append makes n, n + 1, … */
  private newStreams(writer: string): Writer {
    const account = this.account.writer(writer);
    let made = 0;
    const append = async (): Promise<void> => {
      const first = account.sent;
      const events = times(1 + (made % 3), (k) => knownEvent(writer, first + k));
      const stream = `${writer}-${made++}`;
      const result = await persistently(this.server, () => this.client.appendToStream(stream, events, { expectedRevision: NO_STREAM }));
      this.take(stream, account, result, 0, events.length);
    };
    return { kind: 'new streams', append };
  }

  /** Several writers of one stream, each with the revision that it believes in. */
  private contended(writer: string, stream: string): Writer {
    const account = this.account.writer(writer);
    let expected: AppendExpectedRevision = NO_STREAM;
    const append = async (): Promise<void> => {
      const event = knownEvent(writer, account.sent);
      for (;;) {
        try {
          const expectedRevision = expected;
          const result = await persistently(this.server, () => this.client.appendToStream(stream, event, { expectedRevision }));
          expected = result.nextExpectedRevision;
          account.acknowledged(Number(result.nextExpectedRevision), Number(result.position?.commit ?? -1));
          this.account.count('events acknowledged');
          return;
        } catch (error) {
          if (!(error instanceof WrongExpectedVersionError)) throw error;
          expected = typeof error.actualVersion === 'bigint' ? error.actualVersion : NO_STREAM;
          this.account.count('appends refused for a wrong revision');
        }
      }
    };
    return { kind: 'contended', append };
  }

  /** Never asks again: an append without an answer may be in the log, once, or not. */
  private careless(stream: string): Writer {
    const account = this.account.writer(stream);
    const append = async (): Promise<void> => {
      await this.server.up();
      try {
        const event = knownEvent(stream, account.sent);
        const { nextExpectedRevision, position } = await this.client.appendToStream(stream, event, { expectedRevision: ANY });
        account.acknowledged(Number(nextExpectedRevision), Number(position?.commit ?? -1));
        this.account.count('events acknowledged');
      } catch (error) {
        if (!isLost(error)) throw error;
        account.unanswered();
        this.account.count('events without an answer');
      }
    };
    return { kind: 'careless', append };
  }

  /** Makes streams and deletes them, every other one for good. */
  private ending(): Writer {
    const append = async (): Promise<void> => {
      const stream = `doomed-${this.doomed.length}`;
      const tombstoned = this.doomed.length % 2 === 1;
      await persistently(this.server, () => this.client.appendToStream(stream, knownEvent(stream, 0), { expectedRevision: ANY }));
      await persistently(this.server, async () => {
        try {
          await (tombstoned ? this.client.tombstoneStream(stream) : this.client.deleteStream(stream));
        } catch (error) {
          if (!tombstoned || kindOf(error) !== 'stream-deleted') throw error; // done before its answer was lost
        }
      });
      this.doomed.push({ stream, tombstoned });
    };
    return { kind: 'deletions', append };
  }

  /** Appends to a stream and moves its limits. */
  private limiting(stream: string): Writer {
    const account = this.account.writer(stream);
    const append = async (): Promise<void> => {
      const first = account.sent;
      const events = times(5, (k) => knownEvent(stream, first + k));
      const result = await persistently(this.server, () => this.client.appendToStream(stream, events, { expectedRevision: ANY }));
      this.take(stream, account, result, first, events.length);
      const maxCount = 3 + (first % 20);
      await persistently(this.server, () => this.client.setStreamMetadata(stream, { maxCount }));
      this.limited.set(stream, maxCount);
    };
    return { kind: 'limits', append };
  }

  private take(
    stream: string,
    account: WriterAccount,
    { nextExpectedRevision, position }: AppendResult,
    first: number,
    count: number,
  ): void {
    const last = first + count - 1;
    if (Number(nextExpectedRevision) !== last)
      this.account.fault(`${stream}: acknowledged at revision ${nextExpectedRevision}, not ${last}`);
    for (let k = 0; k < count; k++) account.acknowledged(first + k, k === count - 1 ? Number(position?.commit ?? -1) : -1);
    this.account.count('events acknowledged', count);
  }
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
