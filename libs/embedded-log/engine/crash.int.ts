import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineOptions, LogEngine, openEngine, StoredRecord } from '.';
import { idOf, payloadAt, readEverything, TestFolder } from './testing/samples';

const APPENDER = join(process.cwd(), 'dist/libs/embedded-log/engine/testing/appender.js');
const OPTIONS: Omit<EngineOptions, 'folder'> = { segmentBytes: 65_536, preallocateBytes: 16_384, memtableEntries: 200, mergeFanIn: 3 };
const ROUNDS = 12;
const IN_FLIGHT = 8;

interface Acknowledged {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly count: number;
}

/** Lets a child append until it acknowledged `enough`, kills it with SIGKILL, and gives all that it acknowledged. */
async function appendUntilKilled(folder: string, enough: number): Promise<Acknowledged[]> {
  const child: ChildProcess = spawn(process.execPath, [APPENDER, folder, String(IN_FLIGHT)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const [stream = '', revision, position, count] = line.split(' ');
    if (stream === 'open') continue;
    if (stream === 'refused') throw new Error(line);
    acknowledged.push({ stream, revision: Number(revision), position: Number(position), count: Number(count) });
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

/** What is wrong with the acknowledged appends; nothing, if all is well. */
function missing(engine: LogEngine, acknowledged: readonly Acknowledged[]): string[] {
  return acknowledged.flatMap(({ stream, revision, position, count }) => {
    const records = engine.readStreamForwards(stream, revision, count);
    const found = engine.findEvent(stream, idOf(`${stream}@${revision}`));
    const whole = records.length === count && records.every((record, k) => record.revision === revision + k);
    const inPlace = records[0]?.position === position && found?.position === position && found.revision === revision;
    return whole && inPlace ? [] : [`${stream}@${revision}`];
  });
}

/** Positions and revisions ascend without a gap, payloads stand where they were written, appends are whole or absent. */
function inconsistent(all: readonly StoredRecord[]): string[] {
  const next = new Map<string, number>();
  const faults: string[] = [];
  let open = 0;
  let last = -1;
  for (const record of all) {
    const [, part = 0, , count] = record.type.split('-').map(Number);
    const inOrder = record.position > last && record.revision === (next.get(record.stream) ?? 0) && part === open + 1;
    if (!inOrder || !record.payload.equals(payloadAt(record.position, record.payload.length))) faults.push(`position ${record.position}`);
    last = record.position;
    next.set(record.stream, record.revision + 1);
    open = part === count ? 0 : part;
  }
  return open === 0 ? faults : [...faults, 'half an append at the end'];
}

describe('after kill -9', () => {
  it('every acknowledged append is there, whole, in order and in its place, time after time', async () => {
    const folder = new TestFolder();
    const everything: Acknowledged[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        everything.push(...(await appendUntilKilled(folder.path, 20 + round * 45)));
        const engine = await openEngine({ folder: folder.path, ...OPTIONS });
        try {
          expect(missing(engine, everything)).toEqual([]);
          expect(inconsistent(readEverything(engine))).toEqual([]);
        } finally {
          await engine.close();
        }
      }
      expect(everything.length).toBeGreaterThan(ROUNDS * 20);
    } finally {
      folder.remove();
    }
  });

  it('the folder is free at once, and taken while the process lives', async () => {
    const folder = new TestFolder();
    const child = spawn(process.execPath, [APPENDER, folder.path, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      await expect(openEngine({ folder: folder.path })).rejects.toThrow(`is in use by process ${child.pid}`);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const engine = await openEngine({ folder: folder.path });
      await engine.close();
    } finally {
      child.kill('SIGKILL');
      folder.remove();
    }
  });
});
