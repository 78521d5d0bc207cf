import { closeSync, openSync, readSync, fstatSync } from 'node:fs';
import { FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError, reasonOf, syncFolder } from '@hjemmel/host';

const DIGITS = 16;
/** `source target\n`, both with leading zeros: lines of one length, so that a position is found by halving. */
const LINE = 2 * DIGITS + 2;
const FLUSH_BYTES = 1024 * 1024;

const padded = (position: number): string => String(position).padStart(DIGITS, '0');

/** Writes which position of the source became which of the target: a text file, one line an event, ordered by the source's. */
export class PositionMapWriter {
  private lines: string[] = [];
  private last = -1;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws OperatorError where the file can't be written */
  static async create(path: string): Promise<PositionMapWriter> {
    try {
      return new PositionMapWriter(path, await open(`${path}.tmp`, 'w', 0o600));
    } catch (error) {
      throw new OperatorError(`can't write the map of positions ${path}: ${reasonOf(error)}`);
    }
  }

  /** @param source must ascend from call to call */
  add(source: number, target: number): void {
    if (source <= this.last) throw new RangeError(`position ${source} came after position ${this.last}`);
    this.last = source;
    this.lines.push(`${padded(source)} ${padded(target)}\n`);
  }

  /** Writes what has gathered, if that is much. */
  async relieve(): Promise<void> {
    if (this.lines.length * LINE >= FLUSH_BYTES) await this.write();
  }

  /** Puts the whole map in place. */
  async finish(): Promise<void> {
    await this.write();
    await this.handle.sync();
    await this.handle.close();
    await rename(`${this.path}.tmp`, this.path);
    await syncFolder(dirname(this.path));
  }

  async abandon(): Promise<void> {
    await this.handle.close();
    await rm(`${this.path}.tmp`, { force: true });
  }

  private async write(): Promise<void> {
    const text = this.lines.join('');
    this.lines = [];
    await this.handle.appendFile(text, 'latin1');
  }
}

/** Looks positions up in a map that a copy has written. */
export class PositionMap {
  private readonly fd: number;
  private readonly count: number;

  constructor(path: string) {
    this.fd = openSync(path, 'r');
    this.count = Math.floor(fstatSync(this.fd).size / LINE);
  }

  get size(): number {
    return this.count;
  }

  /** The target's position of the event that stood at this position of the source; undefined where none did. */
  find(source: number): number | undefined {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const [from, to] = this.at(middle);
      if (from === source) return to;
      if (from < source) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  at(index: number): readonly [source: number, target: number] {
    const line = Buffer.alloc(LINE);
    readSync(this.fd, line, 0, LINE, index * LINE);
    const text = line.toString('latin1');
    return [Number(text.slice(0, DIGITS)), Number(text.slice(DIGITS + 1))];
  }

  close(): void {
    closeSync(this.fd);
  }
}
