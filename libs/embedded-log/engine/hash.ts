/** Two 32-bit halves of a hash, written by the functions below into the object that they are given. */
export interface Hash {
  high: number;
  low: number;
}

/** A stream's name with its hash, so that it is computed once for all tables that are asked. */
export interface StreamName extends Hash {
  text: string;
}

/**
 * Hashes names and event ids to 64 bits. Not cryptographic: a collision costs a look at the record, never a wrong answer.
 * What it gives is stored in index files: a change is a change of {@link HASH_VERSION}.
 */
export class Hasher {
  private readonly highMask: number;
  private readonly lowMask: number;

  constructor(readonly bits = 64) {
    this.highMask = mask(bits - 32);
    this.lowMask = mask(Math.min(bits, 32));
  }

  name(text: string, into: Hash): void {
    let a = 0xdeadbeef ^ text.length;
    let b = 0x41c6ce57 ^ text.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x9e3779b1);
      b = Math.imul(b ^ unit, 0x5f356495);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    this.finish(a, b, into);
  }

  /** The scope of an event id is one stream, whose hash goes in. */
  eventId(stream: Hash, id: Buffer, into: Hash): void {
    let a = stream.high ^ 0x2545f491;
    let b = stream.low ^ 0x6c078965;
    for (let i = 0; i < 16; i += 4) {
      const word = id.readUInt32LE(i);
      a = Math.imul(a ^ word, 0x85ebca6b);
      b = Math.imul(b ^ word, 0xc2b2ae35);
      a ^= a >>> 13;
      b ^= b >>> 16;
    }
    this.finish(a, b, into);
  }

  private finish(a: number, b: number, into: Hash): void {
    const high = mix(a ^ (b >>> 11)) ^ Math.imul(b, 0x1b873593);
    const low = mix(b ^ (a >>> 7)) ^ Math.imul(a, 0xcc9e2d51);
    into.high = (mix(high) & this.highMask) >>> 0;
    into.low = (mix(low) & this.lowMask) >>> 0;
  }
}

export const HASH_VERSION = 1;

function mix(x: number): number {
  let value = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

function mask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : (1 << bits) - 1;
}
