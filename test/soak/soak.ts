import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import { Account } from './account';
import { checkEverything, checkStreams } from './checker';
import { Group } from './group';
import { figures, hjemmel } from './hjemmel';
import { persistently } from './persistently';
import { readUntil } from './readers';
import { SoakServer } from './soak-server';
import { Subscriber, WANTED } from './subscribers';
import { Writers } from './writers';

export interface SoakOptions {
  readonly seconds: number;
  /** Empty folder for the log and a backup of it. */
  readonly folder: string;
  /** Bounds of the time between two ends of the server. */
  readonly disturbEveryMs: readonly [least: number, most: number];
  /** Time between two compactions, and between two backups. */
  readonly maintainEveryMs: number;
  readonly say: (line: string) => void;
}

export interface SoakReport {
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly faultCount: number;
  readonly faults: readonly string[];
}

const CATCH_UP_WITHIN_MS = 120_000;
const LEAVE_WITHIN_MS = 5_000;

/**
 * Writes, reads and follows a log in every way while its server is killed and started again, then accounts for every acknowledged event:
 * it is there, once, in order, at the place that was acknowledged and with its content, and no subscription skipped one.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seconds, folder, say, disturbEveryMs } = options;
  const begun = performance.now();
  const log = join(folder, 'log');
  const server = await SoakServer.open(log);
  const account = new Account();
  const clients = Array.from({ length: 4 }, () => EventStoreDBClient.connectionString(server.connectionString));
  const [writing, reading, following, grouping] = clients as [
    EventStoreDBClient,
    EventStoreDBClient,
    EventStoreDBClient,
    EventStoreDBClient,
  ];
  const writers = new Writers(server, account, writing);
  const groups = [
    new Group('a stream', 'any-0', '', server, account, grouping),
    new Group('$all, by stream prefix', undefined, 'any-1', server, account, grouping),
  ];
  for (const group of groups) await group.open();
  const subscribers = WANTED.map((wanted) => new Subscriber(wanted, server, account, following));
  const over = new AbortController();
  try {
    const work = [
      writers.run(over.signal),
      readUntil(over.signal, server, account, reading),
      server.disturbUntil(over.signal, ...disturbEveryMs),
      maintain(options, over.signal, account, log),
      setBack(over.signal, subscribers),
      progress(over.signal, account, server, seconds, say),
    ];
    // A fault of the soak itself ends it at once.
    await Promise.race([pause(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined), Promise.all(work)]);
    over.abort();
    await Promise.all(work);
    say('the load has ended; the server is killed once more, and everything is accounted for');
    await server.disturb();
    await settle(server, account, reading, subscribers, groups);
    await checkEverything(reading, account, subscribers, groups);
    await checkStreams(reading, account, writers);
    await Promise.all([...subscribers, ...groups].map((one) => one.stop()));
  } catch (error) {
    say(`the soak itself failed: ${String(error)}`);
    throw error;
  } finally {
    over.abort();
    await Promise.race([Promise.all(clients.map((client) => client.dispose())), pause(LEAVE_WITHIN_MS)]);
    await server.close();
  }
  await checkFiles(account, log, join(folder, 'backup'));
  const { counts, faultCount, faults } = account;
  const ends = {
    'kills of the server': server.kills,
    'stops of the server': server.stops,
    'slowest start of the server, ms': Math.round(server.slowestStartMs),
  };
  return { seconds: Math.round((performance.now() - begun) / 1000), counts: { ...ends, ...counts }, faultCount, faults };
}

/** Compacts and backs up while everything goes on; a server that is killed meanwhile makes either fail, and no harm. */
async function maintain({ maintainEveryMs, folder }: SoakOptions, signal: AbortSignal, account: Account, log: string): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    await pause(maintainEveryMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const what = n % 2 === 0 ? 'compactions' : 'backups';
    const { code } = await (n % 2 === 0
      ? hjemmel('log', 'compact', '--data', log)
      : hjemmel('log', 'backup', join(folder, 'backup'), '--data', log));
    account.count(code === 0 ? what : `${what} broken off by a kill`);
  }
}

async function setBack(signal: AbortSignal, subscribers: readonly Subscriber[]): Promise<void> {
  while (!signal.aborted) {
    await pause(1000 + Math.random() * 4000, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await subscribers[Math.floor(Math.random() * subscribers.length)]?.relapse();
  }
}

async function progress(
  signal: AbortSignal,
  account: Account,
  server: SoakServer,
  seconds: number,
  say: (line: string) => void,
): Promise<void> {
  const every = Math.max(5_000, (seconds * 1000) / 20);
  while (!signal.aborted) {
    await pause(every, undefined, { signal }).catch(() => undefined);
    const { counts, faultCount } = account;
    say(
      `${counts['events acknowledged'] ?? 0} events acknowledged, ${counts['events delivered to subscriptions'] ?? 0} delivered, ` +
        `${counts['reads compared'] ?? 0} reads, ${server.kills + server.stops} ends of the server, ${faultCount} faults`,
    );
  }
}

/** Waits until every subscription has come to the end of the log, and every group has acknowledged everything. */
async function settle(
  server: SoakServer,
  account: Account,
  client: EventStoreDBClient,
  subscribers: readonly Subscriber[],
  groups: readonly Group[],
): Promise<void> {
  const deadline = Date.now() + CATCH_UP_WITHIN_MS;
  await Promise.all(
    subscribers.map(async ({ wanted, delivered }) => {
      const last = await persistently(server, () => lastPosition(client, (event) => wanted.matches(event)));
      while ((delivered.last ?? -1) < last && Date.now() < deadline) await pause(50);
    }),
  );
  await Promise.all(
    groups.map(async (group) => {
      const wanted = account.writer(group.prefix === '' ? 'any-0' : 'any-1').sent;
      while (group.acknowledged.size < wanted && Date.now() < deadline) {
        await group.settle();
        for (let looks = 0; looks < 40 && group.acknowledged.size < wanted; looks++) await pause(50);
      }
    }),
  );
}

async function lastPosition(
  client: EventStoreDBClient,
  matches: (event: Parameters<(typeof WANTED)[number]['matches']>[0]) => boolean,
): Promise<number> {
  for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END })) {
    if (event && !/^(\$|doomed-|limited-)/.test(event.streamId) && matches(event)) return Number(event.position.commit);
  }
  return -1;
}

/** The files are whole, also those of the last backup; after a compaction no byte of a deleted stream is left. */
async function checkFiles(account: Account, log: string, backup: string): Promise<void> {
  for (const folder of [log, backup]) {
    if (!statSync(folder, { throwIfNoEntry: false })) continue;
    const { code, stdout } = await hjemmel('log', 'verify', folder);
    if (code !== 0) account.fault(`the files of ${folder} are not whole: ${stdout}`);
  }
  account.count('bytes of the log', await bytesOf(log));
  await figures('log', 'compact', '--data', log);
  account.count('bytes of the log, compacted', await bytesOf(log));
  const { code, stdout } = await hjemmel('log', 'verify', log);
  if (code !== 0) account.fault(`the files are not whole after compaction: ${stdout}`);
  const left = readdirSync(join(log, 'segments')).filter((file) => readFileSync(join(log, 'segments', file)).includes('"writer":"doomed-'));
  if (left.length > 0) account.fault(`events of deleted streams are still in ${left.join(', ')} after compaction`);
}

async function bytesOf(log: string): Promise<number> {
  return Number((await figures('log', 'stats', log))['segmentBytes']);
}
