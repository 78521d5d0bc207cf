import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrders } from '../../demo/orders';
import { ByteSearch, described, searchFolder } from './byte-search';
import { secretsOf } from './secrets-of-orders';
import { Needle, Secret, spellingsOf } from './spellings';

const secrets = secretsOf(readOrders());
const needles = secrets.flatMap(spellingsOf);
const search = new ByteSearch(needles);
const found = (bytes: Buffer | string): string[] => search.in(Buffer.from(bytes as string), 'here').map(({ needle }) => needle.spelling);

const surely = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is not there');
  return value;
};
const secret = (what: RegExp, fits: (text: string) => boolean): Secret =>
  surely(secrets.find((one) => what.test(one.what) && fits(one.text)));
const number = secret(/national identity number/, (text) => text.length === 11).text;
const name = secret(/card holder.*, name/, (text) => /^[A-Z][a-zæøå]+ [A-Z][a-zæøå]*[æøå]/.test(text)).text;

/** The needles one after another, apart by noise of changing length, so that they begin at every alignment. */
function haystack(all: readonly Needle[]): { readonly bytes: Buffer; readonly offsets: readonly number[] } {
  let length = 0;
  const offsets: number[] = [];
  const parts = all.flatMap(({ bytes }, i) => {
    const noise = Buffer.alloc(1 + (i % 7), ';');
    offsets.push(length + noise.length);
    length += noise.length + bytes.length;
    return [noise, bytes];
  });
  return { bytes: Buffer.concat([...parts, Buffer.from(';')]), offsets };
}

describe('the search for personal data in bytes', () => {
  it('looks for everything that was given', () => {
    const numbers = secrets.filter(({ what }) => what.endsWith('national identity number'));
    expect(numbers).toHaveLength(2 * 1_497);
    const spellings = new Set(needles.map(({ spelling }) => spelling));
    for (const spelling of ['UTF-8', 'UTF-16LE', 'JSON escapes', 'base64', 'hex', 'sha256', 'percent-encoded', 'Latin-1'])
      expect(spellings).toContain(spelling);
  });

  it('finds each needle wherever it lies', () => {
    const { bytes, offsets } = haystack(needles);
    const at = new Map<number, Needle[]>();
    for (const { offset, needle } of search.in(bytes, 'here')) at.set(offset, [...(at.get(offset) ?? []), needle]);
    const missed = needles.filter((needle, i) => !at.get(offsets[i]!)?.some((one) => one.bytes.equals(needle.bytes)));
    expect(missed).toEqual([]);
  });

  it.each([
    ['as it is', (text: string) => text, 'UTF-8'],
    ['in UTF-16', (text: string) => Buffer.from(text, 'utf16le'), 'UTF-16LE'],
    [
      'escaped in JSON',
      (text: string) => JSON.stringify({ text }).replaceAll(/[^\x20-\x7e]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
      'JSON escapes',
    ],
    ['in an address', (text: string) => `/people?name=${encodeURIComponent(text)}`, 'percent-encoded'],
    ['in base64', (text: string) => Buffer.from(`x${text}y`).toString('base64'), 'base64'],
    ['in base64, one on', (text: string) => Buffer.from(`xx${text}yy`).toString('base64url'), 'base64'],
    ['in base64, two on', (text: string) => Buffer.from(`xxx${text}`).toString('base64url'), 'base64'],
    ['in hex', (text: string) => `\\x${Buffer.from(text).toString('hex')}`, 'hex'],
  ])('finds a name written %s', (_, write, spelling) => {
    expect(found(write(name))).toContain(spelling);
  });

  it('finds a number beside text, and not inside an identifier that holds its digits by chance', () => {
    expect(found(`{"number":"${number}"}`)).toContain('UTF-8');
    expect(found(`a7${number}3f`)).toEqual([]);
  });

  it('searches every file but those excepted, and tells where without telling what', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hjemmel-search-'));
    try {
      for (const name of ['deep/er', 'secrets']) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, 'deep/er/file'), `${' '.repeat(8_191)}${number}`);
      writeFileSync(join(folder, 'secrets/file'), number);
      const { finds, files } = searchFolder(folder, search, ['secrets']);
      expect(files).toBe(1);
      expect(described(finds)).toEqual([
        expect.stringMatching(/^order 1, card holder 1, national identity number as UTF-8 in .*deep\/er\/file at 8191$/),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells needles apart that begin alike', () => {
    const alike: Needle[] = ['abcdef', 'abcdxx'].map((text) => ({ what: text, spelling: 'UTF-8', bytes: Buffer.from(text) }));
    expect(new ByteSearch(alike).in(Buffer.from('..abcdxx..'), 'here').map(({ needle }) => needle.what)).toEqual(['abcdxx']);
  });
});
