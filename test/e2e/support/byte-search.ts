import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Needle } from './spellings';

export interface Find {
  readonly where: string;
  readonly offset: number;
  readonly needle: Needle;
}

const FILTER_BITS = 22;

/** Looks for all needles at once, in one pass: a filter of their first four bytes lets nearly every place go by with one look. */
export class ByteSearch {
  private readonly filter = new Uint32Array(2 ** FILTER_BITS / 32);
  private readonly byStart = new Map<number, Needle[]>();

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      if (needle.bytes.length < 4) throw new Error(`${needle.spelling} of ${needle.what} is too short to be looked for`);
      const start = needle.bytes.readUInt32BE(0);
      const slot = slotOf(start);
      this.filter[slot >>> 5]! |= 1 << (slot & 31);
      const same = this.byStart.get(start);
      if (same) same.push(needle);
      else this.byStart.set(start, [needle]);
    }
  }

  in(bytes: Buffer, where: string): Find[] {
    const finds: Find[] = [];
    const { filter, byStart } = this;
    let window = 0;
    for (let end = 0; end < bytes.length; end++) {
      window = ((window << 8) | bytes[end]!) >>> 0;
      const slot = slotOf(window);
      if (((filter[slot >>> 5]! >>> (slot & 31)) & 1) === 0 || end < 3) continue;
      for (const needle of byStart.get(window) ?? []) if (isAt(bytes, end - 3, needle)) finds.push({ where, offset: end - 3, needle });
    }
    return finds;
  }
}

// Taken once: in jest's sandbox each look at a global costs more than the rest of the loop.
const { imul } = Math;
const slotOf = (start: number): number => imul(start, 0x9e3779b1) >>> (32 - FILTER_BITS);

function isAt(bytes: Buffer, offset: number, { bytes: needle, notBeside }: Needle): boolean {
  const end = offset + needle.length;
  if (end > bytes.length || bytes.compare(needle, 0, needle.length, offset, end) !== 0) return false;
  if (!notBeside) return true;
  return !(offset > 0 && notBeside(bytes[offset - 1]!)) && !(end < bytes.length && notBeside(bytes[end]!));
}

export interface Searched {
  readonly finds: readonly Find[];
  readonly files: number;
  readonly bytes: number;
}

/** Searches every file under a folder, and their names; `except` are names of folders right in it. */
export function searchFolder(folder: string, search: ByteSearch, except: readonly string[]): Searched {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except.some((name) => path.startsWith(join(folder, name, '/'))));
  const finds = search.in(Buffer.from(files.join('\n')), 'names of files');
  let bytes = 0;
  for (const path of files) {
    const content = readFileSync(path);
    bytes += content.length;
    finds.push(...search.in(content, path));
  }
  return { finds, files: files.length, bytes };
}

/** For a failing test: what was found where, without repeating it. */
export const described = (finds: readonly Find[]): string[] =>
  finds.slice(0, 20).map(({ where, offset, needle }) => `${needle.what} as ${needle.spelling} in ${where} at ${offset}`);
