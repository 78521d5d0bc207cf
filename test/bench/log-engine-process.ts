import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { EngineOptions, NewRecord, openEngine, SegmentReader } from '@hjemmel/embedded-log/engine';

/**
 * One process of the engine's bench, so that its memory is its own: `log-engine-process <work> <folder> <events> <streams>`.
 * Says one line of JSON with what it measured; `fill` then waits to be killed.
 */
const [, , work = '', folder = '', eventsTold = '0', streamsTold = '1'] = process.argv;
const EVENTS = Number(eventsTold);
const STREAMS = Number(streamsTold);
const IN_FLIGHT = 256;
const PAYLOAD = randomBytes(256);
const SAMPLES = 20_000;
const SCATTER = 2_654_435_761;

export type Measured = Record<string, number>;

const say = (measured: Measured): number => writeSync(1, `${JSON.stringify(measured)}\n`);
const since = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;
const mib = (bytes: number): number => bytes / 2 ** 20;
/** Streams interleave, each written again and again over the whole history. */
const streamOf = (i: number): string => `order-${String((i * SCATTER) % STREAMS).padStart(12, '0')}`;
const options = (): EngineOptions => ({ folder, onNotice: ({ message }) => process.stderr.write(`${message}\n`) });

/** Unique ids, cheaply: a random beginning and a counter. */
function idOf(i: number): Buffer {
  const id = Buffer.from(PAYLOAD.subarray(0, 16));
  id.writeUInt32LE(i, 4);
  return id;
}

async function fill(): Promise<void> {
  const engine = await openEngine(options());
  const createdTicks = BigInt(Date.now()) * 10_000n;
  const append = (i: number): Promise<void> => {
    const stream = streamOf(i);
    const record: NewRecord = {
      stream,
      revision: (engine.lastRevision(stream) ?? -1) + 1,
      type: 'OrderPlaced',
      eventId: idOf(i),
      createdTicks,
      payload: () => PAYLOAD,
    };
    return engine.append([record]).durable;
  };
  let next = 0;
  let mostMemory = 0;
  const start = process.hrtime.bigint();
  const writer = async (): Promise<void> => {
    while (next < EVENTS) {
      const i = next++;
      await append(i);
      if (i % 50_000 === 0) mostMemory = Math.max(mostMemory, process.memoryUsage().rss);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
  const seconds = since(start);
  const lone = process.hrtime.bigint();
  const LONE = 2000;
  for (let i = 0; i < LONE; i++) await append(EVENTS + i);
  const cpu = process.cpuUsage();
  say({
    perSecond: EVENTS / seconds,
    lonePerSecond: LONE / since(lone),
    mostMemoryMiB: mib(Math.max(mostMemory, process.memoryUsage().rss)),
    cpuMicros: (cpu.user + cpu.system) / EVENTS,
  });
  setInterval(() => undefined, 60_000); // until it is killed
}

async function read(): Promise<void> {
  const opening = process.hrtime.bigint();
  const engine = await openEngine(options());
  const openMs = since(opening) * 1000;
  const afterOpenMiB = mib(process.memoryUsage().rss);

  let [records, next] = [0, 0];
  let start = process.hrtime.bigint();
  for (
    let page = engine.readAllForwards(next, 500);
    page.records.length > 0 && records < 1_000_000;
    page = engine.readAllForwards(next, 500)
  ) {
    records += page.records.length;
    next = page.next;
  }
  const pagedPerSecond = records / since(start);

  const many = (use: (i: number) => void): number => {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < SAMPLES; i++) use((i * SCATTER) % EVENTS);
    return (since(begin) / SAMPLES) * 1e6;
  };
  const measured = {
    openMs,
    afterOpenMiB,
    pagedPerSecond,
    lastRevisionMicros: many((i) => engine.lastRevision(streamOf(i))),
    streamReadMicros: many((i) => engine.readStreamForwards(streamOf(i), 0, 10)),
    knownIdMicros: many((i) => engine.findEvent(streamOf(i), idOf(i))),
    newIdMicros: many((i) => engine.findEvent(streamOf(i), idOf(i + 1e9))),
    newStreamMicros: many((i) => engine.lastRevision(`nobody-${i}`)),
  };
  await engine.settled();
  const memoryMiB = mib(process.memoryUsage().rss);
  await engine.close();

  const reader = new SegmentReader(folder);
  start = process.hrtime.bigint();
  let [scanned, bytes] = [0, 0];
  for (const page of reader.pages()) {
    scanned += page.length;
    for (const { length } of page) bytes += length;
  }
  const scanPerSecond = scanned / since(start);
  const scanMiBPerSecond = mib(bytes) / since(start);
  start = process.hrtime.bigint();
  let iterated = 0;
  for await (const record of reader.records()) if (record.length > 0) iterated += 1;
  reader.close();
  say({ ...measured, memoryMiB, scanPerSecond, scanMiBPerSecond, iteratedPerSecond: iterated / since(start), scanned });
}

void (work === 'fill' ? fill() : read());
