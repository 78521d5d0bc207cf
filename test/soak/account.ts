import { NumberList } from './numbers';

/** What the log has acknowledged of the events of one writer, and everything that was found wrong. */
export class Account {
  readonly faults: string[] = [];
  faultCount = 0;
  readonly writers = new Map<string, WriterAccount>();
  /** Counts by name, for the report. */
  readonly counts: Record<string, number> = {};

  writer(name: string): WriterAccount {
    let account = this.writers.get(name);
    if (!account) this.writers.set(name, (account = new WriterAccount()));
    return account;
  }

  fault(text: string): void {
    if (++this.faultCount <= 50) this.faults.push(text);
  }

  count(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }
}

/** Events 0, 1, 2, … of one writer: for each the revision and the position that the log acknowledged it at. */
export class WriterAccount {
  /** Revision of the n-th event; -1 where no answer came. */
  readonly revisions = new NumberList();
  /** Commit position of the n-th event; -1 where none was told. */
  readonly positions = new NumberList();

  /** Events that were sent, with or without an answer. */
  get sent(): number {
    return this.revisions.length;
  }

  acknowledged(revision: number, position: number): void {
    this.revisions.push(revision);
    this.positions.push(position);
  }

  unanswered(): void {
    this.acknowledged(-1, -1);
  }
}
