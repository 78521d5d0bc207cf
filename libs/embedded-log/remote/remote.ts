import { randomBytes } from 'node:crypto';
import { ClientDuplexStream, ClientReadableStream, status } from '@grpc/grpc-js';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { AppendCall } from './append-call';
import { Connection, RemoteAddress } from './connection';
import { failureOf, RemoteFailure } from './failure';
import { decodeReadResponse, encodeReadRequest, RemoteMessage, RemoteRead } from './read-messages';
import { JSON_CONTENT, RemoteEvent } from './remote-event';
import { AppendAnswer, decodeDeleted, encodeDelete, RemoteAppend } from './write-messages';

const STREAMS = '/event_store.client.streams.Streams';
const ANSWER_WITHIN_MS = 10_000;

/** Below int64 max, which stands for a tombstone, and beyond what any stream comes to. */
const UNREACHABLE_REVISION = 2n ** 62n;
const EMPTY = Buffer.alloc(0);

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * A server of EventStoreDB's protocol, seen through its raw messages. The official client parses events as JSON and so can't give their
 * bytes back; copies and mirrors must. Every call may fail with a {@link RemoteFailure}.
 */
export class Remote {
  private appends: AppendCall | undefined;

  private constructor(
    private readonly connection: Connection,
    /** For people: without user and password. */
    readonly shown: string,
  ) {}

  /** @throws OperatorError, RemoteFailure */
  static async connect(address: RemoteAddress): Promise<Remote> {
    try {
      return new Remote(await address.connect(), address.shown);
    } catch (error) {
      throw failureOf(error, address.shown);
    }
  }

  read(request: RemoteRead): Reading {
    const { client, metadata } = this.connection;
    return new Reading(client.makeServerStreamRequest(`${STREAMS}/Read`, asIs, asIs, encodeReadRequest(request), metadata, {}), this.shown);
  }

  /** The events of a read that is known to be short. */
  async events(request: RemoteRead & { readonly count: number }): Promise<RemoteEvent[]> {
    const events: RemoteEvent[] = [];
    for await (const message of this.read(request)) if (message.kind === 'event') events.push(message.event);
    return events;
  }

  /** Commit position of the last event; undefined where the log is empty. */
  async lastPosition(): Promise<number | undefined> {
    const [last] = await this.events({ from: 'end', backwards: true, count: 1 });
    return last?.position;
  }

  /**
   * The stream's greatest revision, hidden or deleted or not: -1 where it was never written, {@link TOMBSTONE_REVISION} where it has ended.
   * No read tells it of a stream whose events are all hidden, so the server is asked for an append that it must refuse.
   * @throws RemoteFailure
   */
  async lastRevision(stream: string): Promise<number> {
    const never = { id: randomBytes(16), type: '$never-written', contentType: JSON_CONTENT, data: EMPTY, metadata: EMPTY };
    const answer = await this.append({ stream, expected: UNREACHABLE_REVISION, events: [never] });
    if (answer.kind === 'wrong-expected-revision') return answer.current;
    if (answer.kind === 'stream-deleted') return TOMBSTONE_REVISION;
    throw new RemoteFailure(
      `${this.shown}: ${answer.kind === 'failed' ? answer.reason : 'it accepted what it had to refuse'}`,
      status.UNKNOWN,
    );
  }

  /** Appends go out at once and in order, so that several may be under way. The server answers in whatever order. */
  append(append: RemoteAppend): Promise<AppendAnswer> {
    if (!this.appends || this.appends.ended) {
      const { client, metadata } = this.connection;
      const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(`${STREAMS}/BatchAppend`, asIs, asIs, metadata, {});
      this.appends = new AppendCall(call, this.shown);
    }
    return this.appends.send(append);
  }

  /** Hides the stream until it is written again. Returns the position of the metadata that says so. */
  delete(stream: string): Promise<number | undefined> {
    return this.end('Delete', stream);
  }

  /** Ends the stream for good. Returns the tombstone's position. */
  tombstone(stream: string): Promise<number | undefined> {
    return this.end('Tombstone', stream);
  }

  private end(method: 'Delete' | 'Tombstone', stream: string): Promise<number | undefined> {
    const { client, metadata } = this.connection;
    const options = { deadline: Date.now() + ANSWER_WITHIN_MS };
    return new Promise((settle, reject) => {
      client.makeUnaryRequest(`${STREAMS}/${method}`, asIs, asIs, encodeDelete(stream), metadata, options, (error, answer) =>
        error ? reject(failureOf(error, this.shown)) : settle(answer && decodeDeleted(answer)),
      );
    });
  }

  close(): void {
    this.appends?.end();
    this.connection.client.close();
  }
}

/** A read or subscription under way; leaving the loop over it ends the call. */
export class Reading implements AsyncIterable<RemoteMessage> {
  constructor(
    private readonly call: ClientReadableStream<Buffer>,
    private readonly server: string,
  ) {
    // Without a listener an error that comes after the loop was left (the call's own cancellation) would end the process.
    call.on('error', () => undefined);
  }

  /** Whether the next message is here already. */
  get hasMore(): boolean {
    return this.call.readableLength > 0;
  }

  /** Ends the call; the loop over it then ends with a failure. */
  cancel(): void {
    this.call.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RemoteMessage, void> {
    let ended = false;
    try {
      for await (const bytes of this.call) yield decodeReadResponse(bytes as Buffer);
      ended = true;
    } catch (error) {
      ended = true;
      throw failureOf(error, this.server);
    } finally {
      if (!ended) this.call.cancel();
    }
  }
}
