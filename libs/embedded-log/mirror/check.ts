import { SegmentReader } from '../engine';
import { RecordView } from '../engine/record-view';
import { Remote } from '../remote';

export interface MirrorCheck {
  /** Events compared byte by byte and found equal. */
  readonly equal: number;
  /** Positions of events that the server has and the mirror lacks, or has with other bytes; the first few. */
  readonly faults: readonly { readonly position: number; readonly detail: string }[];
  readonly faultCount: number;
  /** Positions of events that the server has removed since they were mirrored. */
  readonly removedOnServer: readonly number[];
}

const KEPT_FAULTS = 20;

/**
 * Reads the server's `$all` once more and compares every event up to the mirror's end with what is mirrored: none may be missing, and
 * payloads must be equal byte by byte.
 * @throws RemoteFailure, LogDamaged
 */
export async function checkMirror(
  remote: Remote,
  folder: string,
  withoutSystemEvents: boolean,
  onProgress: (position: number, end: number) => void = () => undefined,
): Promise<MirrorCheck> {
  const reader = new SegmentReader(folder);
  try {
    return await compare(remote, reader, withoutSystemEvents, onProgress);
  } finally {
    reader.close();
  }
}

async function compare(
  remote: Remote,
  reader: SegmentReader,
  withoutSystemEvents: boolean,
  onProgress: (position: number, end: number) => void,
): Promise<MirrorCheck> {
  const end = reader.tail();
  const mirrored = new Mirrored(reader);
  const faults: { position: number; detail: string }[] = [];
  const removedOnServer: number[] = [];
  let [equal, faultCount] = [0, 0];
  const fault = (position: number, detail: string): void => {
    if (++faultCount <= KEPT_FAULTS) faults.push({ position, detail });
  };
  for await (const message of remote.read({ from: 'start', count: Number.MAX_SAFE_INTEGER, withoutSystemEvents })) {
    if (message.kind !== 'event') continue;
    const { event } = message;
    if (event.position >= end) break;
    while (mirrored.next && mirrored.next.position < event.position) removedOnServer.push(mirrored.take().position);
    if (mirrored.next?.position !== event.position) fault(event.position, 'the mirror lacks this event');
    else if (mirrored.take().payload.equals(event.raw)) equal += 1;
    else fault(event.position, 'the mirror has other bytes');
    onProgress(event.position, end);
  }
  while (mirrored.next && mirrored.next.position < end) removedOnServer.push(mirrored.take().position);
  return { equal, faults, faultCount, removedOnServer };
}

/** The mirror's records one after the other, with a look at the next. */
class Mirrored {
  private readonly pages: Generator<RecordView[], number>;
  private page: readonly RecordView[] = [];
  private at = 0;

  constructor(reader: SegmentReader) {
    this.pages = reader.pages();
    this.advance();
  }

  get next(): RecordView | undefined {
    return this.page[this.at];
  }

  take(): RecordView {
    const record = this.next;
    if (!record) throw new RangeError('the mirror has no more events');
    this.at += 1;
    if (this.at === this.page.length) this.advance();
    return record;
  }

  private advance(): void {
    const page = this.pages.next();
    this.page = page.done ? [] : page.value;
    this.at = 0;
  }
}
