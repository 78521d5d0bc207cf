import { CommandContext, envelopes, EventLog } from '@hjemmel/event-store';
import { Actor, Clock, DomainEvent, newUuid } from '@hjemmel/kernel';
import { ErasureEvent, erasureStreams } from './events';
import type { Files, Shredder } from './parts';

/**
 * An older backup of the vault was restored, and what had been erased was there again: it was erased again before anything was served. Written down
 * before it is done, so that a process that dies in between leaves no trace unsaid.
 */
export type DestructionsReapplied = DomainEvent<
  'DestructionsReapplied',
  {
    readonly reapplicationId: string;
    readonly keys: readonly { readonly subjectId: string; readonly keyId: string; readonly commitment: string }[];
    /** Look-ups that were there again, by kind. */
    readonly identities: Readonly<Record<string, number>>;
    readonly blobs: number;
    /** Where in the log the search began (exclusive) and ended. */
    readonly from: string;
    readonly upTo: string;
    readonly reappliedAt: string;
  }
>;

export interface ReapplyParts {
  readonly log: EventLog;
  readonly keys: Shredder;
  readonly files: Files;
  /** How far the log's destructions are carried out in this vault. */
  readonly upTo: { position(): Promise<bigint | undefined>; moveTo(position: bigint): Promise<void> };
  readonly clock: Clock;
}

interface Alive {
  readonly subjectId: string;
  readonly retentionClasses: readonly string[];
  readonly keys: readonly { readonly keyId: string; readonly commitment: string }[];
  readonly identities: Readonly<Record<string, number>>;
  readonly blobs: number;
}

const restorer: Actor = { id: 'restorer', role: 'system' };

/**
 * Carries out again what the log says was destroyed, from where this vault knows of it on. Nothing may be served before it has settled.
 * @returns what was there again; nothing in the ordinary case
 */
export async function reapplyDestructions(parts: ReapplyParts): Promise<DestructionsReapplied['data'] | undefined> {
  const { log, upTo, keys, files } = parts;
  const end = await log.lastPosition();
  if (end === undefined) return undefined;
  const known = await upTo.position();
  // A vault that knows more than the log has is not this log's: it is looked at from the beginning.
  const from = known !== undefined && known <= end ? known : -1n;
  if (from === end) return undefined;
  const alive: Alive[] = [];
  for await (const destroyed of destructions(log, from)) {
    const found = await aliveOf(parts, destroyed);
    if (found) alive.push(found);
  }
  const reapplied = alive.length === 0 ? undefined : await written(parts, alive, { from, end });
  for (const one of alive) {
    await keys.destroy(one.keys.map(({ keyId }) => keyId));
    if (Object.keys(one.identities).length > 0) await keys.removeLookUps(one.subjectId, one.retentionClasses);
    if (one.blobs > 0) await files.delete(one.subjectId, one.retentionClasses);
  }
  await upTo.moveTo(end);
  return reapplied;
}

type Destruction = Extract<ErasureEvent, { type: 'KeysDestroyed' | 'BlobsDeleted' | 'BlindIndexesRemoved' }>;

async function* destructions(log: EventLog, from: bigint): AsyncGenerator<Destruction> {
  const subscription = log.subscribeToAll({ filter: { streamPrefixes: [erasureStreams] }, ...(from >= 0n && { from }) });
  try {
    for await (const message of subscription) {
      if (message.kind === 'caughtUp') return;
      if (message.kind !== 'event') continue;
      const event = message.recorded.event as ErasureEvent;
      if (event.type === 'KeysDestroyed' || event.type === 'BlobsDeleted' || event.type === 'BlindIndexesRemoved') yield event;
    }
  } finally {
    await subscription.close();
  }
}

/** What is there of what an event says is gone. */
async function aliveOf({ keys, files }: ReapplyParts, { type, data }: Destruction): Promise<Alive | undefined> {
  const { subjectId } = data;
  const nothing: Alive = { subjectId, retentionClasses: [], keys: [], identities: {}, blobs: 0 };
  switch (type) {
    case 'KeysDestroyed': {
      const gone = data.keys.map(({ keyId }) => keyId);
      const there = (await keys.keysOf(subjectId)).filter((key) => key.destroyedAt === null && gone.includes(key.keyId));
      return there.length === 0 ? undefined : { ...nothing, keys: there.map(({ keyId, commitment }) => ({ keyId, commitment })) };
    }
    case 'BlobsDeleted': {
      const { count } = await files.of(subjectId, data.retentionClasses);
      return count === 0 ? undefined : { ...nothing, retentionClasses: data.retentionClasses, blobs: count };
    }
    case 'BlindIndexesRemoved': {
      const identities = await keys.lookUpsOf(subjectId, data.retentionClasses);
      return Object.keys(identities).length === 0 ? undefined : { ...nothing, retentionClasses: data.retentionClasses, identities };
    }
  }
}

async function written(
  { log, clock }: ReapplyParts,
  alive: readonly Alive[],
  { from, end }: { readonly from: bigint; readonly end: bigint },
): Promise<DestructionsReapplied['data']> {
  const identities: Record<string, number> = {};
  for (const [kind, count] of alive.flatMap((one) => Object.entries(one.identities))) identities[kind] = (identities[kind] ?? 0) + count;
  const now = clock.now();
  const data: DestructionsReapplied['data'] = {
    reapplicationId: newUuid(),
    keys: alive.flatMap(({ subjectId, keys }) => keys.map((key) => ({ subjectId, ...key }))),
    identities,
    blobs: alive.reduce((sum, { blobs }) => sum + blobs, 0),
    from: String(from),
    upTo: String(end),
    reappliedAt: now.toISOString(),
  };
  const context: CommandContext = { commandId: data.reapplicationId, actor: restorer, now };
  const stream = `reapplication-${data.reapplicationId}`;
  await log.append(stream, envelopes(stream, [{ type: 'DestructionsReapplied', data }], context), 'no_stream');
  return data;
}
