import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync, write, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Measured } from './log-engine-process';
import type { BenchRow, BenchTable } from './types';

const PROCESS = join(__dirname, 'log-engine-process.js');
const IN_FLIGHT = 256;
/** What the engine stores for an event of 256 bytes with its names: 64 bytes of header, the names, the payload, padding. */
const RECORD_BYTES = 352;
const RAW_BATCHES = 1500;
const RAW_LONE = 1500;

/**
 * The storage engine alone. `BENCH_EVENTS` and `BENCH_STREAMS` say how many it makes (10,000,000 and 1,000,000 show that
 * memory and opening time do not grow with history), `BENCH_FOLDER` on which disk.
 */
export async function run(): Promise<BenchTable> {
  const events = Number(process.env['BENCH_EVENTS'] ?? 500_000);
  const streams = Number(process.env['BENCH_STREAMS'] ?? Math.max(1, Math.floor(events / 10)));
  const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'hjemmel-bench-log-'));
  try {
    const before = await rawGroupCommit(folder);
    const filled = await measure('fill', join(folder, 'log'), events, streams);
    const after = await rawGroupCommit(folder);
    const lone = await rawLone(folder);
    const read = await measure('read', join(folder, 'log'), events, streams);
    const raw = rawScan(folder, events);
    const rows = [...writing(filled, Math.max(before, after), lone), ...reading(read, raw), ...size(filled, read)];
    return { title: 'Storage engine of the log', rows, settings: { events, streams, 'payload bytes': 256, 'in flight': IN_FLIGHT } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writing(filled: Measured, raw: number, lone: number): BenchRow[] {
  return [
    row(
      'durable appends, 256 in flight',
      filled['perSecond'],
      'events/s',
      '≥ 150 000',
      `${whole(raw)} raw group commit on a preallocated file`,
    ),
    row('durable appends, one by one', filled['lonePerSecond'], 'events/s', undefined, `${whole(lone)} raw write + fdatasync`),
    row('CPU of the process for each append', filled['cpuMicros'], 'µs'),
  ];
}

function reading(read: Measured, raw: number): BenchRow[] {
  return [
    row(
      'scanning segments from another process, checksums on',
      read['scanPerSecond'],
      'records/s',
      '≥ 1 000 000',
      `${whole(raw)} reading and CRC alone`,
    ),
    row('the same, one record at a time with for await', read['iteratedPerSecond'], 'records/s'),
    row('reading all through the engine, 500 a page', read['pagedPerSecond'], 'records/s'),
    row('reading up to 10 events of a stream', read['streamReadMicros'], 'µs'),
    row('last revision of a stream', read['lastRevisionMicros'], 'µs'),
    row('last revision of a stream that is not there', read['newStreamMicros'], 'µs'),
    row('looking for an event id that is there', read['knownIdMicros'], 'µs'),
    row('looking for an event id that is new', read['newIdMicros'], 'µs'),
  ];
}

function size(filled: Measured, read: Measured): BenchRow[] {
  return [
    row('opening after kill -9', read['openMs'], 'ms', '< 2 000'),
    row('memory of the appending process, most', filled['mostMemoryMiB'], 'MiB', '< 300'),
    row('memory after opening', read['afterOpenMiB'], 'MiB', '< 300'),
    row('memory after reading everywhere', read['memoryMiB'], 'MiB', '< 300'),
  ];
}

function row(what: string, value: number | undefined, unit: string, target?: string, beside?: string): BenchRow {
  return { what, value: value ?? Number.NaN, unit, ...(target && { target }), ...(beside && { beside }) };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const since = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

/** Runs one process of the bench, and kills it with SIGKILL once it has said what it measured. */
async function measure(work: string, folder: string, events: number, streams: number): Promise<Measured> {
  const child = spawn(process.execPath, ['--enable-source-maps', PROCESS, work, folder, String(events), String(streams)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [unknown];
  child.kill('SIGKILL');
  await ended;
  if (typeof line !== 'string') throw new Error(`the bench process ended: ${String(line)}`);
  return JSON.parse(line) as Measured;
}

const writeAt = promisify(write);
const syncData = promisify(fdatasync);

/** The least that a durable group commit must do on this disk: copy and checksum each record, one write, one fdatasync. */
async function rawGroupCommit(folder: string): Promise<number> {
  const fd = preallocated(join(folder, 'raw'), RAW_BATCHES * IN_FLIGHT * RECORD_BYTES);
  const record = Buffer.alloc(RECORD_BYTES, 7);
  const batch = Buffer.alloc(IN_FLIGHT * RECORD_BYTES);
  const start = process.hrtime.bigint();
  for (let i = 0; i < RAW_BATCHES; i++) {
    for (let k = 0; k < IN_FLIGHT; k++) {
      const at = k * RECORD_BYTES;
      record.copy(batch, at);
      batch.writeUInt32LE(crc32(batch.subarray(at + 4, at + RECORD_BYTES)), at);
    }
    await writeAt(fd, batch, 0, batch.length, i * batch.length);
    await syncData(fd);
  }
  const perSecond = (RAW_BATCHES * IN_FLIGHT) / since(start);
  closeSync(fd);
  return perSecond;
}

async function rawLone(folder: string): Promise<number> {
  const fd = preallocated(join(folder, 'raw'), RAW_LONE * RECORD_BYTES);
  const record = Buffer.alloc(RECORD_BYTES, 7);
  const start = process.hrtime.bigint();
  for (let i = 0; i < RAW_LONE; i++) {
    await writeAt(fd, record, 0, record.length, i * RECORD_BYTES);
    await syncData(fd);
  }
  const perSecond = RAW_LONE / since(start);
  closeSync(fd);
  return perSecond;
}

/** Reading a file of as many records in large pieces, and checksumming each. */
function rawScan(folder: string, events: number): number {
  const records = Math.min(events, RAW_BATCHES * IN_FLIGHT);
  const fd = preallocated(join(folder, 'raw'), records * RECORD_BYTES);
  const chunk = Buffer.alloc(744 * RECORD_BYTES);
  const start = process.hrtime.bigint();
  let sum = 0;
  for (let at = 0; at < records * RECORD_BYTES; at += chunk.length) {
    const got = readSync(fd, chunk, 0, chunk.length, at);
    for (let i = 0; i + RECORD_BYTES <= got; i += RECORD_BYTES) sum ^= crc32(chunk.subarray(i, i + RECORD_BYTES));
  }
  const perSecond = records / since(start);
  closeSync(fd);
  return sum === -1 ? 0 : perSecond; // the sum is used, so that it is computed
}

function preallocated(path: string, bytes: number): number {
  const fd = openSync(path, 'w+');
  const zeros = Buffer.alloc(1024 * 1024);
  for (let at = 0; at < bytes; at += zeros.length) writeSync(fd, zeros, 0, zeros.length, at);
  fsyncSync(fd);
  fdatasyncSync(fd);
  return fd;
}
