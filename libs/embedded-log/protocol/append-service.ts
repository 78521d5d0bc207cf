import { EventBody } from '../streams/stored-event';
import { StreamWriter, WriteResult } from '../streams/writer';
import { Call } from './grpc/call';
import { unary } from './grpc/methods';
import { Method } from './grpc/server';
import { Code, GrpcError } from './grpc/status';
import { WriteOptions, decodeAppendRequest, decodeDeleteRequest } from './wire/write-requests';
import { encodeAppendSuccess, encodeAppendWrongRevision, encodeDeleted } from './wire/write-responses';
import { MAX_APPEND_SIZE, acceptEvent, checkTarget, maximumAppendSizeExceeded, streamDeleted, wrongExpectedVersion } from './write-errors';

/** `Streams.Append`: options, events one by one, and an answer when all are there. */
export function appendMethod(writer: StreamWriter): Method {
  return (call) => {
    const events: EventBody[] = [];
    let options: WriteOptions | undefined;
    let size = 0;
    call.onMessage((message) => {
      const request = decodeAppendRequest(message);
      if (!request) throw new GrpcError(Code.INVALID_ARGUMENT, 'an append request with neither options nor an event');
      if ('options' in request) {
        if (options) throw new GrpcError(Code.INVALID_ARGUMENT, 'options came twice');
        options = request.options;
        checkTarget(options.stream, options.expected);
        return;
      }
      if (!options) throw new GrpcError(Code.INVALID_ARGUMENT, 'an event came before the options');
      const event = acceptEvent(request.event);
      size += event.data.length;
      if (size > MAX_APPEND_SIZE) throw maximumAppendSizeExceeded();
      events.push(event);
    });
    call.onHalfClose(() => {
      if (!options) throw new GrpcError(Code.INVALID_ARGUMENT, 'an append without options');
      const { stream, expected } = options;
      answerAppend(call, options, writer.append(stream, expected, events)).catch((error: unknown) => call.fail(error));
    });
  };
}

async function answerAppend(call: Call, { stream, expected }: WriteOptions, result: WriteResult): Promise<void> {
  if (result.kind === 'stream-deleted') throw streamDeleted(stream);
  if (result.kind === 'wrong-expected-revision') call.send(encodeAppendWrongRevision({ expected, current: result.current }));
  else {
    await result.durable;
    call.send(encodeAppendSuccess(result));
  }
  call.end();
}

/** `Streams.Delete` and `Streams.Tombstone`. */
export function deleteMethod(write: (stream: string, expected: WriteOptions['expected']) => WriteResult): Method {
  return unary(async (request) => {
    const { stream, expected } = decodeDeleteRequest(request);
    checkTarget(stream, expected);
    const result = write(stream, expected);
    if (result.kind === 'stream-deleted') throw streamDeleted(stream);
    if (result.kind === 'wrong-expected-revision') throw wrongExpectedVersion(stream, expected, result.current);
    await result.durable;
    return encodeDeleted(result.position);
  });
}
