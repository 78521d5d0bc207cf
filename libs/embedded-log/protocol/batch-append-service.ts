import { EventBody } from '../streams/stored-event';
import { StreamWriter, WriteResult } from '../streams/writer';
import { Call } from './grpc/call';
import { Method } from './grpc/server';
import { Code, GrpcError } from './grpc/status';
import { BatchAppendRequest, BatchDeadline, WriteOptions, decodeBatchAppendRequest } from './wire/write-requests';
import {
  BatchError,
  encodeBadRequest,
  encodeMaximumAppendSize,
  encodeStreamDeleted,
  encodeWrongRevision,
  frameBatchError,
  frameBatchSuccess,
} from './wire/write-responses';
import { MAX_APPEND_SIZE, acceptEvent, checkTarget, toGrpcError } from './write-errors';

/** No append waits longer, whatever its deadline: the server's write timeout. */
const WRITE_TIMEOUT_MS = 2000;
/** How often unfinished and unanswered appends are looked at. */
const SWEEP_MS = 100;
/** Parts of an append that come after its answer are known for so long, and passed over after that as parts of nothing. */
const KEPT_AFTER_ANSWER_MS = 60_000;
/** A client whose appends are not on disk yet is read no further above so many bytes, until half of them are. */
const MAX_UNDURABLE_BYTES = 32 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);
const TIMEOUT: BatchError = { code: Code.DEADLINE_EXCEEDED, message: 'Timeout', type: 'Timeout', details: EMPTY };
const TOO_LARGE: BatchError = {
  code: Code.INVALID_ARGUMENT,
  message: 'Maximum Append Size Exceeded',
  type: 'MaximumAppendSizeExceeded',
  details: encodeMaximumAppendSize(MAX_APPEND_SIZE),
};

interface Batch {
  readonly correlationId: Buffer;
  readonly options: WriteOptions;
  readonly expiresAt: number;
  readonly events: EventBody[];
  size: number;
  /** Its answer is sent; what still comes of it is passed over. */
  answered: boolean;
  /** Its last part has come. */
  complete: boolean;
}

/** `Streams.BatchAppend`: many appends on one call, told apart by correlation ids, each answered exactly once. */
export function batchAppendMethod(writer: StreamWriter): Method {
  return (call) => {
    const batches = new BatchAppends(writer, call);
    call.onMessage((message) => batches.receive(decodeBatchAppendRequest(message)));
    call.onHalfClose(() => batches.halfClosed());
  };
}

class BatchAppends {
  private readonly open = new Map<string, Batch>();
  private readonly sweeper: NodeJS.Timeout;
  private undurableBytes = 0;
  private halfClose = false;

