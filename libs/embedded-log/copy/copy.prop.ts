import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY, binaryEvent, EventStoreDBClient, isCommandError, jsonEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import { EmbeddedLog, startEmbeddedLog } from '..';
import { askToCompact } from '../control/control';
import { RemoteAddress } from '../remote';
import { GAP_TYPE } from './scope';
import { copyLog, CopyReport, PositionMap } from '.';

const STREAMS = ['order-1', 'order-2', 'dataSubject-ø'] as const;

interface OnStream {
  readonly stream: number;
}
type Write =
  | (OnStream & { readonly do: 'append'; readonly count: number; readonly binary: boolean })
  | (OnStream & { readonly do: 'metadata'; readonly maxCount?: number; readonly truncateBefore?: number })
  | (OnStream & { readonly do: 'delete' })
  | (OnStream & { readonly do: 'tombstone' });
type Step = Write | { readonly do: 'compact' };

const failedAs = (error: unknown): string => {
  if (error instanceof Error && isCommandError(error)) return error.type;
  throw error;
};

const stream = fc.nat({ max: STREAMS.length - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('append' as const), stream, count: fc.integer({ min: 1, max: 4 }), binary: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { do: fc.constant('metadata' as const), stream, maxCount: fc.integer({ min: 1, max: 4 }), truncateBefore: fc.nat({ max: 12 }) },
        { requiredKeys: ['do', 'stream'] },
      ),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), stream }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tombstone' as const), stream }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('compact' as const) }) },
  ),
  { minLength: 3, maxLength: 25 },
);

/** A log in a folder of its own with the official client on it, which is the oracle: it knows nothing of how a copy is made. */
class Side {
  private constructor(
    readonly folder: string,
    private readonly log: EmbeddedLog,
    readonly client: EventStoreDBClient,
  ) {}

  static async open(): Promise<Side> {
    const folder = mkdtempSync(join(tmpdir(), 'hjemmel-copy-'));
    const log = await startEmbeddedLog({ folder });
    return new Side(folder, log, EventStoreDBClient.connectionString(log.connectionString));
  }

  get address(): RemoteAddress {
    return RemoteAddress.parse(this.log.connectionString);
  }

  async take(step: Step): Promise<void> {
    try {
      if (step.do === 'compact') await askToCompact(this.folder);
      else await this.write(step);
    } catch (error) {
      failedAs(error); // a tombstoned stream takes nothing, a missing one can't be deleted
    }
  }

  private async write(step: Write): Promise<void> {
    const name = STREAMS[step.stream] as string;
    if (step.do === 'delete') await this.client.deleteStream(name);
    else if (step.do === 'tombstone') await this.client.tombstoneStream(name);
    else if (step.do === 'metadata') {
      const { maxCount, truncateBefore } = step;
      await this.client.setStreamMetadata(name, {
        ...(maxCount !== undefined && { maxCount }),
        ...(truncateBefore !== undefined && { truncateBefore }),
        note: 'kept as it is',
      });
    } else {
      const events = Array.from({ length: step.count }, (_, n) =>
        step.binary
          ? binaryEvent({ id: randomUUID(), type: 'Scanned', data: Buffer.from([0, 255, n]), metadata: Buffer.from([n, 128]) })
          : jsonEvent({ id: randomUUID(), type: 'Placed', data: { n, name: 'Łukasz Şerban æøå' }, metadata: { by: n } }),
      );
      await this.client.appendToStream(name, events);
    }
  }

  /** A stream as a reader sees it, and the revision that its next event gets. */
  async see(name: string): Promise<unknown> {
    const events: unknown[] = [];
    try {
      for await (const { event } of this.client.readStream(name)) {
        // Where a limit was taken back, what the source had removed under it is a gap that shows.
        if (!event || event.type === GAP_TYPE) continue;
        const { id, revision, type, data, metadata, isJson } = event;
        events.push({ id, revision, type, data, metadata, isJson });
      }
    } catch (error) {
      events.push(failedAs(error));
    }
    const { metadata } = await this.client.getStreamMetadata(name).catch(() => ({ metadata: 'none to be had' }));
    const next = await this.client
      .appendToStream(name, jsonEvent({ type: 'Next', data: {} }), { expectedRevision: ANY })
      .then(({ nextExpectedRevision }) => nextExpectedRevision, failedAs);
    return { events, metadata, next };
  }

  /** Ids of the users' events in the order of `$all`. */
  async order(): Promise<{ id: string; position: bigint }[]> {
    const all: { id: string; position: bigint }[] = [];
    for await (const { event } of this.client.readAll())
      if (event?.streamId.startsWith('$') === false && !event.type.startsWith('$'))
        all.push({ id: event.id, position: event.position.commit });
    return all;
  }

  async close(): Promise<void> {
    await this.client.dispose();
    await this.log.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Copies, and breaks off each time after so much progress; the last time not at all. */
async function copyWithInterruptions(from: Side, to: Side, mapFile: string, breaks: readonly number[]): Promise<CopyReport> {
  for (const after of breaks) {
    const controller = new AbortController();
    let progress = 0;
    const onProgress = (): void => {
      if (++progress > after) controller.abort();
    };
    const outcome = await copyLog({ from: from.address, to: to.address, mapFile, signal: controller.signal, onProgress }).catch(
      (error: unknown) => error,
    );
    if (!controller.signal.aborted && outcome instanceof Error) throw outcome;
  }
  return copyLog({ from: from.address, to: to.address, mapFile, signal: new AbortController().signal });
}

describe('a copy', () => {
  it('shows every reader what the source shows, keeps order and numbers, and is finished by a later run', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat({ max: 12 }), { maxLength: 3 }), async (history, breaks) => {
        const [source, target] = [await Side.open(), await Side.open()];
        try {
          for (const step of history) await source.take(step);
          const mapFile = join(target.folder, 'positions');
          const report = await copyWithInterruptions(source, target, mapFile, breaks);
          const [before, after] = [await source.order(), await target.order()];
          expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
          expect(report.verified).toBeGreaterThanOrEqual(before.length);
          const map = new PositionMap(mapFile);
          expect(before.map(({ position }) => map.find(Number(position)))).toEqual(after.map(({ position }) => Number(position)));
          map.close();
          for (const name of STREAMS) expect(await target.see(name)).toEqual(await source.see(name));
        } finally {
          await source.close();
          await target.close();
        }
      }),
      { numRuns: 15 },
    );
  }, 240_000);
});
