import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { OperatorError } from '@hjemmel/host';
import { LRUCache } from 'lru-cache';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { AppendAnswer, EventToWrite, Remote, RemoteEvent, RemoteFailure } from '../remote';
import { NO_STREAM } from '../streams/expected-revision';
import { isMetastream, metastreamOf, originalOf, parseStreamMetadata, withTruncateBefore } from '../streams/stream-metadata';
import { RemovedNumbers } from './removed-numbers';
import { NotACopy, Pairing } from './pairing';
import { gapEvent } from './scope';
import { Walk } from './walk';

/** How far a copy has come, in both logs: everything up to there is the same. */
export interface Anchor {
  source: number;
  target: number;
}

/** What a copy remembers from event to event, also over lost connections. */
export interface CopyState {
  readonly anchor: Anchor;
  readonly pairing: Pairing;
  /** The last revision on the target of streams that were met lately. */
  readonly known: LRUCache<string, number>;
  copied: number;
  gaps: number;
}

export const newCopyState = (): CopyState => ({
  anchor: { source: -1, target: -1 },
  pairing: new Pairing(),
  known: new LRUCache({ max: 500_000 }),
  copied: 0,
  gaps: 0,
});

const MAX_EVENTS = 500;
/** The server counts data alone and takes 1,048,576 bytes of it; a message may be larger. */
const MAX_DATA_BYTES = 1_000_000;
const MAX_BYTES = 4_000_000;
const MAX_IN_FLIGHT = 64;
const MAX_BYTES_IN_FLIGHT = 16_000_000;
const OWN_METADATA_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

interface Run {
  readonly stream: string;
  readonly events: RemoteEvent[];
  data: number;
  bytes: number;
}

/**
 * Writes events to the target in the order of the source's `$all` and with the same revisions. Appends follow on one another without
 * waiting, over one call, on which a server writes them in order; before and after anything else the copier waits for all answers.
 */
export class Copier {
  private run: Run | undefined;
  private bytesInFlight = 0;
  private readonly inFlight: { readonly run: Run; readonly answer: Promise<AppendAnswer> }[] = [];

  constructor(
    private readonly target: Remote,
    private readonly removed: RemovedNumbers,
    private readonly state: CopyState,
    private readonly onCopied: () => void,
  ) {}

  /** @throws RemoteFailure (what was acknowledged is in the state's anchor), NotACopy, OperatorError */
  async copy(walk: Walk): Promise<void> {
    try {
      for (let event = await walk.peek(); event; event = await walk.peek()) {
        walk.take();
        if (this.isPlain(event)) await this.gather(event);
        else {
          await this.drain();
          await this.copyAlone(event);
        }
      }
      await this.drain();
    } catch (error) {
      // Whether these were written is found out by looking.
      for (const { run } of this.inFlight) this.state.known.delete(run.stream);
      if (this.run) this.state.known.delete(this.run.stream);
      throw error;
    }
  }

  /** Whether the event just follows the one before, and neither hides anything nor shows it again. */
  private isPlain({ stream, revision, data }: RemoteEvent): boolean {
    const { known, pairing } = this.state;
    if (revision === TOMBSTONE_REVISION || (known.get(stream) ?? NO_STREAM) !== revision - 1) return false;
    if (!isMetastream(stream)) return !pairing.isHidden(stream);
    return !parseStreamMetadata(data).softDeleted && !pairing.isHidden(originalOf(stream));
  }

  private async gather(event: RemoteEvent): Promise<void> {
    const bytes = event.raw.length;
    const { run } = this;
    const fits =
      run?.stream === event.stream &&
      run.events.length < MAX_EVENTS &&
      run.data + event.data.length <= MAX_DATA_BYTES &&
      run.bytes + bytes <= MAX_BYTES;
    if (!fits) await this.send();
    this.run ??= { stream: event.stream, events: [], data: 0, bytes: 0 };
    this.run.events.push(event);
    this.run.data += event.data.length;
    this.run.bytes += bytes;
    this.state.known.set(event.stream, event.revision);
  }

  private async send(): Promise<void> {
    const { run } = this;
    if (!run) return;
    this.run = undefined;
    const [first] = run.events;
    const expected = (first?.revision ?? 0) - 1;
    const answer = this.target.append({ stream: run.stream, expected, events: run.events });
    answer.catch(() => undefined); // it is waited for in its turn
    this.inFlight.push({ run, answer });
    this.bytesInFlight += run.bytes;
    while (this.inFlight.length >= MAX_IN_FLIGHT || this.bytesInFlight >= MAX_BYTES_IN_FLIGHT) await this.settleOldest();
  }

  private async drain(): Promise<void> {
    await this.send();
    while (this.inFlight.length > 0) await this.settleOldest();
  }

  private async settleOldest(): Promise<void> {
    const [oldest] = this.inFlight;
    const last = oldest?.run.events.at(-1);
    if (!oldest || !last) return;
    const position = written(await oldest.answer, last);
    this.inFlight.shift();
    this.bytesInFlight -= oldest.run.bytes;
    for (const event of oldest.run.events) this.state.pairing.note(event);
    this.settled(last, position, oldest.run.events.length);
  }

