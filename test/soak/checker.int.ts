import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { EmbeddedLog, startEmbeddedLog } from '@hjemmel/embedded-log';
import { Account } from './account';
import { checkEverything, Followed } from './checker';
import { knownEvent } from './known-event';
import { NumberList } from './numbers';

let folder: string;
let log: EmbeddedLog;
let client: EventStoreDBClient;
const positions: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hjemmel-checker-'));
  log = await startEmbeddedLog({ folder });
  client = EventStoreDBClient.connectionString(log.connectionString);
  for (let n = 0; n < 10; n++) {
    const { position } = await client.appendToStream('exact-0', knownEvent('exact-0', n));
    positions.push(Number(position?.commit));
  }
});

afterAll(async () => {
  await client.dispose();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly revisions: number[];
  readonly positions: number[];
  readonly delivered: number[];
  readonly acknowledgedByGroup: string[];
}

/** What the checker says of a log with ten events, where the soak remembers this of it. */
async function faultsOf(change: (told: Told) => void): Promise<string[]> {
  const told: Told = {
    revisions: positions.map((_, n) => n),
    positions: [...positions],
    delivered: [...positions],
    acknowledgedByGroup: positions.map((_, n) => `${n}@exact-0`),
  };
  change(told);
  const account = new Account();
  told.revisions.forEach((revision, n) => account.writer('exact-0').acknowledged(revision, told.positions[n] ?? -1));
  const delivered = new NumberList();
  for (const position of told.delivered) delivered.push(position);
  const follower: Followed = { wanted: { name: '$all', matches: () => true }, delivered };
  const group = { name: 'a stream', acknowledged: new Set(told.acknowledgedByGroup), matches: () => true };
  await checkEverything(client, account, [follower], [group]);
  return account.faults;
}

describe('the checker of the soak', () => {
  it('finds nothing where everything is as it was told', async () => {
    expect(await faultsOf(() => undefined)).toEqual([]);
  });

  it('finds an acknowledged event that is lost', async () => {
    expect(await faultsOf(({ revisions }) => revisions.push(10))).toEqual([
      'event 10 of exact-0 was acknowledged at revision 10 and is not in the log',
    ]);
  });

  it('finds an event that nobody sent', async () => {
    expect(await faultsOf(({ revisions }) => revisions.pop())).toEqual([expect.stringContaining('exact-0 never sent its event 9')]);
  });

  it('finds an event at another revision or position than was acknowledged', async () => {
    expect(await faultsOf(({ revisions }) => (revisions[3] = 4))).toEqual([expect.stringContaining('it was acknowledged at revision 4')]);
    expect(await faultsOf((told) => (told.positions[3] = 7))).toEqual([expect.stringContaining('it was acknowledged at position 7')]);
  });

  it('lets an event without an answer be there or not, but once', async () => {
    expect(await faultsOf(({ revisions }) => (revisions[3] = -1))).toEqual([]);
    expect(await faultsOf(({ revisions }) => revisions.push(-1))).toEqual([]);
  });

  it('finds a delivery that is missing, doubled, or of nothing', async () => {
    expect(await faultsOf(({ delivered }) => delivered.splice(5, 1))).not.toEqual([]);
    expect(await faultsOf(({ delivered }) => delivered.pop())).toEqual([expect.stringContaining('was delivered nothing there')]);
    expect(await faultsOf(({ delivered }) => delivered.splice(5, 0, delivered[4] ?? 0))).not.toEqual([]);
    expect(await faultsOf(({ delivered }) => delivered.push(1e9))).toEqual([expect.stringContaining('1 deliveries are not in the log')]);
  });

  it('finds an event that a persistent subscription never had acknowledged', async () => {
    expect(await faultsOf(({ acknowledgedByGroup }) => acknowledgedByGroup.splice(2, 1))).toEqual([
      expect.stringContaining('the persistent subscription to a stream never delivered it'),
    ]);
  });
});
