import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { backup, Engine, openEngine, restore, SegmentReader, stats, StoredRecord, verify } from '.';
import { Acknowledged, acknowledgedIn, APPENDER_OPTIONS, inconsistent, missing, startAppender } from './testing/acknowledged';
import { goneAfter, ROUNDS } from './testing/compactor';
import { appendMany, plain, readEverything, sample, TestFolder } from './testing/samples';

let folder: TestFolder;
let other: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
  other = new TestFolder();
});
afterEach(() => {
  folder.remove();
  other.remove();
});

const open = (at = folder.path): Promise<Engine> => openEngine({ folder: at, ...APPENDER_OPTIONS });

/** Whether the bytes stand in any file below the folder. */
function isOnDisk(bytes: string, at = folder.path): boolean {
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(bytes));
}

const secret = (stream: string, revision: number, text: string) => ({ ...sample(stream, revision), payload: () => Buffer.from(text) });

describe('compaction', () => {
  it('removes bytes for good, the newest too, and leaves all else where it was', async () => {
    let engine = await open();
    await appendMany(engine, 'order-1', 700);
    await engine.append([
      secret('dataSubject-1', 0, 'kari-nordmann-1'),
      secret('dataSubject-1', 1, 'kari-nordmann-2'),
      sample('order-2', 0),
    ]).durable;
    const kept = readEverything(engine)
      .filter(({ stream }) => stream !== 'dataSubject-1')
      .map(plain);
    expect(isOnDisk('kari-nordmann')).toBe(true);

    const report = await engine.compact(({ stream }) => stream === 'dataSubject-1');
    expect(report).toMatchObject({ removed: 2, rewrittenSegments: 1 });
    expect(isOnDisk('kari-nordmann')).toBe(false);
    for (let reopened = 0; reopened < 3; reopened++) {
      expect(readEverything(engine).map(plain)).toEqual(kept);
      expect(engine.readAllBackwards(engine.tail, 10_000).records.map(plain)).toEqual([...kept].reverse());
      expect(engine.lastRevision('dataSubject-1')).toBe(1);
      expect(engine.locate('dataSubject-1', 1)).toBeUndefined();
      expect(engine.findEvent('dataSubject-1', sample('dataSubject-1', 0).eventId)).toBeUndefined();
      expect((await verify(folder.path)).problems).toEqual([]);
      await engine.close();
      if (reopened === 1) rmSync(join(folder.path, 'index'), { recursive: true });
      engine = await open();
    }
    await engine.append([sample('dataSubject-1', 2)]).durable;
    expect(await engine.compact(() => false)).toEqual({
      removed: 0,
      rewrittenSegments: 1,
      freedBytes: expect.any(Number),
      range: expect.anything(),
    });
    expect(engine.readStreamForwards('dataSubject-1', 0, 10).map(({ revision }) => revision)).toEqual([2]);
    await engine.close();
  });

  it('lets appends and reads go on meanwhile', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 2000);
    let running = true;
    const compaction = engine.compact(({ revision }) => revision % 2 === 0).finally(() => (running = false));
    for (let revision = 0; running; revision++) {
      await engine.append([sample('order-2', revision)]).durable;
      const seen = engine.readStreamForwards('order-1', 0, 3000).map((record) => record.revision);
      expect(seen.filter((one) => one % 2 === 1)).toHaveLength(1000);
      expect(engine.readStreamForwards('order-2', 0, 10_000)).toHaveLength(revision + 1);
    }
    expect(await compaction).toMatchObject({ removed: 1000 });
    expect(engine.readStreamForwards('order-1', 0, 3000)).toHaveLength(1000);
    await engine.close();
    expect((await verify(folder.path)).problems).toEqual([]);
  });

  it('killed at any moment leaves each segment as it was or as it was to become', async () => {
    const engine = await open();
    for (let i = 0; i < 12; i++) await appendMany(engine, `order-${i}`, 200);
    const before = readEverything(engine).map(plain);
    await engine.close();
    let [finished, kills] = [0, 0];
    while (finished < ROUNDS) {
      const script = join(process.cwd(), 'dist/libs/embedded-log/engine/testing/compactor.js');
      const child = spawn(process.execPath, [script, folder.path, String(finished)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let begun = finished;
      for await (const line of createInterface({ input: child.stdout })) {
        const [what, round] = line.split(' ');
        if (what === 'begins') begun = Number(round) + 1;
        else finished = Number(round) + 1;
        // Any moment will do: now, or a little into the next piece of work.
        if (what === 'begins' && (kills + begun) % 2 === 0) void pause((kills * 7) % 60).then(() => child.kill('SIGKILL'));
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (child.signalCode === 'SIGKILL') kills += 1;
      expect((await verify(folder.path)).problems).toEqual([]);
      const reader = new SegmentReader(folder.path);
      const now = new Map([...reader.pages()].flat().map((record) => [record.position, plain(record)]));
      reader.close();
      const wrong = before.filter(({ position, revision, ...rest }) => {
        const found = now.get(position as number);
        if (found) return goneAfter(revision as number, finished) || found['payload'] !== rest['payload'];
        return !goneAfter(revision as number, begun);
      });
      expect(wrong).toEqual([]);
    }
    expect(kills).toBeGreaterThan(2);
    const last = await open();
    expect(last.lastRevision('order-3')).toBe(199);
    expect(readEverything(last)).toEqual([]);
    await last.close();
  });
});

describe('beside a process that appends', () => {
  it('a reader and a backup see whole appends, all that were acknowledged before they looked', async () => {
    const { child, lines } = startAppender(folder.path, 8);
    const acknowledged: Acknowledged[] = [];
    const inBackup: Acknowledged[] = [];
    lines.on('line', (line) => acknowledged.push(...[acknowledgedIn(line)].filter((one) => one !== undefined)));
    await once(lines, 'line');
    const reader = new SegmentReader(folder.path);
    const seen: StoredRecord[] = [];
    let next = 0;
    for (let backups = 0; backups < 3;) {
      await once(lines, 'line');
      const before = [...acknowledged];
      const page = reader.read(next, 100_000);
      seen.push(...page.records);
      next = page.next;
      const positions = new Set(seen.map(({ position }) => position));
      expect(before.filter(({ position }) => !positions.has(position))).toEqual([]);
      if (acknowledged.length < (backups + 1) * 150) continue;
      await backup(folder.path, other.path);
      inBackup.splice(0, Infinity, ...before);
      backups += 1;
      expect((await verify(other.path)).problems).toEqual([]);
      expect((await verify(folder.path)).problems).toEqual([]);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    reader.close();
    expect(inconsistent(seen)).toEqual([]);

    const restored = new TestFolder();
    const { tail } = await restore(other.path, restored.path);
    await expect(restore(other.path, restored.path)).rejects.toThrow('holds a log already');
    const engine = await open(restored.path);
    expect(engine.tail).toBe(tail);
    expect(missing(engine, inBackup)).toEqual([]);
    expect(inconsistent(readEverything(engine))).toEqual([]);
    await engine.close();
    restored.remove();
  });

  it('a backup goes on from the one before, and takes no other log’s', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 1500);
    const first = await backup(folder.path, other.path);
    await appendMany(engine, 'order-1', 100);
    const second = await backup(folder.path, other.path);
    expect(second.unchangedSegments).toBe(first.segments - 1);
    expect(second.copiedBytes).toBeLessThan(first.copiedBytes);
    await engine.close();
    const stranger = new TestFolder();
    await (await open(stranger.path)).close();
    await expect(backup(stranger.path, other.path)).rejects.toThrow('holds a backup of another log');
    stranger.remove();
  });
});