  private settled(last: RemoteEvent, position: number | undefined, events: number): void {
    const { anchor } = this.state;
    anchor.source = last.position;
    anchor.target = Math.max(anchor.target, position ?? -1);
    this.state.copied += events;
    this.onCopied();
  }

  private async copyAlone(event: RemoteEvent): Promise<void> {
    const { pairing, known } = this.state;
    const { stream, revision } = event;
    if (pairing.takeOwn(event)) return this.settled(event, undefined, 0);
    if (revision === TOMBSTONE_REVISION) {
      const at = await this.target.tombstone(stream);
      pairing.note(event);
      return this.settled(event, at, 1);
    }
    const original = isMetastream(stream) ? originalOf(stream) : stream;
    const wasHidden = pairing.isHidden(original);
    const hides = isMetastream(stream) && parseStreamMetadata(event.data).softDeleted === true;
    if (hides && !wasHidden) await this.fillTo(original, await this.removed.before(original, event), event.position);
    await this.fill(stream, revision, event.position);
    if (hides && wasHidden) {
      // Written like other metadata it would show the stream again.
      known.set(stream, revision);
      return this.settled(event, await this.target.delete(original), 1);
    }
    const position = written(await this.target.append({ stream, expected: revision - 1, events: [event] }), event);
    known.set(stream, revision);
    pairing.note(event);
    this.settled(event, position, 1);
    if (wasHidden && showsAgain(event)) await this.awaitOwnMetadata(original, stream === original ? undefined : revision);
  }

  /**
   * A stream of which everything is hidden may have had later numbers than any event tells. They go on all the same: else `$tb` would hide
   * what is written to the copy one day. To be called when everything is copied; what came meanwhile must be copied before the rest is known.
   */
  async numberEmptied(copyTheRest: () => Promise<void>): Promise<void> {
    const { pairing, known } = this.state;
    for (const [stream, firstShown] of pairing.limited) {
      const last = known.get(stream) ?? (await this.target.lastRevision(stream));
      if (firstShown > 0 && last + 1 >= firstShown) continue;
      known.set(stream, last);
      const wanted = await this.removed.now(stream);
      if (wanted === undefined || wanted <= last) continue;
      await copyTheRest();
      if (pairing.limited.has(stream)) await this.fillTo(stream, wanted, this.state.anchor.source);
    }
  }

  /** Writes gap events up to and with the revision, if the stream has not come so far. */
  private async fillTo(stream: string, last: number | undefined, position: number): Promise<void> {
    const { known } = this.state;
    const there = known.get(stream) ?? (await this.target.lastRevision(stream));
    known.set(stream, there);
    if (last !== undefined && last > there) await this.fill(stream, last + 1, position);
  }

  /** Writes gap events up to the revision, where the source has removed what stood there. */
  private async fill(stream: string, upTo: number, position: number): Promise<void> {
    const { known, pairing } = this.state;
    const last = known.get(stream) ?? (await this.target.lastRevision(stream));
    if (last >= upTo) throw new NotACopy({ position }, undefined, 'the target has other events of that stream');
    if (last === upTo - 1) return;
    if (pairing.isHidden(stream))
      throw new OperatorError(
        `the source has removed events of a stream that was deleted and written again (before position ${position}): its numbers can't be kept`,
      );
    for (let next = last + 1; next < upTo; next += MAX_EVENTS) {
      const events: EventToWrite[] = [];
      for (let revision = next; revision < Math.min(upTo, next + MAX_EVENTS); revision++) events.push(gapEvent(stream, revision));
      const at = written(await this.target.append({ stream, expected: next - 1, events }), { position });
      this.state.anchor.target = Math.max(this.state.anchor.target, at ?? -1);
      this.state.gaps += events.length;
    }
    known.set(stream, upTo - 1);
  }

  /** A server shows a deleted stream again by writing its metadata itself, perhaps a moment later. */
  private async awaitOwnMetadata(stream: string, after: number | undefined): Promise<void> {
    const metastream = metastreamOf(stream);
    const { known, pairing, anchor } = this.state;
    const before = after ?? known.get(metastream) ?? NO_STREAM;
    for (const deadline = Date.now() + OWN_METADATA_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
      const [newest] = await this.target.events({ stream: metastream, from: 'end', backwards: true, count: 1 });
      if (newest && newest.revision > before && pairing.keepOwn(newest)) {
        known.set(metastream, newest.revision);
        anchor.target = Math.max(anchor.target, newest.position);
        return;
      }
      if (Date.now() > deadline)
        throw new RemoteFailure('it did not show a deleted stream again that was written', status.DEADLINE_EXCEEDED);
    }
  }
}

function showsAgain({ stream, data }: RemoteEvent): boolean {
  return !isMetastream(stream) || withTruncateBefore(data, 0) !== undefined;
}

/** The position, or the failure that the answer tells of. */
function written(answer: AppendAnswer, event: Pick<RemoteEvent, 'position'>): number | undefined {
  if (answer.kind === 'written') return answer.position;
  if (answer.kind === 'failed') {
    if (answer.passing) throw new RemoteFailure(answer.reason, status.UNAVAILABLE);
    throw new OperatorError(`the target does not take the event at position ${event.position} of the source: ${answer.reason}`);
  }
  throw new NotACopy(event, undefined, 'somebody else writes to the target');
}
