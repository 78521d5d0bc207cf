import { setTimeout as pause } from 'node:timers/promises';
import { OperatorError } from '@hjemmel/host';
import { Remote, RemoteAddress, RemoteFailure, Reading } from '../remote';
import { MirrorFolder } from './mirror-folder';

export interface MirrorOptions {
  readonly source: RemoteAddress;
  readonly folder: string;
  /** Passes over events whose type begins with `$`. */
  readonly withoutSystemEvents: boolean;
  /** Ends when everything that is there at the start is mirrored; otherwise goes on with what comes. */
  readonly once: boolean;
  /** Ends the mirroring; what was taken until then is on disk. */
  readonly signal: AbortSignal;
  /** @param end the server's last position when the mirroring began */
  readonly onProgress?: (considered: number, end: number) => void;
  readonly onCaughtUp?: () => void;
  /** What an operator should read. */
  readonly onNotice?: (line: string) => void;
  /** Size from which a segment is followed by the next one. */
  readonly segmentBytes?: number;
}

export interface MirrorReport {
  /** Events written by this run. */
  readonly events: number;
  /** Greatest position considered, -1 where the log is empty. */
  readonly considered: number;
}

const FLUSH_BYTES = 1024 * 1024;
/** While much is to be caught up with, one sync serves what came in so long a time. */
const FLUSH_EVERY_MS = 200;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Keeps `$all` of a server in a folder, in the segment format and at the server's own positions, so that whatever reads segments reads
 * it as it would the embedded log's. Goes on where it ended, however it ended, after it has seen that the log is still the same.
 *
 * @throws OperatorError where the server isn't reached at first, refuses, or is not the one that the mirror was made from; LogDamaged
 */
export async function mirror(options: MirrorOptions): Promise<MirrorReport> {
  const { source, folder: path, withoutSystemEvents, signal } = options;
  const folder = await MirrorFolder.open(path, { version: 1, source: source.shown, withoutSystemEvents }, options.segmentBytes);
  const following = new Following(options, folder);
  try {
    await following.run();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await folder.close();
  }
  return { events: following.events, considered: folder.considered };
}

class Following {
  events = 0;
  private end = -1;
  private reached = false;
  private failures = 0;

  constructor(
    private readonly options: MirrorOptions,
    private readonly folder: MirrorFolder,
  ) {}

  async run(): Promise<void> {
    const { signal, onNotice } = this.options;
    while (!signal.aborted) {
      try {
        if (await this.follow()) return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof RemoteFailure)) throw error;
        if (!this.reached || !error.passing) throw new OperatorError(error.message);
        if (this.failures === 0) onNotice?.(`${error.message}; trying again`);
      }
      const delay = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection's worth; true when the work is done. */
  private async follow(): Promise<boolean> {
    const { source, signal, once, withoutSystemEvents } = this.options;
    const remote = await Remote.connect(source);
    try {
      this.end = (await remote.lastPosition()) ?? -1;
      await assertSameLog(remote, this.folder, withoutSystemEvents);
      this.reached = true;
      if (once && this.folder.considered >= this.end) return true;
      const { considered } = this.folder;
      const reading = remote.read({ from: considered < 0 ? 'start' : considered, withoutSystemEvents });
      const stop = (): void => reading.cancel();
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await this.take(reading);
      } finally {
        signal.removeEventListener('abort', stop);
        await this.folder.flush();
      }
    } finally {
      remote.close();
    }
  }

  private async take(reading: Reading): Promise<boolean> {
    const { once, onProgress, onCaughtUp } = this.options;
    let live = false;
    let flushedAt = performance.now();
    for await (const message of reading) {
      this.failures = 0;
      if (message.kind === 'event') {
        this.folder.take(message.event);
        this.events += 1;
      } else if (message.kind === 'checkpoint') this.folder.cover(message.position);
      else if (message.kind === 'caught-up') {
        // Events that a filter passed over before the end of the log count as considered, too.
        live = true;
        this.folder.cover(this.end);
      }
      const due = live ? !reading.hasMore : performance.now() - flushedAt >= FLUSH_EVERY_MS;
      if (due || message.kind === 'caught-up' || this.folder.unwrittenBytes >= FLUSH_BYTES) {
        await this.folder.flush();
        flushedAt = performance.now();
        onProgress?.(this.folder.considered, this.end);
      }
      if (message.kind === 'caught-up') onCaughtUp?.();
      if (once && this.folder.considered >= this.end) return true;
    }
    return false;
  }
}

/**
 * Looks whether what was mirrored last is what the server has there. Where the server has removed that event since, the one before it
 * must be among the mirrored ones.
 */
async function assertSameLog(remote: Remote, folder: MirrorFolder, withoutSystemEvents: boolean): Promise<void> {
  const last = folder.newest();
  if (!last) return;
  const [there] = await remote.events({ from: last.position, count: 1, withoutSystemEvents });
  if (there?.position === last.position && there.raw.equals(last.payload)) return;
  if (there?.position !== last.position) {
    const [before] = await remote.events({ from: last.position, backwards: true, count: 1, withoutSystemEvents });
    const mirrored = before && folder.newest(before.position + 1);
    if (mirrored?.position === before?.position && mirrored?.payload.equals(before?.raw ?? Buffer.alloc(0))) return;
  }
  throw new OperatorError(
    `${remote.shown} is not the log that ${folder.folder} mirrors, or its history was changed: they differ at position ${last.position}`,
  );
}
