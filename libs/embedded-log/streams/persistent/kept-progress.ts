import { ANY } from '../expected-revision';
import { StreamReader } from '../reader';
import { METADATA_TYPE, metastreamOf } from '../stream-metadata';
import { readStoredEvent } from '../stored-event';
import { systemJsonEvent } from '../system-event';
import { StreamWriter } from '../writer';
import { GroupSource, checkpointStreamOf, formatProgress, parseProgress } from './config';

/** The data of a stream's newest visible event, read as JSON; undefined where there is none. */
export function newestJson(reader: StreamReader, stream: string): unknown {
  const state = reader.state(stream);
  if (state.kind !== 'found') return undefined;
  for (const page of reader.backwards(stream, state.last, 1)) {
    if (page[0]) return JSON.parse(readStoredEvent(page[0].payload).data.toString('utf8')) as unknown;
  }
  return undefined;
}

/** The checkpoint of a group: everything up to it is done. Kept in a stream of its own, of which only the newest events are shown. */
export class KeptCheckpoint {
  private readonly stream: string;
  private writing = false;
  /** The last checkpoint that is on disk. */
  value: number | undefined;

  constructor(
    private readonly writer: StreamWriter,
    private readonly reader: StreamReader,
    private readonly source: GroupSource,
    key: string,
  ) {
    this.stream = checkpointStreamOf(key);
    const kept = newestJson(reader, this.stream);
    this.value = typeof kept === 'string' ? parseProgress(kept) : undefined;
  }

  get busy(): boolean {
    return this.writing;
  }

  /** One write at a time: the caller asks again when `written` is called, with whether it came to pass. */
  write(at: number, written: (kept: boolean) => void): void {
    this.writing = true;
    const settled = (kept: boolean): void => {
      this.writing = false;
      if (kept) this.value = at;
      written(kept);
    };
    if (this.reader.state(this.stream).kind === 'not-found') {
      this.writer.append(metastreamOf(this.stream), ANY, [systemJsonEvent(METADATA_TYPE, { $maxCount: 2 })]);
    }
    const result = this.writer.append(this.stream, ANY, [systemJsonEvent('$SubscriptionCheckpoint', formatProgress(this.source, at))]);
    if (result.kind !== 'written') return settled(false);
    result.durable.then(
      () => settled(true),
      () => settled(false),
    );
  }

  /** Forgets it, with the group. */
  delete(): void {
    if (this.value !== undefined) this.writer.softDelete(this.stream, ANY);
  }
}
