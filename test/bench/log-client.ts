import { ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { EventStoreDBClient, START, binaryEvent } from '@eventstore/db-client';
import type { BenchRow, BenchTable } from './types';
import type { Used } from './log-process';

const BYTES = 256;
const IN_FLIGHT = 256;
const SINGLE_APPENDS = 20_000;
const ONE_BY_ONE = 1_000;
const PER_CALL = 500;
const CALLS = 100;
const STREAMS = 100;
/** What a real EventStoreDB gave on such a machine, and how much of it is asked for. */
const REAL = { inFlight: 5_000, oneByOne: 550, perCall: 16_000, reading: 20_000, subscribing: 21_000 };
const ASKED = 1.2;

interface Server {
  readonly connectionString: string;
  /** Undefined for a server that is not ours to ask. */
  used(): Promise<Used | undefined>;
  stop(): Promise<void>;
}

interface Phase {
  readonly what: string;
  readonly real: number;
  readonly run: (client: EventStoreDBClient) => Promise<number>;
}

interface Measured {
  readonly perSecond: number;
  readonly serverMicroseconds: number | undefined;
  /** Share of one core that this process, the client, was busy. */
  readonly clientBusy: number;
}

const phases: readonly Phase[] = [
  { what: `${IN_FLIGHT} in flight`, real: REAL.inFlight, run: (client) => appendSingly(client, SINGLE_APPENDS, IN_FLIGHT) },
  { what: 'one by one', real: REAL.oneByOne, run: (client) => appendSingly(client, ONE_BY_ONE, 1) },
  { what: `${PER_CALL} a call`, real: REAL.perCall, run: (client) => appendInCalls(client) },
  { what: 'reading all', real: REAL.reading, run: (client) => readAll(client) },
  { what: 'subscribing', real: REAL.subscribing, run: (client) => subscribe(client) },
];

/**
 * The log through the official client: appends in three ways, all of it read and subscribed to; beside it the same messages with nothing
 * behind them. With `connectionString` a server that runs already is measured; its CPU is then not known.
 */
export async function run(options: { connectionString?: string } = {}): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-log-'));
  const log = options.connectionString === undefined ? await start(['log', folder]) : running(options.connectionString);
  const nothing = await start(['nothing', String(SINGLE_APPENDS + ONE_BY_ONE + CALLS * PER_CALL), String(BYTES)]);
  try {
    const rows: BenchRow[] = [];
    for (const phase of phases) rows.push(...rowsOf(phase, await measure(log, phase), await measure(nothing, phase)));
    const memory = await log.used();
    if (memory) rows.push({ what: 'memory after it', value: memory.rssBytes / 2 ** 20, unit: 'MiB', beside: 'EventStoreDB 436–540 MiB' });
    const server = options.connectionString === undefined ? 'embedded log' : 'a server told';
    return { title: 'The log through the official client', rows, settings: { server, 'bytes an event': BYTES, streams: STREAMS } };
  } finally {
    await Promise.all([log.stop(), nothing.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsOf({ what, real }: Phase, measured: Measured, empty: Measured): BenchRow[] {
  const rate: BenchRow = {
    what,
    value: measured.perSecond,
    unit: 'events/s',
    target: `≥ ${(real * ASKED).toLocaleString('en').replaceAll(',', ' ')}, or the client's limit`,
    beside: `with nothing behind ${Math.round(empty.perSecond)}; client busy ${Math.round(measured.clientBusy * 100)} % of a core`,
  };
  if (measured.serverMicroseconds === undefined) return [rate];
  const cpu: BenchRow = {
    what: `${what}: server CPU an event`,
    value: measured.serverMicroseconds,
    unit: 'µs',
    beside: `with nothing behind ${(empty.serverMicroseconds ?? 0).toPrecision(3)} µs`,
  };
  return [rate, cpu];
}

async function measure(server: Server, { run }: Phase): Promise<Measured> {
  const client = EventStoreDBClient.connectionString(server.connectionString);
  try {
    await client.appendToStream('bench-warm-up', event());
    const before = { used: await server.used(), own: process.cpuUsage(), at: process.hrtime.bigint() };
    const events = await run(client);
    const microseconds = Number(process.hrtime.bigint() - before.at) / 1000;
    const own = process.cpuUsage(before.own);
    const used = await server.used();
    return {
      perSecond: (events / microseconds) * 1e6,
      serverMicroseconds: used && before.used && (used.cpuMicroseconds - before.used.cpuMicroseconds) / events,
      clientBusy: (own.user + own.system) / microseconds,
    };
  } finally {
    await client.dispose();
  }
}

const DATA = new Uint8Array(BYTES).fill(120);
const event = (): ReturnType<typeof binaryEvent> => binaryEvent({ type: 'BenchEvent', data: DATA });

async function appendSingly(client: EventStoreDBClient, events: number, inFlight: number): Promise<number> {
  let left = events;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await client.appendToStream(`bench-${left % STREAMS}`, event());
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return events;
}

async function appendInCalls(client: EventStoreDBClient): Promise<number> {
  for (let call = 0; call < CALLS; call++) {
    await client.appendToStream(`bench-${call % STREAMS}`, Array.from({ length: PER_CALL }, event));
  }
  return CALLS * PER_CALL;
}

async function readAll(client: EventStoreDBClient): Promise<number> {
  let events = 0;
  for await (const _resolved of client.readAll({ fromPosition: START })) events++;
  return events;
}

async function subscribe(client: EventStoreDBClient): Promise<number> {
  const subscription = client.subscribeToAll({ fromPosition: START });
  let events = 0;
  subscription.on('data', () => events++);
  await once(subscription, 'caughtUp');
  await subscription.unsubscribe();
  return events;
}

function running(connectionString: string): Server {
  return { connectionString, used: () => Promise.resolve(undefined), stop: () => Promise.resolve() };
}

async function start(args: readonly string[]): Promise<Server> {
  const child: ChildProcess = fork(join(__dirname, 'log-process.js'), [...args]);
  const exited = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('the measured server died'))),
    ])) as [unknown];
    return message;
  };
  const connectionString = (await answer()) as string;
  return {
    connectionString,
    async used() {
      const answered = answer();
      child.send('used');
      return (await answered) as Used;
    },
    async stop() {
      child.send('stop');
      await exited;
    },
  };
}
