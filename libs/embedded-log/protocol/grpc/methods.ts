import { Call } from './call';
import { Code, GrpcError } from './status';
import { Method } from './server';

/** A method that takes one message and gives one. A rejected answer ends the call with its error. */
export function unary(answer: (request: Buffer, call: Call) => Promise<Uint8Array> | Uint8Array): Method {
  return (call) =>
    once(call, async (request) => {
      const response = await answer(request, call);
      call.send(response);
      call.end();
    });
}

/** A method that takes one message and gives many; it ends the call where `answer` settles. */
export function serverStream(answer: (request: Buffer, call: Call) => Promise<void>): Method {
  return (call) =>
    once(call, async (request) => {
      await answer(request, call);
      call.end();
    });
}

function once(call: Call, answer: (request: Buffer) => Promise<void>): void {
  let request: Buffer | undefined;
  call.onMessage((message) => {
    if (request) throw new GrpcError(Code.INTERNAL, 'more than one message where one is taken');
    request = message;
    answer(message).catch((error: unknown) => call.fail(error));
  });
  call.onHalfClose(() => {
    if (!request) throw new GrpcError(Code.INTERNAL, 'no message where one is needed');
  });
}
