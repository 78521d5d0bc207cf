import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { openEngine, StoredRecord, TOMBSTONE_REVISION } from '.';
import { DurableTail } from './durable-tail';
import { appendMany, idOf, plain, readEverything, sample, TestFolder } from './testing/samples';

let folder: TestFolder;
beforeEach(() => (folder = new TestFolder()));
afterEach(() => folder.remove());

const open = (more: Partial<Parameters<typeof openEngine>[0]> = {}) => openEngine({ folder: folder.path, ...more });

describe('an append', () => {
  it('has its position at once, is known to look-ups at once and to readers once it is on disk', async () => {
    const engine = await open();
    const { positions, durable } = engine.append([sample('order-1', 0), sample('order-1', 1)]);
    expect(positions[0]).toBe(0);
    expect(engine.lastRevision('order-1')).toBe(1);
    expect(engine.locate('order-1', 1)?.position).toBe(positions[1]);
    expect(engine.readStreamForwards('order-1', 0, 10)).toEqual([]);
    expect(engine.durableTail).toBe(0);
    await durable;
    expect(engine.readStreamForwards('order-1', 0, 10).map(({ position }) => position)).toEqual(positions);
    expect(engine.durableTail).toBe(engine.tail);
    await engine.close();
  });

  it('is taken wholly or not at all', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 2);
    const { tail } = engine;
    const broken = { ...sample('order-3', 0), payload: () => { throw new Error('no payload'); } }; // prettier-ignore
    const refused: [ReturnType<typeof sample>[], string | RegExp][] = [
      [[sample('order-2', 0), sample('order-1', 1)], 'revision 1 does not follow on 1'],
      [[sample('order-2', 0), sample('order-2', 0)], 'revision 0 does not follow on 0'],
      [[sample('order-2', 0), broken], 'no payload'],
      [[sample('order-2', 0), sample('order-3', 0, { id: Buffer.alloc(15) })], '16 bytes'],
      [[sample('order-2', 0), sample('x'.repeat(70_000), 0)], '65535 bytes'],
      [[sample('order-\ud800', 0)], 'well-formed'],
      [[sample('order-2', -1)], 'does not follow'],
      [[{ ...sample('order-2', 0), revision: 0.5 }], 'does not follow'],
    ];
    for (const [records, reason] of refused) expect(() => engine.append(records)).toThrow(reason);
    expect([engine.tail, engine.lastRevision('order-2'), engine.lastRevision('order-3')]).toEqual([tail, undefined, undefined]);
    await appendMany(engine, 'order-2', 1);
    expect(readEverything(engine)).toHaveLength(3);
    await engine.close();
  });

  it('larger than a segment, or with long names and payloads, comes back as it went', async () => {
    const engine = await open({ segmentBytes: 1000, preallocateBytes: 0 });
    const name = `dataSubject-${'æøå€𝄞'.repeat(3000)}`;
    const records = [sample(name, 0, { bytes: 3_000_000 }), sample('b', 7, { bytes: 0, type: '' }), sample(name, TOMBSTONE_REVISION)];
    const seen: StoredRecord[] = [];
    engine.onCommitted((committed) => seen.push(...committed));
    await engine.append(records).durable;
    const all = readEverything(engine).map(plain);
    expect(all.map(({ stream, revision }) => [stream, revision])).toEqual(records.map(({ stream, revision }) => [stream, revision]));
    expect(seen.map(plain)).toEqual(all);
    await engine.close();
    const again = await open();
    expect(readEverything(again).map(plain)).toEqual(all);
    await again.close();
  });
});

describe('listeners', () => {
  it('hear every record once, in order, and no more after they left', async () => {
    const engine = await open();
    const heard: number[] = [];
    const leave = engine.onCommitted((records) => heard.push(...records.map(({ position }) => position)));
    const positions = await appendMany(engine, 'order-1', 50);
    positions.push(...(await appendMany(engine, 'order-2', 50)));
    leave();
    await appendMany(engine, 'order-1', 1);
    expect(heard).toEqual(positions);
    await engine.close();
  });
});

