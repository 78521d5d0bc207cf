import { EventStoreDBClient, RecordedEvent } from '@eventstore/db-client';
import { Account } from './account';
import { placeOf } from './group';
import { recognise } from './known-event';
import { kindOf } from './persistently';
import { NumberList } from './numbers';
import { isRemovable, Wanted } from './subscribers';
import { Writers } from './writers';

/** What was delivered to a subscription. */
export interface Followed {
  readonly wanted: Wanted;
  readonly delivered: NumberList;
}

/** What the consumer of a persistent subscription has acknowledged. */
export interface Grouped {
  readonly name: string;
  readonly acknowledged: ReadonlySet<string>;
  matches(stream: string): boolean;
}

/** Reads all of the log once, and accounts for every acknowledged event and for everything that was delivered. */
export async function checkEverything(
  client: EventStoreDBClient,
  account: Account,
  subscribers: readonly Followed[],
  groups: readonly Grouped[],
): Promise<void> {
  const check = new Check(account, subscribers, groups);
  for await (const { event } of client.readAll()) if (event && !isRemovable(event.streamId)) check.take(event);
  check.end();
}

class Check {
  private position = -1;
  private readonly revisions = new Map<string, number>();
  /** By writer: which of its events were seen. */
  private readonly seen = new Map<string, Uint8Array>();
  private readonly compared: number[];

  constructor(
    private readonly account: Account,
    private readonly subscribers: readonly Followed[],
    private readonly groups: readonly Grouped[],
  ) {
    this.compared = subscribers.map(() => 0);
    for (const [name, { sent }] of account.writers) this.seen.set(name, new Uint8Array(sent));
  }

  take(event: RecordedEvent & { readonly position?: { readonly commit: bigint } }): void {
    const { account } = this;
    const { streamId, revision } = event;
    const position = Number(event.position?.commit ?? -1);
    const at = `${streamId} at revision ${revision}, position ${position}`;
    account.count('events in the log');
    if (position <= this.position) account.fault(`${at}: the position before was ${this.position}`);
    this.position = position;
    const next = (this.revisions.get(streamId) ?? -1) + 1;
    if (Number(revision) !== next) account.fault(`${at}: revision ${next} is missing or comes twice`);
    this.revisions.set(streamId, Number(revision));
    const found = recognise(event);
    if (typeof found === 'string') return account.fault(`${at}: ${found}`);
    this.compareWithAnswer(found.writer, found.n, Number(revision), position, at);
    this.compareWithDeliveries(event, position, at);
  }

  end(): void {
    for (const [name, { revisions }] of this.account.writers) {
      if (isRemovable(name)) continue;
      const seen = this.seen.get(name);
      for (let n = 0; n < revisions.length; n++) {
        if (seen?.[n]) continue;
        if (revisions.at(n) === -1) this.account.count('events without an answer, not in the log');
        else this.account.fault(`event ${n} of ${name} was acknowledged at revision ${revisions.at(n)} and is not in the log`);
      }
    }
    this.subscribers.forEach(({ wanted, delivered }, i) => {
      if ((this.compared[i] ?? 0) < delivered.length)
        this.account.fault(`subscription to ${wanted.name}: ${delivered.length - (this.compared[i] ?? 0)} deliveries are not in the log`);
      this.account.count(`deliveries compared: ${wanted.name}`, this.compared[i]);
    });
  }

  private compareWithAnswer(writer: string, n: number, revision: number, position: number, at: string): void {
    const known = this.account.writers.get(writer);
    const seen = this.seen.get(writer);
    if (!known || !seen || n >= seen.length) return this.account.fault(`${at}: ${writer} never sent its event ${n}`);
    if (seen[n]) this.account.fault(`${at}: event ${n} of ${writer} is there twice`);
    seen[n] = 1;
    const [wantedRevision, wantedPosition] = [known.revisions.at(n), known.positions.at(n)];
    if (wantedRevision === -1) return this.account.count('events without an answer, in the log');
    if (wantedRevision !== revision) this.account.fault(`${at}: it was acknowledged at revision ${wantedRevision}`);
    if (wantedPosition !== -1 && wantedPosition !== position)
      this.account.fault(`${at}: it was acknowledged at position ${wantedPosition}`);
    this.account.count('acknowledged events found in their place');
  }

  private compareWithDeliveries(event: RecordedEvent, position: number, at: string): void {
    this.subscribers.forEach(({ wanted, delivered }, i) => {
      if (!wanted.matches(event)) return;
      const next = this.compared[i] ?? 0;
      const came = delivered.at(next);
      if (came === position) this.compared[i] = next + 1;
      else this.account.fault(`${at}: the subscription to ${wanted.name} was delivered ${came ?? 'nothing'} there`);
    });
    for (const group of this.groups) {
      if (!group.matches(event.streamId)) continue;
      if (group.acknowledged.has(placeOf(event))) this.account.count(`events acknowledged by the group on ${group.name}`);
      else this.account.fault(`${at}: the persistent subscription to ${group.name} never delivered it, or never again after it was parked`);
    }
  }
}

/** Streams that were deleted are gone, and limits show what they must. */
export async function checkStreams(client: EventStoreDBClient, account: Account, writers: Writers): Promise<void> {
  for (const { stream, tombstoned } of writers.doomed) {
    const outcome = await readRevisions(client, stream);
    const expected = tombstoned ? 'stream-deleted' : 'stream-not-found';
    if (outcome !== expected)
      account.fault(`${stream} was deleted, but reading it gives ${JSON.stringify(outcome)} in place of ${expected}`);
    account.count('deleted streams found deleted');
  }
  for (const [stream, maxCount] of writers.limited) {
    const { sent } = account.writer(stream);
    const least = Math.max(0, sent - maxCount);
    const outcome = await readRevisions(client, stream);
    if (JSON.stringify(outcome) !== JSON.stringify(Array.from({ length: sent - least }, (_, k) => least + k)))
      account.fault(`${stream} shows ${JSON.stringify(outcome)} in place of the last ${maxCount} of ${sent}`);
  }
}

async function readRevisions(client: EventStoreDBClient, stream: string): Promise<number[] | string> {
  const revisions: number[] = [];
  try {
    for await (const { event } of client.readStream(stream)) revisions.push(Number(event?.revision));
    return revisions;
  } catch (error) {
    return kindOf(error) ?? String(error);
  }
}
