import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { GAP_TYPE } from '@hjemmel/embedded-log/copy/scope';

/** What a test began and must end, in the reverse order. */
export class Cleanup {
  private readonly tasks: (() => unknown)[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'hjemmel-operation-'));
    this.tasks.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Ends with the test; ending what has ended already is no fault. */
  ends<T extends { kill(): Promise<unknown> }>(started: T): T {
    this.tasks.push(() => started.kill());
    return started;
  }

  client(connectionString: string): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(connectionString);
    this.tasks.push(() => client.dispose());
    return client;
  }

  async run(): Promise<void> {
    for (const task of this.tasks.splice(0).reverse()) await task();
  }
}

/** What the log said it has written. */
export interface Written {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
}

/** Everything of an event that a reader sees. */
export type Seen = Written & { readonly type: string; readonly data: unknown; readonly metadata: unknown; readonly created: number };

/** All users' events in their order; gaps left out. */
export async function readAll(client: EventStoreDBClient): Promise<Seen[]> {
  const all: Seen[] = [];
  for await (const { event } of client.readAll()) {
    if (!event || event.streamId.startsWith('$') || event.type === GAP_TYPE) continue;
    const { id, streamId, revision, position, type, data, metadata, created } = event;
    all.push({
      id,
      stream: streamId,
      revision: String(revision),
      position: String(position.commit),
      type,
      data,
      metadata,
      created: created.getTime(),
    });
  }
  return all;
}

/** Without what can't be the same in another log: a server chooses the ids of tombstones itself. */
export const portable = ({ position: _position, created: _created, ...rest }: Seen): Omit<Seen, 'position' | 'created'> =>
  rest.type === '$streamDeleted' ? { ...rest, id: 'chosen by the server' } : rest;

/** Appends until told to stop, several streams at once, and keeps what was acknowledged. */
export class Writers {
  readonly acknowledged: Written[] = [];
  private stopped = false;
  private readonly running: Promise<void>[];
  private readonly waiting: { readonly count: number; readonly settle: () => void }[] = [];

  constructor(client: EventStoreDBClient, streams: number) {
    this.running = Array.from({ length: streams }, (_, n) => this.write(client, `writer-${n}`));
  }

  /** Settles when so many events were acknowledged. */
  reach(count: number): Promise<void> {
    return new Promise((settle) => {
      this.waiting.push({ count, settle });
      this.tell();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async write(client: EventStoreDBClient, stream: string): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const events = Array.from({ length: 1 + (n % 3) }, (_, k) =>
        jsonEvent({ type: 'Written', data: { n, k, text: 'rødgrød med fløde '.repeat(1 + (n % 5)) } }),
      );
      const { nextExpectedRevision, position } = await client.appendToStream(stream, events);
      const last = events.length - 1;
      events.forEach(({ id }, k) =>
        this.acknowledged.push({
          id,
          stream,
          revision: String(nextExpectedRevision - BigInt(last - k)),
          position: k === last ? String(position?.commit) : '',
        }),
      );
      this.tell();
    }
  }

  private tell(): void {
    for (const waiting of [...this.waiting]) {
      if (this.acknowledged.length < waiting.count) continue;
      this.waiting.splice(this.waiting.indexOf(waiting), 1);
      waiting.settle();
    }
  }
}

/** Which acknowledged events are not among those read, at their place. */
export function missing(acknowledged: readonly Written[], read: readonly Seen[]): Written[] {
  const byId = new Map(read.map((event) => [event.id, event]));
  return acknowledged.filter(({ id, stream, revision, position }) => {
    const found = byId.get(id);
    return found?.stream !== stream || found.revision !== revision || (position !== '' && found.position !== position);
  });
}

/** The files below a folder that contain the text. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
