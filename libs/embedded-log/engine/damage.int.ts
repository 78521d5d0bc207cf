import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineOptions, LogDamaged, Notice, openEngine, StoredRecord } from '.';
import { appendMany, plain, readEverything, sample, TestFolder } from './testing/samples';

const SMALL: Omit<EngineOptions, 'folder'> = { segmentBytes: 2000, preallocateBytes: 4096, memtableEntries: 6, mergeFanIn: 2 };
const STREAMS = ['order-1', 'order-2', 'dataSubject-3'];

let folder: TestFolder;
beforeEach(() => (folder = new TestFolder()));
afterEach(() => folder.remove());

const within = (...parts: string[]): string => join(folder.path, ...parts);
const segments = (at: string): string[] =>
  readdirSync(join(at, 'segments'))
    .filter((file) => file.endsWith('.log'))
    .sort();
const fileAt = (at: string, file: string): string => join(at, 'segments', file);

/** A closed log of several segments, with all that it holds. */
async function makeLog(at: string): Promise<Record<string, unknown>[]> {
  const engine = await openEngine({ folder: at, ...SMALL });
  for (const stream of STREAMS) await appendMany(engine, stream, 8, 90);
  const all = readEverything(engine).map(plain);
  await engine.settled();
  await engine.close();
  return all;
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] as number) ^ (1 << (offset % 8));
  writeFileSync(file, bytes);
}

/** What a fresh process would serve, oldest first, up to the damage it finds. */
async function serve(at: string): Promise<{ served: Record<string, unknown>[]; error: unknown; notices: Notice[] }> {
  const notices: Notice[] = [];
  const served: StoredRecord[] = [];
  const engine = await openEngine({ folder: at, ...SMALL, onNotice: (notice) => notices.push(notice) }).catch((error: unknown) => error);
  if (engine instanceof Error) return { served: [], error: engine, notices };
  const log = engine as Awaited<ReturnType<typeof openEngine>>;
  try {
    for (let from = 0; ;) {
      const page = log.readAllForwards(from, 1);
      if (page.records.length === 0) return { served: served.map(plain), error: undefined, notices };
      served.push(...page.records);
      from = page.next;
    }
  } catch (error) {
    return { served: served.map(plain), error, notices };
  } finally {
    await log.close();
  }
}

describe('a write that was cut short before it was acknowledged', () => {
  /** A log whose last append of three records was written but never acknowledged; gives where that append begins and ends. */
  async function withUnacknowledged(): Promise<{ whole: Record<string, unknown>[]; file: string; from: number; to: number }> {
    const engine = await openEngine({ folder: folder.path, segmentBytes: 100_000, preallocateBytes: 8192 });
    await appendMany(engine, 'order-1', 5);
    const acknowledged = readFileSync(within('durable-tail'));
    const whole = readEverything(engine).map(plain);
    const from = engine.tail;
    await engine.append([sample('order-1', 5), sample('order-2', 0, { bytes: 30 }), sample('order-1', 6)]).durable;
    const to = engine.tail;
    await engine.close();
    writeFileSync(within('durable-tail'), acknowledged);
    return { whole, file: segments(folder.path)[0] as string, from: from + 64, to: to + 64 };
  }

  it.each(['the file ends there', 'zeros follow', 'its beginning is missing'])(
    'is cut off and told, whichever byte it ends at: %s',
    async (how) => {
      const { whole, file, from, to } = await withUnacknowledged();
      const original = readFileSync(fileAt(folder.path, file));
      for (let cut = from + 1; cut < to; cut += 1 + (cut % 3)) {
        const torn = Buffer.from(original);
        if (how === 'zeros follow') torn.fill(0, cut);
        if (how === 'its beginning is missing') torn.fill(0, from, cut);
        if (how === 'zeros follow' && torn.equals(original)) continue; // the zeros that end the last record
        writeFileSync(fileAt(folder.path, file), how === 'the file ends there' ? torn.subarray(0, cut) : torn);
        const { served, error, notices } = await serve(folder.path);
        expect({ cut, served: served.length, error }).toEqual({ cut, served: whole.length, error: undefined });
        const nothingLeft = torn.subarray(from, how === 'its beginning is missing' ? to : cut).every((byte) => byte === 0);
        expect(notices.map(({ kind }) => kind)).toEqual(nothingLeft ? ['index-rebuilt'] : ['torn-tail-cut', 'index-rebuilt']);
        if (!nothingLeft) expect(notices[0]).toMatchObject({ file: fileAt(folder.path, file), offset: from });
      }
      const engine = await openEngine({ folder: folder.path });
      expect(readEverything(engine).map(plain)).toEqual(whole);
      expect(await appendMany(engine, 'order-1', 1)).toEqual([from - 64]);
      await engine.close();
    },
  );

  it('is told apart from an acknowledged one, which is never cut off', async () => {
    const { file, from, to } = await withUnacknowledged();
    const engine = await openEngine({ folder: folder.path });
    expect(engine.tail).toBe(to - 64);
    await engine.close();
    for (const cut of [from, from + 1, from + 200, to - 1]) {
      const copy = new TestFolder();
      cpSync(folder.path, copy.path, { recursive: true });
      truncateSync(fileAt(copy.path, file), cut);
      const { error, served } = await serve(copy.path);
      expect(error).toBeInstanceOf(LogDamaged);
      expect(error).toMatchObject({ file: fileAt(copy.path, file), offset: from });
      expect(served).toEqual([]);
      copy.remove();
    }
  });

  it('that left nothing but noise behind the log is cut off and told', async () => {
    const whole = await makeLog(folder.path);
    appendFileSync(fileAt(folder.path, segments(folder.path).at(-1) as string), Buffer.alloc(777, 0xa5));
    const { served, error, notices } = await serve(folder.path);
    expect(error).toBeUndefined();
    expect(served).toEqual(whole);
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'torn-tail-cut' }));
  });
});

