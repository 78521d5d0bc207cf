import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureWritableFolder, Lock, lockFolder, OperatorError, readIfThere, writeSecretFile } from '@hjemmel/host';
import { DurableTail } from '../engine/durable-tail';
import { LOG_ID_BYTES } from '../engine/format';
import { layout, MIRROR_FILE } from '../engine/layout';
import { LogRead } from '../engine/log-read';
import { RecordView } from '../engine/record-view';
import { Segments } from '../engine/segments';
import { RemoteEvent } from '../remote';
import { encodeMirrored, MirrorSegment } from './mirror-segment';

const SEGMENT_BYTES = 64 * 1024 * 1024;

/** What a mirror is of; stands in its folder as JSON. */
export interface MirrorDescription {
  readonly version: 1;
  /** The server, without user and password. For people: whether it is still the same log is seen by its events. */
  readonly source: string;
  readonly withoutSystemEvents: boolean;
}

/** What the folder is a mirror of; undefined where it is none. */
export async function describeMirror(folder: string): Promise<MirrorDescription | undefined> {
  const text = await readIfThere(join(folder, MIRROR_FILE));
  return text === undefined ? undefined : (JSON.parse(text) as MirrorDescription);
}

/** The folder of a mirror, open for writing at its end. */
export class MirrorFolder {
  private readonly pending: Buffer[] = [];
  private pendingBytes = 0;
  private dirty = false;

  private constructor(
    readonly folder: string,
    private readonly segmentBytes: number,
    private readonly logId: Buffer,
    private segment: MirrorSegment,
    private readonly tail: DurableTail,
    private readonly lock: Lock,
    private end: number,
  ) {}

  /**
   * Makes the folder a mirror or goes on with it.
   * @throws OperatorError where it is in use, holds another log, or is a mirror of another kind; LogDamaged
   */
  static async open(folder: string, description: MirrorDescription, segmentBytes = SEGMENT_BYTES): Promise<MirrorFolder> {
    const paths = layout(folder);
    await ensureWritableFolder(folder, 0o700);
    const lock = await lockFolder(folder, 'log');
    try {
      await mkdir(paths.segments, { recursive: true });
      await claim(folder, description);
      for (const file of readdirSync(paths.segments)) if (file.endsWith('.tmp')) await rm(join(paths.segments, file));
      return await MirrorFolder.openAtEnd(folder, segmentBytes, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private static async openAtEnd(folder: string, segmentBytes: number, lock: Lock): Promise<MirrorFolder> {
    const { segments: place } = layout(folder);
    const segments = new Segments(place);
    segments.load();
    segments.close();
    const { newest } = segments;
    const logId = newest?.logId ?? randomBytes(LOG_ID_BYTES);
    const end = newest?.end ?? 0;
    const segment = newest
      ? await MirrorSegment.open(newest.path, newest.base, logId, newest.dataEnd)
      : await MirrorSegment.create(place, 0, logId);
    const tail = DurableTail.open(folder);
    tail.write(end);
    return new MirrorFolder(folder, segmentBytes, logId, segment, tail, lock, end);
  }

  /** Greatest position that was considered; -1 where none was. */
  get considered(): number {
    return this.end - 1;
  }

  get unwrittenBytes(): number {
    return this.pendingBytes;
  }

  take(event: RemoteEvent): void {
    if (event.position < this.end)
      throw new OperatorError(
        `the server gave position ${event.position} after position ${this.considered}: logs with transactions of old clients can't be mirrored`,
      );
    const record = encodeMirrored(event);
    this.pending.push(record);
    this.pendingBytes += record.length;
    this.cover(event.position);
  }

  /** Nothing (more) is to be mirrored up to and including this position. */
  cover(position: number): void {
    if (position < this.end) return;
    this.end = position + 1;
    this.dirty = true;
  }

  /** Settles when all that was taken is on disk and shown to readers. */
  async flush(): Promise<void> {
    if (!this.dirty) return;
    await this.segment.extend(this.pending, this.end);
    this.pending.length = this.pendingBytes = 0;
    this.dirty = false;
    if (this.segment.bytes >= this.segmentBytes) {
      await this.segment.close();
      this.segment = await MirrorSegment.create(layout(this.folder).segments, this.end, this.logId);
    }
    this.tail.write(this.end);
  }

  /** The newest mirrored event at or before the position. */
  newest(upTo = this.end): RecordView | undefined {
    const segments = new Segments(layout(this.folder).segments);
    try {
      segments.load();
      return new LogRead(segments).backwards(upTo, 1, 1).records[0];
    } finally {
      segments.close();
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.segment.close();
      this.tail.sync();
      this.tail.close();
    } finally {
      await this.lock.release();
    }
  }
}

async function claim(folder: string, wanted: MirrorDescription): Promise<void> {
  const there = await describeMirror(folder);
  if (!there) {
    if (readdirSync(layout(folder).segments).some((file) => file.endsWith('.log')))
      throw new OperatorError(`${folder} holds a log of its own, not a mirror: name another folder`);
    await writeSecretFile(join(folder, MIRROR_FILE), `${JSON.stringify(wanted, undefined, 2)}\n`);
    return;
  }
  if (there.withoutSystemEvents !== wanted.withoutSystemEvents)
    throw new OperatorError(
      `${folder} is a mirror ${there.withoutSystemEvents ? 'without' : 'with'} system events: go on with the same choice, or name another folder`,
    );
}
