import { randomBytes } from 'node:crypto';
import { ClientDuplexStream, status } from '@grpc/grpc-js';
import { failureOf, RemoteFailure } from './failure';
import { AppendAnswer, decodeBatchAnswer, encodeBatchAppend, RemoteAppend } from './write-messages';

interface Waiting {
  readonly settle: (answer: AppendAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** One `BatchAppend` call, over which appends go out in order and their answers come back by correlation id. */
export class AppendCall {
  ended = false;
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly call: ClientDuplexStream<Buffer, Buffer>,
    server: string,
  ) {
    call.on('data', (bytes: Buffer) => this.answered(bytes));
    call.on('error', (error) => this.fail(failureOf(error, server)));
    call.on('end', () => this.fail(new RemoteFailure(`${server}: it ended the call`, status.UNAVAILABLE)));
  }

  send(append: RemoteAppend): Promise<AppendAnswer> {
    const id = randomBytes(16);
    const answer = new Promise<AppendAnswer>((settle, reject) => this.waiting.set(id.toString('latin1'), { settle, reject }));
    this.call.write(encodeBatchAppend(id, append));
    return answer;
  }

  end(): void {
    if (!this.ended) this.call.end();
  }

  private answered(bytes: Buffer): void {
    const { correlationId, answer } = decodeBatchAnswer(bytes);
    const key = correlationId?.toString('latin1') ?? '';
    const waiting = this.waiting.get(key);
    this.waiting.delete(key);
    waiting?.settle(answer);
  }

  private fail(error: Error): void {
    this.ended = true;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