describe('a flipped bit', () => {
  it('anywhere in what was acknowledged is found, with file and offset, and nothing from there on is served', async () => {
    const whole = await makeLog(folder.path);
    const engine = await openEngine({ folder: folder.path, ...SMALL });
    const tail = engine.tail;
    await engine.close();
    for (const [i, file] of segments(folder.path).entries()) {
      const path = fileAt(folder.path, file);
      const original = readFileSync(path);
      const base = Number(file.slice(8, 24));
      const end = Math.min(original.length, tail - base + 64);
      for (let offset = i; offset < end; offset += 19) {
        flip(path, offset);
        const { served, error } = await serve(folder.path);
        expect({ offset, error }).toEqual({ offset, error: expect.any(LogDamaged) });
        expect((error as LogDamaged).file).toBe(path);
        expect((error as LogDamaged).offset).toBeLessThanOrEqual(offset);
        expect(served).toEqual(whole.slice(0, served.length));
        expect(served.every(({ position }) => (position as number) < base + Math.max(0, offset - 64))).toBe(true);
        writeFileSync(path, original);
      }
    }
  });

  it('is met by every way to read, and stops appends', async () => {
    const whole = await makeLog(folder.path);
    const file = fileAt(folder.path, segments(folder.path)[0] as string);
    flip(file, 64 + (whole[2]?.['position'] as number) + 100);
    const engine = await openEngine({ folder: folder.path, ...SMALL });
    expect(engine.readStreamForwards('order-1', 0, 2).map(plain)).toEqual(whole.slice(0, 2));
    expect(() => engine.readStreamForwards('order-1', 0, 3)).toThrow(LogDamaged);
    expect(() => engine.readStreamBackwards('order-1', 5, 10)).toThrow(LogDamaged);
    expect(() => engine.readAllForwards(0, 100)).toThrow(LogDamaged);
    expect(() => engine.readAllBackwards(engine.tail, 100)).toThrow(LogDamaged);
    expect(() => engine.append([sample('new', 0)])).toThrow(/the log takes no appends: .* is damaged at byte/);
    await engine.close();
  });

  it('in a segment that is missing, short or foreign is told', async () => {
    await makeLog(folder.path);
    const [first = '', second = ''] = segments(folder.path);
    for (const spoil of [
      () => truncateSync(fileAt(folder.path, first), statSync(fileAt(folder.path, first)).size - 1),
      () => truncateSync(fileAt(folder.path, first), 10),
      () => rmSync(fileAt(folder.path, second)),
      () => rmSync(fileAt(folder.path, first)),
    ]) {
      const kept = new TestFolder();
      cpSync(folder.path, kept.path, { recursive: true });
      spoil();
      await expect(openEngine({ folder: folder.path, ...SMALL })).rejects.toBeInstanceOf(LogDamaged);
      folder.remove();
      cpSync(kept.path, folder.path, { recursive: true });
      kept.remove();
    }
  });
});

describe('the index', () => {
  const indexFiles = (): string[] => readdirSync(within('index')).map((file) => within('index', file));

  async function expectWhole(whole: Record<string, unknown>[]): Promise<Notice[]> {
    const notices: Notice[] = [];
    const engine = await openEngine({ folder: folder.path, ...SMALL, onNotice: (notice) => notices.push(notice) });
    for (const stream of STREAMS) {
      const own = whole.filter((record) => record['stream'] === stream);
      expect(engine.readStreamForwards(stream, 0, 100).map(plain)).toEqual(own);
      expect(engine.lastRevision(stream)).toBe(own.length - 1);
      for (const { eventId, revision, position } of own) {
        expect(engine.findEvent(stream, Buffer.from(eventId as string, 'hex'))).toEqual({ revision, position });
      }
    }
    await engine.close();
    return notices;
  }

  it('is made anew when it is gone, wholly or a file at a time', async () => {
    const whole = await makeLog(folder.path);
    expect(indexFiles().length).toBeGreaterThan(2);
    rmSync(within('index'), { recursive: true });
    expect(await expectWhole(whole)).toContainEqual(expect.objectContaining({ kind: 'index-rebuilt' }));
    for (const file of indexFiles()) {
      if (!existsSync(file)) continue; // merged into another since
      rmSync(file);
      expect(await expectWhole(whole)).not.toEqual([]);
    }
  });

  it('is made anew where it is damaged: a look-up fails with its place or is right, never wrong', async () => {
    const whole = await makeLog(folder.path);
    for (let round = 0; round < 40; round++) {
      const files = indexFiles();
      const file = files[round % files.length] as string;
      flip(file, (round * 7919) % statSync(file).size);
      const engine = await openEngine({ folder: folder.path, ...SMALL });
      for (const { stream, eventId, revision, position } of whole) {
        try {
          expect(engine.findEvent(stream as string, Buffer.from(eventId as string, 'hex'))).toEqual({ revision, position });
          expect(engine.readStreamForwards(stream as string, revision as number, 1)).toHaveLength(1);
        } catch (error) {
          if (!(error instanceof LogDamaged)) throw error;
          expect(error.file).toBe(file);
        }
      }
      await engine.settled();
      await engine.close();
      await expectWhole(whole);
    }
  });
});
