import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';
import { LogEngine, StoredRecord } from '../contract';
import { idOf, payloadAt } from './samples';

const APPENDER = join(process.cwd(), 'dist/libs/embedded-log/engine/testing/appender.js');

/** One append that the disk confirmed. */
export interface Acknowledged {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly count: number;
}

/** Options with which the appender opens the log, for whoever opens it after. */
export const APPENDER_OPTIONS = { segmentBytes: 65_536, preallocateBytes: 16_384, memtableEntries: 200, mergeFanIn: 3 };

/** A process of its own that appends (see appender.ts), under a shell command if one is given. */
export function startAppender(
  folder: string,
  inFlight: number,
  manner = '',
  shell = '',
): { readonly child: ChildProcess; readonly lines: Interface } {
  const args = [APPENDER, folder, String(inFlight), String(APPENDER_OPTIONS.segmentBytes), manner];
  const command = shell ? ['/bin/sh', '-c', `${shell} exec "$0" "$@"`, process.execPath, ...args] : [process.execPath, ...args];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, lines: createInterface({ input: child.stdout }) };
}

/** The acknowledged append that a line tells of, or undefined where it tells something else. */
export function acknowledgedIn(line: string): Acknowledged | undefined {
  const [stream = '', revision, position, count] = line.split(' ');
  if (!stream.startsWith('writer-')) return undefined;
  return { stream, revision: Number(revision), position: Number(position), count: Number(count) };
}

/** What is wrong with the acknowledged appends; nothing, if all is well. */
export function missing(engine: LogEngine, acknowledged: readonly Acknowledged[]): string[] {
  return acknowledged.flatMap(({ stream, revision, position, count }) => {
    const records = engine.readStreamForwards(stream, revision, count);
    const found = engine.findEvent(stream, idOf(`${stream}@${revision}`));
    const whole = records.length === count && records.every((record, k) => record.revision === revision + k);
    const inPlace = records[0]?.position === position && found?.position === position && found.revision === revision;
    return whole && inPlace ? [] : [`${stream}@${revision}`];
  });
}

/** Where positions or revisions do not ascend without a gap, payloads do not stand where they were written, or an append is not whole. */
export function inconsistent(all: readonly StoredRecord[]): string[] {
  const next = new Map<string, number>();
  const faults: string[] = [];
  let open = 0;
  let last = -1;
  for (const record of all) {
    const [, part = 0, , count] = record.type.split('-').map(Number);
    const inOrder = record.position > last && record.revision === (next.get(record.stream) ?? 0) && part === open + 1;
    if (!inOrder || !record.payload.equals(payloadAt(record.position, record.payload.length))) faults.push(`position ${record.position}`);
    last = record.position;
    next.set(record.stream, record.revision + 1);
    open = part === count ? 0 : part;
  }
  return open === 0 ? faults : [...faults, 'half an append at the end'];
}