  constructor(
    private readonly writer: StreamWriter,
    private readonly call: Call,
  ) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
    call.onClose(() => clearInterval(this.sweeper));
  }

  receive(request: BatchAppendRequest): void {
    if (!request.correlationId) throw new GrpcError(Code.INVALID_ARGUMENT, 'a batch append needs a correlation id');
    const key = request.correlationId.toString('latin1');
    const batch = this.open.get(key) ?? this.begin(key, request.correlationId, request);
    if (!batch) return;
    if (!batch.answered) this.add(batch, request);
    if (!request.isFinal) return;
    batch.complete = true;
    if (batch.answered) this.forget(key, batch);
    else this.write(key, batch);
  }

  halfClosed(): void {
    this.halfClose = true;
    this.endWhenIdle();
  }

  /** A part of an append that is not known and names no stream cannot be answered for: it is passed over. */
  private begin(key: string, correlationId: Buffer, { options }: BatchAppendRequest): Batch | undefined {
    if (!options) return undefined;
    const within = Math.min(WRITE_TIMEOUT_MS, msLeft(options.deadline));
    const batch = { correlationId, options, expiresAt: Date.now() + within, events: [], size: 0, answered: false, complete: false };
    this.open.set(key, batch);
    if (within <= 0) this.answer(batch, frameBatchError(answerOf(batch), TIMEOUT));
    else this.guard(batch, () => checkTarget(options.stream, options.expected));
    return batch;
  }

  private add(batch: Batch, request: BatchAppendRequest): void {
    this.guard(batch, () => {
      for (const proposed of request.events) {
        const event = acceptEvent(proposed);
        batch.size += event.data.length;
        batch.events.push(event);
      }
    });
    if (batch.size > MAX_APPEND_SIZE) this.answer(batch, frameBatchError(answerOf(batch), TOO_LARGE));
  }

  private write(key: string, batch: Batch): void {
    const { stream, expected } = batch.options;
    this.guard(batch, () => {
      const result = this.writer.append(stream, expected, batch.events);
      this.answerWith(key, batch, result);
    });
    if (batch.answered) this.forget(key, batch);
  }

  private answerWith(key: string, batch: Batch, result: WriteResult): void {
    if (result.kind !== 'written') return this.answer(batch, frameBatchError(answerOf(batch), refusal(batch.options, result)));
    this.undurableBytes += batch.size;
    if (this.undurableBytes > MAX_UNDURABLE_BYTES) this.call.pause();
    const settled = (framed: Buffer): void => {
      this.undurableBytes -= batch.size;
      if (this.undurableBytes < MAX_UNDURABLE_BYTES / 2) this.call.resume();
      this.answer(batch, framed);
      this.forget(key, batch);
    };
    result.durable.then(
      () => settled(frameBatchSuccess(answerOf(batch), result)),
      (error: unknown) => settled(frameBatchError(answerOf(batch), failure(error))),
    );
  }

  /** What can't be accepted is answered with why; the call goes on. */
  private guard(batch: Batch, run: () => void): void {
    if (batch.answered) return;
    try {
      run();
    } catch (error) {
      this.answer(batch, frameBatchError(answerOf(batch), failure(error)));
    }
  }

  private answer(batch: Batch, framed: Buffer): void {
    if (batch.answered) return;
    batch.answered = true;
    batch.events.length = 0;
    this.call.sendFramed(framed);
  }

  private forget(key: string, batch: Batch): void {
    if (this.open.get(key) === batch) this.open.delete(key);
    this.endWhenIdle();
  }

  private endWhenIdle(): void {
    if (!this.halfClose) return;
    for (const batch of this.open.values()) if (batch.complete && !batch.answered) return;
    this.call.end();
  }

  private sweep(): void {
    const now = Date.now();
    for (const [key, batch] of this.open) {
      if (!batch.answered && batch.expiresAt <= now) this.answer(batch, frameBatchError(answerOf(batch), TIMEOUT));
      else if (batch.expiresAt + KEPT_AFTER_ANSWER_MS <= now) this.forget(key, batch);
    }
  }
}

const answerOf = ({ correlationId, options }: Batch): { correlationId: Buffer } & WriteOptions => ({ correlationId, ...options });

function refusal({ stream, expected }: WriteOptions, result: Exclude<WriteResult, { kind: 'written' }>): BatchError {
  if (result.kind === 'stream-deleted') {
    return { code: Code.NOT_FOUND, message: `Stream '${stream}' is deleted.`, type: 'StreamDeleted', details: encodeStreamDeleted(stream) };
  }
  return {
    code: Code.ALREADY_EXISTS,
    message: 'WrongExpectedVersion',
    type: 'WrongExpectedVersion',
    details: encodeWrongRevision({ expected, current: result.current }),
  };
}

/** Clients show the message of a bad request; the code tells it from a log that takes no writes. */
function failure(error: unknown): BatchError {
  const { code, message } = toGrpcError(error);
  const known = code === Code.UNKNOWN ? Code.INVALID_ARGUMENT : code;
  return { code: known, message, type: 'BadRequest', details: encodeBadRequest(message) };
}

function msLeft({ at, within }: BatchDeadline): number {
  if (at !== undefined) return at - Date.now();
  return within ?? Infinity;
}
