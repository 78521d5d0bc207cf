import { LogDamaged, LogReadOnly } from '../engine/contract';
import { Code, encodeStatusMessage, encodeTrailers } from './grpc/status';
import { acceptEvent, checkTarget, streamDeleted, toGrpcError } from './write-errors';

const id = Buffer.alloc(16, 1);
const proposed = { id, type: 'T', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.alloc(0) };

describe('the status of an error', () => {
  it('tells a log that takes no writes and a damaged one from what went wrong otherwise', () => {
    expect(toGrpcError(new LogReadOnly('no space is left'))).toMatchObject({ code: Code.RESOURCE_EXHAUSTED });
    expect(toGrpcError(new LogDamaged('file', 7, 'checksum'))).toMatchObject({ code: Code.DATA_LOSS });
    expect(toGrpcError(new RangeError('odd'))).toMatchObject({ code: Code.UNKNOWN, message: 'Exception was thrown by handler. odd' });
    const own = streamDeleted('s');
    expect(toGrpcError(own)).toBe(own);
  });

  it('is written in printable ASCII, whatever the stream is called', () => {
    expect(encodeTrailers({ 'stream-name': 'bestilling-ærø\n', exception: 'stream-deleted' })).toEqual({
      'stream-name': 'bestilling-%C3%A6r%C3%B8%0A',
      exception: 'stream-deleted',
    });
    expect(encodeStatusMessage('ø is 100 %')).toBe('%C3%B8 is 100 %25');
  });
});

describe('a proposed event', () => {
  it('is taken with its kind', () => {
    expect(acceptEvent(proposed)).toEqual({ id, type: 'T', isJson: true, data: proposed.data, metadata: proposed.metadata });
    expect(acceptEvent({ ...proposed, contentType: 'text/plain' }).isJson).toBe(false);
  });

  it.each([
    [{ ...proposed, type: '' }, Code.UNKNOWN],
    [{ ...proposed, id: undefined }, Code.UNKNOWN],
    [{ ...proposed, id: Buffer.alloc(16) }, Code.UNKNOWN],
    [{ ...proposed, type: undefined }, Code.INVALID_ARGUMENT],
    [{ ...proposed, contentType: undefined }, Code.INVALID_ARGUMENT],
  ])('is refused where something is missing (%#)', (event, code) => {
    expect(() => acceptEvent(event)).toThrow(expect.objectContaining({ code }));
  });

  it('goes to a stream that has a name, at a revision that there can be', () => {
    expect(() => checkTarget('', 0)).toThrow(expect.objectContaining({ code: Code.UNKNOWN }));
    expect(() => checkTarget('s', 2n ** 63n)).toThrow(expect.objectContaining({ code: Code.UNKNOWN }));
    expect(() => checkTarget('s', 2n ** 63n - 1n)).not.toThrow();
  });
});
