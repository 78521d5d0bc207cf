import { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { FrameReader, frame } from './framing';
import { Code, GrpcError, Trailers, encodeStatusMessage, encodeTrailers } from './status';

const CONTENT_TYPE = 'application/grpc';
const TIMEOUT_UNITS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };
/** setTimeout takes no longer delay. */
const LONGEST_TIMER = 2_147_483_647;

/** One gRPC call over one HTTP/2 stream: messages in, messages out, a status at the end. */
export class Call {
  private readonly outgoing: Buffer[] = [];
  private readonly closeListeners: (() => void)[] = [];
  private flushing = false;
  private responded = false;
  private ended = false;
  private status: Record<string, string> | undefined;
  private deadlineTimer: NodeJS.Timeout | undefined;
  private messageListener: ((message: Buffer) => void) | undefined;
  private halfCloseListener: (() => void) | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
    maxMessage: number,
    private readonly translate: (error: unknown) => GrpcError,
  ) {
    const frames = new FrameReader(maxMessage, (message) => this.messageListener?.(message));
    // What still comes after the status is passed over; a client stops when it reads the status.
    stream.on('data', (chunk: Buffer) => {
      if (!this.ended) this.guard(() => frames.push(chunk));
    });
    stream.on('end', () =>
      this.guard(() => {
        if (frames.midMessage && !this.ended) throw new GrpcError(Code.INTERNAL, 'the call ended inside a message');
        this.halfCloseListener?.();
      }),
    );
    stream.on('wantTrailers', () => stream.sendTrailers(this.status ?? { 'grpc-status': String(Code.UNKNOWN) }));
    stream.on('error', () => this.closed_());
    stream.on('close', () => this.closed_());
    this.startDeadline();
  }

  /** No more can be sent: the client is gone or the call has its status. */
  get closed(): boolean {
    return this.ended || this.stream.destroyed || this.stream.closed;
  }

  /** Address and port of the client. */
  get peer(): string {
    const socket = this.stream.session?.socket;
    return `${socket?.remoteAddress ?? ''}:${socket?.remotePort ?? ''}`;
  }

  /** The address of this machine that the client has reached. */
  get localAddress(): string {
    return this.stream.session?.socket?.localAddress ?? '';
  }

  onMessage(listener: (message: Buffer) => void): void {
    this.messageListener = (message) => {
      if (!this.ended) this.guard(() => listener(message));
    };
  }

  /** The client sends no more messages. */
  onHalfClose(listener: () => void): void {
    this.halfCloseListener = () => {
      if (!this.ended) this.guard(listener);
    };
  }

  onClose(listener: () => void): void {
    if (this.closed) listener();
    else this.closeListeners.push(listener);
  }

  /** Stops and restarts what arrives, so that a client that sends faster than the disk takes it is slowed by flow control. */
  pause(): void {
    this.stream.pause();
  }
  resume(): void {
    this.stream.resume();
  }

  send(message: Uint8Array): boolean {
    return this.sendFramed(frame(message));
  }

  /** Sends messages that have their frame headers. False where the client is slow: await {@link writable} before sending more. */
  sendFramed(framed: Buffer): boolean {
    if (this.closed) return false;
    this.outgoing.push(framed);
    if (!this.flushing) {
      this.flushing = true;
      process.nextTick(() => this.flush());
    }
    return !this.stream.writableNeedDrain && this.stream.writableLength + framed.length < this.stream.writableHighWaterMark;
  }

  async writable(): Promise<void> {
    this.flush();
    if (this.closed || !this.stream.writableNeedDrain) return;
    const { stream } = this;
    await new Promise<void>((resolve) => {
      const settled = (): void => {
        stream.off('drain', settled).off('close', settled);
        resolve();
      };
      stream.on('drain', settled).on('close', settled);
    });
  }

  /** Ends the call, after what was sent before. */
  end(code: number = Code.OK, message = '', trailers: Trailers = {}): void {
    if (this.closed) return;
    this.flush();
    this.ended = true;
    this.status = {
      'grpc-status': String(code),
      ...(message !== '' && { 'grpc-message': encodeStatusMessage(message) }),
      ...encodeTrailers(trailers),
    };
    if (this.responded) this.stream.end();
    else this.stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE, ...this.status }, { endStream: true });
    this.closed_();
  }

  /** Ends the call with what went wrong. */
  fail(error: unknown): void {
    const { code, message, trailers } = this.translate(error);
    this.end(code, message, trailers);
  }

  private guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }

  private flush(): void {
    this.flushing = false;
    if (this.outgoing.length === 0 || this.closed) return;
    if (!this.responded) {
      this.responded = true;
      this.stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE }, { waitForTrailers: true });
    }
    const chunk = this.outgoing.length === 1 ? this.outgoing[0] : Buffer.concat(this.outgoing);
    this.outgoing.length = 0;
    this.stream.write(chunk);
  }

  private startDeadline(): void {
    const match = /^(\d{1,8})([HMSmun])$/.exec(String(this.headers['grpc-timeout'] ?? ''));
    if (!match) return;
    const ms = Math.ceil(Number(match[1]) * (TIMEOUT_UNITS[match[2] ?? ''] ?? 1));
    if (ms > LONGEST_TIMER) return;
    this.deadlineTimer = setTimeout(() => this.end(Code.DEADLINE_EXCEEDED, 'Deadline Exceeded'), ms);
  }

  private closed_(): void {
    clearTimeout(this.deadlineTimer);
    for (const listener of this.closeListeners.splice(0)) listener();
  }
}
