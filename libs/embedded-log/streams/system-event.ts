import { randomBytes } from 'node:crypto';
import { EventBody } from './stored-event';

const EMPTY = Buffer.alloc(0);

/** An event that the server itself writes. */
export function systemEvent(type: string, data: Buffer, isJson: boolean): EventBody {
  return { id: randomBytes(16), type, isJson, data, metadata: EMPTY };
}

export function systemJsonEvent(type: string, data: unknown): EventBody {
  return systemEvent(type, Buffer.from(JSON.stringify(data)), true);
}