describe('verify and stats', () => {
  it('count what is there and name every damaged place, in segments and in the index', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 900);
    await engine.settled();
    await engine.close();
    const whole = await verify(folder.path);
    expect(whole).toMatchObject({ records: 900, problems: [] });
    expect(stats(folder.path)).toMatchObject({ tail: whole.tail, segments: whole.segments, compactedSegments: 0, compactedBytes: 0 });
    expect(stats(folder.path).indexedRecords + stats(folder.path).unindexedRecords).toBe(900);

    const segment = join(folder.path, 'segments', readdirSync(join(folder.path, 'segments'))[0] as string);
    const table = join(folder.path, 'index', readdirSync(join(folder.path, 'index'))[0] as string);
    for (const offset of [70, 20_000]) flip(segment, offset);
    flip(table, statSync(table).size >> 1);
    const { problems, records } = await verify(folder.path);
    expect(problems.filter(({ derived }) => !derived).map(({ file }) => file)).toEqual([segment, segment]);
    expect(problems[0]).toMatchObject({ offset: 64 });
    expect(records).toBe(898);
    rmSync(table);
    expect((await verify(folder.path)).problems.at(-1)).toMatchObject({ file: table, derived: true });
  });
});

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] as number) ^ 4;
  writeFileSync(file, bytes);
}
