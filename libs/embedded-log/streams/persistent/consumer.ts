import { GroupMessage } from './message';
import { Meter } from './meter';

/** A client that reads from a group: what the protocol layer gives. */
export interface ConsumerConnection {
  readonly username: string;
  readonly connectionName: string;
  readonly from: string;
  /** Messages that it takes without having acknowledged them. */
  readonly bufferSize: number;
  /** False where the client does not take bytes as fast as they come; {@link writable} settles when it does. */
  deliver(message: GroupMessage): boolean;
  writable(): Promise<void>;
  /** The group is gone from under it. */
  drop(): void;
}

const SAMPLES = 1000;

/** A consumer as its group sees it: how much it holds, how much it has had. */
export class Consumer {
  inFlight = 0;
  readonly items = new Meter();
  blocked = false;
  private readonly latencies: number[] = [];

  constructor(readonly connection: ConsumerConnection) {}

  get availableSlots(): number {
    return Math.max(0, this.connection.bufferSize - this.inFlight);
  }

  get takes(): boolean {
    return !this.blocked && this.availableSlots > 0;
  }

  /** Milliseconds from delivery to acknowledgement. */
  measured(latency: number): void {
    this.latencies.push(latency);
    if (this.latencies.length > SAMPLES) this.latencies.shift();
  }

  /** The statistics that a group with `extraStatistics` tells; none before the first acknowledgement. */
  measurements(): readonly { readonly key: string; readonly value: number }[] {
    if (this.latencies.length === 0) return [];
    const sorted = [...this.latencies].sort((a, b) => a - b);
    const at = (fraction: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0);
    const mean = Math.round(sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
    return [
      { key: 'Mean', value: mean },
      { key: 'Median', value: at(0.5) },
      { key: 'Fastest', value: at(0) },
      ...[1, 2, 3, 4, 5].map((quintile) => ({ key: `Quintile ${quintile}`, value: at(quintile / 5) })),
      ...[90, 95, 99, 99.5, 99.9].map((percent) => ({ key: `${percent}%`, value: at(percent / 100) })),
      { key: 'Highest', value: at(1) },
    ];
  }
}
