import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogEngine, NewRecord, StoredRecord } from '../contract';

/** A folder of its own for one test, removed at its end. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'hjemmel-engine-'));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** 16 bytes that look random and are the same for the same seed. */
export function idOf(seed: string | number): Buffer {
  return createHash('sha256').update(String(seed)).digest().subarray(0, 16);
}

/** A payload that begins with its own position, so that a record served from a wrong place shows. */
export function payloadAt(position: number, bytes: number, seed = 0): Buffer {
  const payload = Buffer.alloc(Math.max(8, bytes), (position + seed) % 251);
  payload.writeDoubleLE(position, 0);
  return payload;
}

export function sample(
  stream: string,
  revision: number,
  more: { readonly id?: Buffer; readonly bytes?: number; readonly type?: string } = {},
): NewRecord {
  return {
    stream,
    revision,
    type: more.type ?? 'SampleHappened',
    eventId: more.id ?? idOf(`${stream}@${revision}`),
    createdTicks: 17_000_000_000_000_000n + BigInt(revision % 1000),
    payload: (position) => payloadAt(position, more.bytes ?? 100),
  };
}

/** Appends `count` events behind the stream's last, one append each, and waits for the disk. */
export async function appendMany(engine: LogEngine, stream: string, count: number, bytes = 100): Promise<number[]> {
  const positions: number[] = [];
  const durable: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const receipt = engine.append([sample(stream, (engine.lastRevision(stream) ?? -1) + 1, { bytes })]);
    positions.push(...receipt.positions);
    durable.push(receipt.durable);
  }
  await Promise.all(durable);
  return positions;
}

/** The fields of a record as plain values, for comparing. */
export function plain(record: StoredRecord): Record<string, unknown> {
  const { position, stream, revision, type, createdTicks } = record;
  return {
    position,
    stream,
    revision,
    type,
    createdTicks,
    eventId: record.eventId.toString('hex'),
    payload: record.payload.toString('latin1'),
  };
}

export function readEverything(engine: LogEngine, limit = 1000): StoredRecord[] {
  const all: StoredRecord[] = [];
  for (let from = 0; ;) {
    const page = engine.readAllForwards(from, limit);
    if (page.records.length === 0) return all;
    all.push(...page.records);
    from = page.next;
  }
}
