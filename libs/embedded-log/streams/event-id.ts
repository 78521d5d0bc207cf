/** Event ids are UUIDs: 16 bytes in the order in which a UUID is written, 36 characters on the wire. */

const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;
const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => Buffer.from(byte.toString(16).padStart(2, '0'), 'latin1').readUInt16BE(0));
const DASH = 0x2d;

/** The 16 bytes of a UUID's text in any case, or undefined where it is none. */
export function parseEventId(text: string): Buffer | undefined {
  const match = UUID.exec(text);
  return match ? Buffer.from(match.slice(1).join(''), 'hex') : undefined;
}

const NOT_HEX = 0xff;
const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? NOT_HEX : value;
});
const TEXT_LENGTH = 36;

/** Like {@link parseEventId}, from the bytes of the text: the form that clients send costs no string. */
export function parseEventIdBytes(text: Uint8Array): Buffer | undefined {
  if (text.length !== TEXT_LENGTH) return parseEventId(Buffer.from(text).toString('latin1'));
  const id = Buffer.allocUnsafe(16);
  for (let byte = 0, at = 0; byte < 16; byte++, at += 2) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (text[at] !== DASH) return undefined;
      at++;
    }
    const high = HEX_VALUE[text[at] ?? 0] ?? NOT_HEX;
    const low = HEX_VALUE[text[at + 1] ?? 0] ?? NOT_HEX;
    if (high === NOT_HEX || low === NOT_HEX) return undefined;
    id[byte] = (high << 4) | low;
  }
  return id;
}

export function isZeroId(id: Buffer): boolean {
  for (const byte of id) if (byte !== 0) return false;
  return true;
}

/** Writes the 36 characters of the id at `at` and returns the offset behind them. */
export function writeEventId(into: Buffer, at: number, id: Buffer): number {
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) into[at++] = DASH;
    at = into.writeUInt16BE(BYTE_HEX[id[byte] ?? 0] ?? 0, at);
  }
  return at;
}

export function formatEventId(id: Buffer): string {
  const text = Buffer.allocUnsafe(36);
  writeEventId(text, 0, id);
  return text.toString('latin1');
}
