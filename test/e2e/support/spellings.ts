import { createHash } from 'node:crypto';

/** What must not stand on disk, in one of the ways in which bytes can spell it. */
export interface Needle {
  /** Says what was found without saying it. */
  readonly what: string;
  readonly spelling: string;
  readonly bytes: Buffer;
  /** Bytes before and after which a find counts for nothing: it is a part of something longer, met by chance. */
  readonly notBeside?: (byte: number) => boolean;
}

export interface Secret {
  readonly what: string;
  readonly text: string;
  /** `number`: digits, which any identifier in hex may hold. `word`: one that may be a part of base64. `text`: neither is likely. */
  readonly kind: 'number' | 'word' | 'text';
}

/** Shorter ones are met by chance in tens of megabytes of random characters. */
const SHORTEST_BASE64 = 8;
const SHORTEST_HEX = 14;

const isHexDigit = (byte: number): boolean => /[0-9a-fA-F-]/.test(String.fromCharCode(byte));
const isBase64 = (byte: number): boolean => /[0-9a-zA-Z+/_-]/.test(String.fromCharCode(byte)) || byte >= 0x80;

/** Every way in which a text may lie in a file: encodings of characters, escapes, base64 at each alignment, hex, and unkeyed hashes. */
export function spellingsOf({ what, text, kind }: Secret): Needle[] {
  const notBeside = kind === 'number' ? isHexDigit : kind === 'word' ? isBase64 : undefined;
  const utf8 = Buffer.from(text, 'utf8');
  const needle = (spelling: string, bytes: Buffer | string): Needle => ({ what, spelling, bytes: Buffer.from(bytes as string, 'latin1') });
  const plain = (spelling: string, bytes: Buffer): Needle => ({ what, spelling, bytes, ...(notBeside && { notBeside }) });
  return [
    plain('UTF-8', utf8),
    plain('UTF-16LE', Buffer.from(text, 'utf16le')),
    ...otherThanAscii(text).map(([spelling, bytes]) => plain(spelling, bytes)),
    ...base64Cores(utf8).map((core) => needle('base64', core)),
    ...(utf8.length * 2 < SHORTEST_HEX ? [] : [needle('hex', utf8.toString('hex')), needle('HEX', utf8.toString('hex').toUpperCase())]),
    ...(kind === 'word' ? [] : hashes(utf8).map(([spelling, bytes]) => ({ what, spelling, bytes }))),
  ].filter(distinct);
}

const distinct = ({ bytes }: Needle, place: number, all: readonly Needle[]): boolean =>
  all.findIndex((other) => other.bytes.equals(bytes)) === place;

function otherThanAscii(text: string): [string, Buffer][] {
  if (/^[\x20-\x7e]*$/.test(text)) return [];
  const escaped = (upper: boolean) =>
    text.replaceAll(/[^\x20-\x7e]/g, (letter) => {
      const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${upper ? code.toUpperCase() : code}`;
    });
  const spelled: [string, Buffer][] = [
    ['JSON escapes', Buffer.from(escaped(false))],
    ['JSON ESCAPES', Buffer.from(escaped(true))],
    ['percent-encoded', Buffer.from(encodeURIComponent(text))],
    ['decomposed UTF-8', Buffer.from(text.normalize('NFD'))],
  ];
  return /^[\x20-\xff]*$/.test(text) ? [...spelled, ['Latin-1', Buffer.from(text, 'latin1')]] : spelled;
}

/** The characters of base64 that depend on these bytes alone, for each of the three places at which they may begin. */
function base64Cores(bytes: Buffer): string[] {
  const cores = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const urlSafe = cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  return [...cores, ...urlSafe].filter(({ length }) => length >= SHORTEST_BASE64);
}

/** An unkeyed hash of something with few possible values says what it is to anybody who tries them all. */
function hashes(bytes: Buffer): [string, Buffer][] {
  return ['sha256', 'sha1', 'md5'].flatMap((algorithm): [string, Buffer][] => {
    const digest = createHash(algorithm).update(bytes).digest();
    return [
      [algorithm, digest],
      [`${algorithm} in hex`, Buffer.from(digest.toString('hex'))],
      [`${algorithm} in base64`, Buffer.from(digest.toString('base64').replace(/=+$/, ''))],
    ];
  });
}
