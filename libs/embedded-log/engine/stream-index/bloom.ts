const BLOCK_WORDS = 16;
const BITS_PER_KEY = 10;
const TWO_32 = 0x1_0000_0000;

export const BLOOM_BLOCK_BYTES = BLOCK_WORDS * 4;

/** A Bloom filter in blocks of one cache line: one look in memory for a key. About 1 % of absent keys are let through. */
export class Bloom {
  private readonly blocks: number;

  constructor(readonly words: Uint32Array) {
    this.blocks = words.length / BLOCK_WORDS;
  }

  static forKeys(keys: number): Bloom {
    const blocks = Math.max(1, Math.ceil((keys * BITS_PER_KEY) / (BLOCK_WORDS * 32)));
    return new Bloom(new Uint32Array(blocks * BLOCK_WORDS));
  }

  add(high: number, low: number): void {
    const start = this.blockOf(low) * BLOCK_WORDS;
    let bits = spread(high, low);
    for (let i = 0; i < 3; i++, bits >>>= 9) this.set(start, bits & 511);
    bits = spread(low, high);
    for (let i = 0; i < 3; i++, bits >>>= 9) this.set(start, bits & 511);
  }

  mayHave(high: number, low: number): boolean {
    const start = this.blockOf(low) * BLOCK_WORDS;
    let bits = spread(high, low);
    for (let i = 0; i < 3; i++, bits >>>= 9) if (!this.has(start, bits & 511)) return false;
    bits = spread(low, high);
    for (let i = 0; i < 3; i++, bits >>>= 9) if (!this.has(start, bits & 511)) return false;
    return true;
  }

  private blockOf(low: number): number {
    return Math.floor((low / TWO_32) * this.blocks);
  }

  private set(start: number, bit: number): void {
    const word = start + (bit >>> 5);
    this.words[word] = (this.words[word] as number) | (1 << (bit & 31));
  }

  private has(start: number, bit: number): boolean {
    return ((this.words[start + (bit >>> 5)] as number) & (1 << (bit & 31))) !== 0;
  }
}

function spread(a: number, b: number): number {
  let x = Math.imul(a ^ (b >>> 9), 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
  return (x ^ (x >>> 13)) >>> 0;
}
