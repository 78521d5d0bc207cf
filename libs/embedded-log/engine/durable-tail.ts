import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@hjemmel/host';
import { checksum, readUint53, writeUint53 } from './format';

const FILE = 'durable-tail';
const SLOT_BYTES = 512;
const USED = 20;

/**
 * Remembers, beside the segments, up to where appends were acknowledged. It is written after the data is on disk and
 * before anybody is told, and not itself synced each time: after kill -9 it is exact, after a power cut it may lag, and it
 * never runs ahead. So bytes before it that are not whole are damage, never a torn write; and another process knows from
 * it how far it may read. Two slots take turns, so that a torn write spoils one at most.
 */
export class DurableTail {
  private readonly slot = Buffer.alloc(USED);
  private sequence: number;

  private constructor(
    private readonly fd: number,
    sequence: number,
  ) {
    this.sequence = sequence;
  }

  static open(folder: string): DurableTail {
    const known = latest(folder);
    const fd = openSync(join(folder, FILE), known ? 'r+' : 'w+');
    if (!known) writeSync(fd, Buffer.alloc(SLOT_BYTES * 2), 0, SLOT_BYTES * 2, 0); // so that a full disk is met here and not later
    return new DurableTail(fd, known?.sequence ?? 0);
  }

  /** The last position written by whoever owns the log; undefined where nothing readable is there. */
  static read(folder: string): number | undefined {
    return latest(folder)?.position;
  }

  write(position: number): void {
    this.sequence += 1;
    writeUint53(this.slot, this.sequence, 0);
    writeUint53(this.slot, position, 8);
    this.slot.writeUInt32LE(checksum(this.slot, 0, 16), 16);
    writeSync(this.fd, this.slot, 0, USED, (this.sequence % 2) * SLOT_BYTES);
  }

  sync(): void {
    fdatasyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }
}

interface Slot {
  readonly sequence: number;
  readonly position: number;
}

function latest(folder: string): Slot | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, FILE));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const slots = [0, SLOT_BYTES].map((at) => decode(bytes, at)).filter((slot) => slot !== undefined);
  return slots.sort((a, b) => b.sequence - a.sequence)[0];
}

function decode(bytes: Buffer, at: number): Slot | undefined {
  if (bytes.length < at + USED) return undefined;
  if (bytes.readUInt32LE(at + 16) !== checksum(bytes, at, at + 16)) return undefined;
  const slot = { sequence: readUint53(bytes, at), position: readUint53(bytes, at + 8) };
  return slot.sequence > 0 ? slot : undefined;
}
