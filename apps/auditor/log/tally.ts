import { instant } from './output';

interface Counted {
  readonly stream: string;
  readonly type: string;
  readonly position: number;
  readonly createdTicks: bigint;
}

/** Counts the events of a log one by one. Keeps the names of streams, so that each counts once. */
export class Tally {
  private readonly streams = new Set<string>();
  private readonly types = new Set<string>();
  private events = 0;
  private systemEvents = 0;
  private bytes = 0;
  private first: Counted | undefined;
  private last: Counted | undefined;

  add({ stream, type, position, createdTicks }: Counted, bytes: number): void {
    this.events += 1;
    if (type.startsWith('$')) this.systemEvents += 1;
    this.bytes += bytes;
    this.streams.add(stream);
    this.types.add(type);
    this.last = { stream, type, position, createdTicks };
    this.first ??= this.last;
  }

  figures(): Readonly<Record<string, unknown>> {
    return {
      events: this.events,
      systemEvents: this.systemEvents,
      streams: this.streams.size,
      eventTypes: this.types.size,
      eventBytes: this.bytes,
      firstPosition: this.first?.position,
      lastPosition: this.last?.position,
      oldest: instant(this.first?.createdTicks),
      newest: instant(this.last?.createdTicks),
    };
  }
}
