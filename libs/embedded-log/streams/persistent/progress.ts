import { GroupSettings } from './config';
import { GroupCursor } from './cursor';
import { KeptCheckpoint } from './kept-progress';
import { GroupMessage } from './message';

/** Keeps how far everything is done: up to the first message that is not, or to the last that was considered. */
export class Progress {
  private sequence = 0;
  private time = Date.now();
  private stopped = false;

  /** `firstOpen` gives the earliest message that is not done. */
  constructor(
    private readonly checkpoint: KeptCheckpoint,
    private readonly cursor: GroupCursor,
    private readonly settings: GroupSettings,
    private readonly firstOpen: () => GroupMessage | undefined,
  ) {}

  /** After so long a checkpoint may be written for fewer messages. */
  isDue(now: number): boolean {
    return now - this.time >= this.settings.checkpointAfterMs;
  }

  /** Writes nothing any more: the group may be deleted, and its checkpoint with it. */
  stop(): void {
    this.stopped = true;
  }

  mark(due: boolean): void {
    if (this.checkpoint.busy || this.stopped) return;
    const { minCheckpointCount, maxCheckpointCount } = this.settings;
    const open = this.firstOpen();
    const at = open ? open.previous : this.cursor.considered.at;
    const sequence = open?.sequence === undefined ? this.cursor.considered.sequence : open.sequence - 1;
    const done = sequence - this.sequence;
    if (done <= 0 || at < 0 || !(done >= maxCheckpointCount || (due && done >= minCheckpointCount))) return;
    this.checkpoint.write(at, (kept) => {
      if (!kept) return;
      this.sequence = sequence;
      this.time = Date.now();
      this.mark(false);
    });
  }
}

/** The message with the least sequence; replayed ones have none and hold nothing up. */
export function earliest(messages: Iterable<GroupMessage>): GroupMessage | undefined {
  let first: GroupMessage | undefined;
  for (const message of messages) {
    if (message.sequence !== undefined && message.sequence < (first?.sequence ?? Infinity)) first = message;
  }
  return first;
}
