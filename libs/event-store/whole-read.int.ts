import { newUuid } from '@hjemmel/kernel';
import { startTestLog, TestLog } from '../../test/support/test-log';
import { openEventLog } from './event-store-db';
import type { EventLog } from './port';

let log: TestLog;
beforeAll(async () => {
  log = await startTestLog();
  await log.connect().append('thing-1', [...Array(300).keys()].map(written), 'no_stream');
});
afterAll(() => log.stop());

const written = (n: number) => ({
  id: newUuid(),
  event: { type: 'Happened', data: { n } },
  metadata: {
    schema: 1,
    correlationId: newUuid(),
    causationId: newUuid(),
    actor: { id: 'test', role: 'service' as const },
    decidedAt: new Date(0).toISOString(),
  },
});

const firstOf = async (events: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of events) return;
};
const whole = async (events: AsyncIterable<unknown>): Promise<number> => {
  let count = 0;
  for await (const _ of events) count++;
  return count;
};

const reads: Record<string, (client: EventLog) => Promise<unknown>> = {
  'the last position': (client) => client.lastPosition(),
  'a stream, left after its first event': (client) => firstOf(client.readStream('thing-1')),
  'a stream backwards, of which one event was asked for': (client) =>
    firstOf(client.readStream('thing-1', { direction: 'backwards', limit: 1 })),
  'everything, left after its first event': (client) => firstOf(client.readAll()),
  'a stream to its end': (client) => whole(client.readStream('thing-1')),
  'a stream that is not there': (client) => whole(client.readStream('thing-2')),
  'what a filter lets through, left after its first event': (client) => firstOf(client.readFiltered({ streamPrefixes: ['thing-'] })),
};

describe('a read that its reader leaves', () => {
  it.each(Object.keys(reads))('%s: the client goes on, and closes', async (name) => {
    const client = openEventLog(log.connectionString);
    await reads[name]!(client);
    expect(await whole(client.readStream('thing-1'))).toBe(300); // by now the server's end of the read has come in
    await reads[name]!(client);
    expect(await whole(client.readStream('thing-1', { from: 290n }))).toBe(10);
    await client.close();
  });
});
