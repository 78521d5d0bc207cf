import { BACKWARDS, END, EventStoreDBClient, FORWARDS } from '@eventstore/db-client';
import { Account } from './account';
import { recognise } from './known-event';
import { persistently } from './persistently';
import { SoakServer } from './soak-server';

/** Reads again and again what was acknowledged, and compares it with what was written. */
export async function readUntil(signal: AbortSignal, server: SoakServer, account: Account, client: EventStoreDBClient): Promise<void> {
  const readers = [readStream, readNewest, readAllFrom];
  for (let n = 0; !signal.aborted; n++) {
    const names = [...account.writers.keys()].filter((name) => /^(exact|any|batch|streamed)-/.test(name));
    const name = names[Math.floor(Math.random() * names.length)];
    const known = name === undefined ? undefined : account.writers.get(name);
    if (name === undefined || !known || known.sent === 0) {
      await new Promise((settle) => setImmediate(settle));
      continue;
    }
    const read = readers[n % readers.length] as typeof readStream;
    await persistently(server, () => read(client, account, name));
    account.count('reads compared');
  }
}

async function readStream(client: EventStoreDBClient, account: Account, stream: string): Promise<void> {
  const { sent } = account.writer(stream);
  const from = Math.floor(Math.random() * sent);
  let next = from;
  for await (const { event } of client.readStream(stream, { direction: FORWARDS, fromRevision: BigInt(from), maxCount: 20 })) {
    const found = event ? recognise(event) : 'a hole';
    if (typeof found === 'string' || found.n !== next || Number(event?.revision) !== next)
      account.fault(
        `reading ${stream} at ${next}: ${typeof found === 'string' ? found : `event ${found.n} at revision ${event?.revision}`}`,
      );
    next += 1;
  }
  if (next < Math.min(sent, from + 20))
    account.fault(`reading ${stream} from ${from}: ended at ${next}, though ${sent} events are acknowledged`);
}

async function readNewest(client: EventStoreDBClient, account: Account, stream: string): Promise<void> {
  const { sent } = account.writer(stream);
  let newest: number | undefined;
  for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
    newest = Number(event?.revision);
  if (newest === undefined || newest < sent - 1)
    account.fault(`reading ${stream} from its end: ${newest}, though ${sent} events are acknowledged`);
}

async function readAllFrom(client: EventStoreDBClient, account: Account, stream: string): Promise<void> {
  const { positions, revisions } = account.writer(stream);
  const n = Math.floor(Math.random() * positions.length);
  const position = positions.at(n) ?? -1;
  if (position < 0) return;
  let before = -1;
  const fromPosition = { commit: BigInt(position), prepare: BigInt(position) };
  for await (const { event } of client.readAll({ direction: FORWARDS, fromPosition, maxCount: 20 })) {
    const commit = Number(event?.position.commit);
    if (before < 0 && (commit !== position || event?.streamId !== stream || Number(event.revision) !== revisions.at(n)))
      account.fault(`reading $all at ${position}: ${event?.streamId} ${event?.revision}, not ${stream} ${revisions.at(n)}`);
    if (commit <= before) account.fault(`reading $all from ${position}: ${commit} came after ${before}`);
    before = commit;
  }
}
