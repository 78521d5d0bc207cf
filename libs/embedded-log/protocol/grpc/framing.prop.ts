import * as fc from 'fast-check';
import { FrameReader, frame } from './framing';
import { Code, GrpcError } from './status';

describe('gRPC frames', () => {
  it('come out as they went in, however they are cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(frame));
        const received: Buffer[] = [];
        const reader = new FrameReader(1000, (message) => received.push(Buffer.from(message)));
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const end = at + (cuts[cut % cuts.length] ?? 1);
          reader.push(bytes.subarray(at, end));
          at = end;
        }
        expect(received).toEqual(sent.map((message) => Buffer.from(message)));
        expect(reader.midMessage).toBe(false);
      }),
    );
  });

  it('are refused where they are too long or compressed', () => {
    const reader = new FrameReader(10, () => undefined);
    const failure = (bytes: Buffer): unknown => {
      try {
        reader.push(bytes);
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(failure(frame(Buffer.alloc(11)))).toMatchObject({ code: Code.RESOURCE_EXHAUSTED });
    const compressed = new FrameReader(10, () => undefined);
    expect(() => compressed.push(Buffer.from([1, 0, 0, 0, 1, 0]))).toThrow(GrpcError);
  });
});