describe('a listener that comes while an append is on its way', () => {
  it('hears all of that append, which it could not read before', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 1);
    const { positions, durable } = engine.append([sample('order-1', 1), sample('order-1', 2)]);
    const heard: number[] = [];
    engine.onCommitted((records) => heard.push(...records.map(({ position }) => position)));
    const later = engine.append([sample('order-1', 3)]);
    const read = engine.readAllForwards(0, 10).records.map(({ position }) => position);
    await Promise.all([durable, later.durable]);
    expect([...read, ...heard]).toEqual([0, ...positions, ...later.positions]);
    await engine.close();
  });
});

describe('streams whose names have the same hash', () => {
  it('are told apart in tables of any age', async () => {
    const engine = await open({ hashBits: 0, memtableEntries: 1, mergeFanIn: 100 });
    await engine.append([sample('a', TOMBSTONE_REVISION)]).durable;
    for (let revision = 0; revision < 4; revision++) await engine.append([sample('b', revision), sample('c', revision)]).durable;
    await engine.settled();
    expect(engine.locate('a', TOMBSTONE_REVISION)).toEqual({ position: 0, eventId: idOf(`a@${TOMBSTONE_REVISION}`) });
    expect(engine.locate('c', 2)?.eventId).toEqual(idOf('c@2'));
    expect(engine.locate('c', 4)).toBeUndefined();
    expect(['a', 'b', 'c', 'd'].map((stream) => engine.lastRevision(stream))).toEqual([TOMBSTONE_REVISION, 3, 3, undefined]);
    expect(engine.readStreamForwards('b', 1, 2).map(({ stream, revision }) => [stream, revision])).toEqual([['b', 1], ['b', 2]]); // prettier-ignore
    expect(engine.findEvent('b', idOf('c@1'))).toBeUndefined();
    await engine.close();
  });
});

describe('a long stream', () => {
  it('is read from anywhere, both ways, from memory and from tables', async () => {
    const engine = await open({ memtableEntries: 1500 });
    await appendMany(engine, 'order-1', 4000, 10);
    for (const settle of [false, true]) {
      if (settle) await engine.settled();
      for (const from of [0, 1, 511, 512, 513, 1499, 1500, 2500, 3999, 4000]) {
        const forwards = engine.readStreamForwards('order-1', from, 700).map(({ revision }) => revision);
        expect(forwards).toEqual(Array.from({ length: Math.min(700, 4000 - from) }, (_, i) => from + i));
        const backwards = engine.readStreamBackwards('order-1', from, 700).map(({ revision }) => revision);
        expect(backwards).toEqual(
          Array.from({ length: Math.min(700, from + 1) }, (_, i) => Math.min(from, 3999) - i).filter((r) => r >= 0),
        );
      }
    }
    await engine.close();
  });

  it('is read up to about a number of bytes', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 100, 1000);
    expect(engine.readStreamForwards('order-1', 0, 100, 5000)).toHaveLength(5);
    expect(engine.readAllForwards(0, 100, 5000).records).toHaveLength(5);
    expect(engine.readAllBackwards(engine.tail, 100, 1).records).toHaveLength(1);
    await engine.close();
  });
});

describe('the folder', () => {
  it('belongs to one engine at a time', async () => {
    const engine = await open();
    await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
    await engine.close();
    await (await open()).close();
  });

  it('is refused when a newer program wrote it', async () => {
    await (await open()).close();
    const file = join(folder.path, 'segments', readdirSync(join(folder.path, 'segments'))[0] as string);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(2, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    writeFileSync(file, bytes);
    await expect(open()).rejects.toThrow('format version 2; this program reads version 1');
  });

  it('keeps the durable tail through a torn write of it', async () => {
    const engine = await open();
    await appendMany(engine, 'order-1', 3);
    const before = engine.durableTail;
    await appendMany(engine, 'order-1', 1);
    const after = engine.durableTail;
    expect(DurableTail.read(folder.path)).toBe(after);
    await engine.close();
    const path = join(folder.path, 'durable-tail');
    const bytes = readFileSync(path);
    for (const slot of [0, 512]) {
      const torn = Buffer.from(bytes);
      torn.fill(0xff, slot + 4, slot + 12);
      writeFileSync(path, torn);
      expect([before, after]).toContain(DurableTail.read(folder.path));
    }
    writeFileSync(path, '');
    expect(DurableTail.read(folder.path)).toBeUndefined();
    const again = await open();
    expect([again.tail, again.findEvent('order-1', idOf('order-1@3'))?.revision]).toEqual([after, 3]);
    await again.close();
  });
});
