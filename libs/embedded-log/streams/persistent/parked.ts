import { randomBytes } from 'node:crypto';
import { StoredRecord } from '../../engine/contract';
import { ANY } from '../expected-revision';
import { LINK_TYPE } from '../links';
import { StreamReader } from '../reader';
import { ResolvedRecord, original } from '../resolved-record';
import { METADATA_TYPE, metastreamOf } from '../stream-metadata';
import { readStoredEvent } from '../stored-event';
import { systemJsonEvent } from '../system-event';
import { StreamWriter } from '../writer';
import { parkedStreamOf } from './config';
import { GroupMessage, idOf } from './message';

/** Messages that a group has given up on, as links in a stream of their own; replaying delivers them once more and moves its `$tb`. */
export class ParkedMessages {
  private readonly stream: string;
  /** Revision of the next parked message, and of the first that was not replayed. */
  private next: number;
  private first: number;
  /** A replay under way: what is still to be read, and where it ends. */
  private replay: { at: number; readonly end: number } | undefined;
  /** Replayed messages whose fate is open; only when none is left may `$tb` pass them, or a crash would lose them. */
  private readonly unsettled = new Set<string>();

  constructor(
    private readonly writer: StreamWriter,
    private readonly reader: StreamReader,
    key: string,
  ) {
    this.stream = parkedStreamOf(key);
    this.next = reader.nextRevision(this.stream);
    this.first = Math.min(reader.firstVisible(this.stream), this.next);
  }

  get count(): number {
    return this.next - this.first;
  }

  get replaying(): boolean {
    return this.replay !== undefined;
  }

  /** Settles when the message is parked for good; rejects where the log takes no writes. */
  async park({ resolved }: GroupMessage, reason: string): Promise<void> {
    const { revision } = original(resolved);
    const metadata = { added: new Date().toISOString(), reason, ...(revision > 0 && { subscriptionEventNumber: revision }) };
    const result = this.writer.append(this.stream, ANY, [
      {
        id: randomBytes(16),
        type: LINK_TYPE,
        isJson: false,
        data: linkTo(resolved),
        metadata: Buffer.from(JSON.stringify(metadata)),
      },
    ]);
    if (result.kind !== 'written') throw new Error(`${this.stream} can't be written: ${result.kind}`);
    await result.durable;
    this.next = Math.max(this.next, result.revision + 1);
  }

  /** Replays what is parked before this revision; what is parked later waits for the next time. A replay under way goes on. */
  startReplay(before: number): void {
    const end = Math.min(before, this.next);
    if (this.replay || end <= this.first) return;
    this.replay = { at: this.first, end };
    this.first = end;
  }

  /** The next messages of the replay, at most so many. */
  read(limit: number): GroupMessage[] {
    const { replay } = this;
    if (!replay) return [];
    const messages: GroupMessage[] = [];
    for (const page of this.reader.forwards(this.stream, replay.at, Math.min(limit, replay.end - replay.at))) {
      messages.push(...page.filter(({ revision }) => revision < replay.end).map((record) => this.replayed(record)));
      replay.at = (page[page.length - 1]?.revision ?? replay.end) + 1;
      break;
    }
    if (messages.length === 0) replay.at = replay.end;
    for (const { id } of messages) this.unsettled.add(id);
    this.finishReplay();
    return messages;
  }

  /** A replayed message was acknowledged, skipped or parked again. */
  settled(id: string): void {
    if (this.unsettled.delete(id)) this.finishReplay();
  }

  delete(): void {
    if (this.next > 0) this.writer.softDelete(this.stream, ANY);
  }

  private replayed(record: StoredRecord): GroupMessage {
    const resolved = this.reader.resolve(record, true);
    return { resolved, id: idOf(resolved), sequence: undefined, previous: -1, retryCount: 0 };
  }

  private finishReplay(): void {
    const { replay } = this;
    if (!replay || replay.at < replay.end || this.unsettled.size > 0) return;
    this.replay = undefined;
    const result = this.writer.append(metastreamOf(this.stream), ANY, [systemJsonEvent(METADATA_TYPE, { $tb: replay.end })]);
    if (result.kind === 'written') result.durable.catch(() => undefined);
  }
}

/** A link to the event itself; where a link could not be resolved, what it said. */
function linkTo({ event, link }: ResolvedRecord): Buffer {
  if (event) return Buffer.from(`${event.revision}@${event.stream}`);
  return link ? readStoredEvent(link.payload).data : Buffer.alloc(0);
}
