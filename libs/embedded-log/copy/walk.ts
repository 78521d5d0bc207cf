import { Remote, RemoteEvent, RemoteMessage } from '../remote';
import { isCopied } from './scope';

/** The events of a server's `$all` that a copy is about, one after the other, up to its end at the time. */
export class Walk {
  private readonly messages: AsyncGenerator<RemoteMessage, void>;
  private ahead: RemoteEvent | undefined;
  private ended = false;
  private last: number;

  /** @param after position after which it begins; -1 for the start */
  constructor(remote: Remote, after: number) {
    this.last = after;
    const from = after < 0 ? 'start' : after;
    this.messages = remote.read({ from, count: Number.MAX_SAFE_INTEGER })[Symbol.asyncIterator]();
  }

  /** Position up to which everything was taken. */
  get passed(): number {
    return this.last;
  }

  /** The next event, undefined at the end. @throws RemoteFailure */
  async peek(): Promise<RemoteEvent | undefined> {
    while (!this.ahead && !this.ended) {
      const next = await this.messages.next();
      if (next.done) this.ended = true;
      else if (next.value.kind === 'event') this.see(next.value.event);
    }
    return this.ahead;
  }

  /** Takes what {@link peek} gave. */
  take(): void {
    if (this.ahead) this.last = this.ahead.position;
    this.ahead = undefined;
  }

  async close(): Promise<void> {
    await this.messages.return();
  }

  private see(event: RemoteEvent): void {
    if (event.position <= this.last) return;
    if (isCopied(event)) this.ahead = event;
    else this.last = event.position;
  }
}
