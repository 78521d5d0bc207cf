import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { EmbeddedLog, startEmbeddedLog } from '..';
import { TOMBSTONE_REVISION } from '../engine';
import { ANY, NO_STREAM } from '../streams/expected-revision';
import { EventToWrite, JSON_CONTENT, Remote, RemoteAddress, RemoteEvent, RemoteFailure, RemoteMessage } from '.';

let folder: string;
let log: EmbeddedLog;
let remote: Remote;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hjemmel-remote-'));
  log = await startEmbeddedLog({ folder });
  remote = await Remote.connect(RemoteAddress.parse(log.connectionString));
});

afterAll(async () => {
  remote.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (data: Buffer | string, more: Partial<EventToWrite> = {}): EventToWrite => ({
  id: randomBytes(16),
  type: 'Sent',
  contentType: JSON_CONTENT,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
  ...more,
});

describe('a server seen through its raw messages', () => {
  it('gives back every byte, also of JSON that is none or that parsing would change', async () => {
    const events = [
      event('{ "amount": 12345678901234567890, "amount": 1.0 }\n', { metadata: Buffer.from('{"x" : 1}') }),
      event('not JSON at all'),
      event(randomBytes(100_000), { contentType: 'application/octet-stream', metadata: randomBytes(1000) }),
      event('', { type: 'Łukasz æøå 😀' }),
    ];
    expect(await remote.append({ stream: 'bytes', expected: NO_STREAM, events })).toMatchObject({ kind: 'written', revision: 3 });
    const read = await remote.events({ stream: 'bytes', from: 'start', count: 10 });
    const plain = ({ id, type, contentType, data, metadata }: EventToWrite) => ({ id, type, contentType, data, metadata });
    expect(read.map(plain)).toEqual(events.map(plain));
    const inAll = (await remote.events({ from: 'start', count: 100 })).filter(({ stream }) => stream === 'bytes');
    expect(inAll.map(({ raw }) => raw)).toEqual(read.map(({ raw }) => raw));
  });

  it('sends appends in their order, and hears of each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => remote.append({ stream: 'ordered', expected: n - 1, events: [event(`${n}`)] })),
    );
    expect(answers.map((answer) => (answer.kind === 'written' ? answer.revision : answer.kind))).toEqual(answers.map((_, n) => n));
    const positions = answers.map((answer) => (answer.kind === 'written' ? (answer.position ?? -1) : -1));
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    expect(await remote.append({ stream: 'ordered', expected: 7, events: [event('')] })).toEqual({
      kind: 'wrong-expected-revision',
      current: 49,
    });
  });

  it('says why an append is not taken, and whether trying again may help', async () => {
    const tooLarge = await remote.append({ stream: 'large', expected: ANY, events: [event(Buffer.alloc(1_048_577))] });
    expect(tooLarge).toEqual({ kind: 'failed', reason: 'Maximum Append Size Exceeded', passing: false });
    expect(await remote.append({ stream: 'large', expected: ANY, events: [event('', { type: '' })] })).toMatchObject({
      kind: 'failed',
      passing: false,
    });
  });

  it('tells the last revision of streams that no read tells of, and writes nothing for it', async () => {
    const end = await remote.lastPosition();
    expect(await remote.lastRevision('never')).toBe(-1);
    expect(await remote.lastRevision('ordered')).toBe(49);
    expect(await remote.lastPosition()).toBe(end);
    await remote.append({ stream: 'hidden', expected: ANY, events: [event('1'), event('2')] });
    await remote.delete('hidden');
    expect(await remote.lastRevision('hidden')).toBe(1);
    await remote.tombstone('hidden');
    expect(await remote.lastRevision('hidden')).toBe(TOMBSTONE_REVISION);
    expect(await remote.append({ stream: 'hidden', expected: ANY, events: [event('')] })).toEqual({ kind: 'stream-deleted' });
  });

  it('reads $all from a position, backwards, without system events, and by streams', async () => {
    const all = await remote.events({ from: 'start', count: 1000 });
    const third = all[2] as RemoteEvent;
    expect((await remote.events({ from: third.position, count: 2 })).map(({ position }) => position)).toEqual([
      third.position,
      all[3]?.position,
    ]);
    expect((await remote.events({ from: third.position, backwards: true, count: 2 })).map(({ position }) => position)).toEqual([
      all[1]?.position,
      all[0]?.position,
    ]);
    const users = await remote.events({ from: 'start', count: 1000, withoutSystemEvents: true });
    expect(users.map(({ position }) => position)).toEqual(all.filter(({ type }) => !type.startsWith('$')).map(({ position }) => position));
    const some = await remote.events({ from: 'start', count: 1000, streamPrefixes: ['$$', 'ord'] });
    expect(new Set(some.map(({ stream }) => stream))).toEqual(new Set(['$$hidden', 'ordered']));
  });

  it('follows what comes, and ends when the loop over it is left', async () => {
    const kinds: RemoteMessage['kind'][] = [];
    const reading = remote.read({ stream: 'followed', from: 'start' });
    for await (const message of reading) {
      kinds.push(message.kind);
      if (message.kind === 'caught-up') await remote.append({ stream: 'followed', expected: ANY, events: [event('1'), event('2')] });
      if (kinds.filter((kind) => kind === 'event').length === 2) break;
    }
    expect(kinds).toEqual(['other', 'caught-up', 'event', 'event']);
  });

  it('reads what the official client wrote, and the other way round', async () => {
    const client = EventStoreDBClient.connectionString(log.connectionString);
    await client.appendToStream('both', jsonEvent({ id: '11111111-2222-4333-8444-555555555555', type: 'T', data: { a: 1 } }));
    const [read] = await remote.events({ stream: 'both', from: 'start', count: 1 });
    expect(read?.id.toString('hex')).toBe('11111111222243338444555555555555');
    expect(read?.data.toString()).toBe('{"a":1}');
    for await (const { event: seen } of client.readStream('both'))
      expect(seen?.created.getTime()).toBe(Number((read?.createdTicks ?? 0n) / 10_000n));
    await client.dispose();
  });

  it('tells a server that is not there, and one that goes away', async () => {
    const nobody = await Remote.connect(RemoteAddress.parse('esdb://127.0.0.1:1?tls=false'));
    const failure: unknown = await nobody.lastPosition().catch((error: unknown) => error);
    nobody.close();
    expect(failure).toBeInstanceOf(RemoteFailure);
    expect(failure).toMatchObject({ message: 'esdb://127.0.0.1:1: it cannot be reached', passing: true });

    const other = await startEmbeddedLog({ folder: join(folder, 'other') });
    const there = await Remote.connect(RemoteAddress.parse(other.connectionString));
    const following = (async () => {
      for await (const message of there.read({ from: 'start' })) if (message.kind === 'caught-up') void other.close();
    })();
    await expect(following).rejects.toMatchObject({ passing: true });
    await expect(there.append({ stream: 's', expected: ANY, events: [event('')] })).rejects.toMatchObject({ passing: true });
    there.close();
  });
});
