import { createHash } from 'node:crypto';
import { EventData, jsonEvent, binaryEvent } from '@eventstore/db-client';

/**
 * The n-th event that a writer makes: everything of it follows from writer and number, so that whoever reads it can tell whether it is
 * what was written. Every seventh is binary.
 */
export function knownEvent(writer: string, n: number): EventData {
  const id = idOf(writer, n);
  const content = contentOf(writer, n);
  if (n % 7 === 6) return binaryEvent({ id, type: 'SoakScanned', data: Buffer.from(JSON.stringify(content)) });
  return jsonEvent({ id, type: 'SoakWritten', data: { ...content }, metadata: { by: writer } });
}

interface Content {
  readonly writer: string;
  readonly n: number;
  readonly pad: string;
}

function contentOf(writer: string, n: number): Content {
  return { writer, n, pad: 'æ'.repeat((n * 31) % 180) };
}

function idOf(writer: string, n: number): string {
  const hex = createHash('sha256').update(`${writer}#${n}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export interface ReadBack {
  readonly id: string;
  readonly isJson: boolean;
  readonly data: unknown;
}

/** Whose event it is and its number, or what is wrong with it. */
export function recognise({ id, isJson, data }: ReadBack): { readonly writer: string; readonly n: number } | string {
  const content = (isJson ? data : parsed(data)) as Partial<Content> | undefined;
  if (typeof content?.writer !== 'string' || typeof content.n !== 'number') return 'it holds something else than was written';
  const { writer, n } = content;
  if (id !== idOf(writer, n)) return `its id is not that of ${writer}'s event ${n}`;
  if (isJson !== (n % 7 !== 6) || content.pad !== contentOf(writer, n).pad) return `its content is not that of ${writer}'s event ${n}`;
  return { writer, n };
}

function parsed(data: unknown): unknown {
  return data instanceof Uint8Array ? JSON.parse(Buffer.from(data).toString('utf8')) : undefined;
}
