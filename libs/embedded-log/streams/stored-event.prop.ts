import * as fc from 'fast-check';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { formatEventId, parseEventId, parseEventIdBytes } from './event-id';
import { readStoredEvent, storedEventEncoder, withPosition } from './stored-event';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const safe = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat());
const body = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array)),
  type: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  isJson: fc.boolean(),
  data: bytes(400),
  metadata: bytes(200),
});

describe('a stored event', () => {
  it("is what the client's own message class reads", () => {
    fc.assert(
      fc.property(
        body,
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.oneof(safe, fc.constant(TOMBSTONE_REVISION)),
        safe,
        fc.bigInt({ min: 0n, max: 2n ** 63n }),
        (event, stream, revision, position, created) => {
          const payload = storedEventEncoder(stream, created)(event, revision, position);
          const decoded = ReadResp.ReadEvent.RecordedEvent.deserializeBinary(payload);
          expect(decoded.getId()?.getString()).toBe(formatEventId(event.id));
          expect(Buffer.from(decoded.getStreamIdentifier()?.getStreamName_asU8() ?? [])).toEqual(Buffer.from(stream));
          expect(decoded.getStreamRevision()).toBe(revision === TOMBSTONE_REVISION ? '9223372036854775807' : String(revision));
          expect(decoded.getPreparePosition()).toBe(String(position));
          expect(decoded.getCommitPosition()).toBe(String(position));
          expect([...decoded.getMetadataMap().entries()].sort()).toEqual([
            ['content-type', event.isJson ? 'application/json' : 'application/octet-stream'],
            ['created', String(created)],
            ['type', event.type],
          ]);
          expect(Buffer.from(decoded.getCustomMetadata_asU8())).toEqual(event.metadata);
          expect(Buffer.from(decoded.getData_asU8())).toEqual(event.data);

          expect(readStoredEvent(payload)).toEqual({ isJson: event.isJson, data: event.data, metadata: event.metadata });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps everything but its position when that is changed', () => {
    fc.assert(
      fc.property(body, fc.nat(), safe, safe, (event, revision, before, after) => {
        const encode = storedEventEncoder('s', 5n);
        const decoded = ReadResp.ReadEvent.RecordedEvent.deserializeBinary(withPosition(encode(event, revision, before), after));
        const expected = ReadResp.ReadEvent.RecordedEvent.deserializeBinary(encode(event, revision, after));
        expect(decoded.toObject()).toEqual(expected.toObject());
      }),
    );
  });
});

describe('an event id', () => {
  it('is read in any case, with or without braces, and written in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), fc.boolean(), (uuid, upper, braces) => {
        const cased = upper ? uuid.toUpperCase() : uuid;
        const parsed = parseEventId(braces ? `{${cased}}` : cased);
        expect(parsed && formatEventId(parsed)).toBe(uuid);
        expect(parseEventIdBytes(Buffer.from(braces ? `{${cased}}` : cased))).toEqual(parsed);
      }),
    );
  });

  it.each([
    '',
    'not-a-uuid',
    '00000000-0000-0000-0000-00000000000',
    '0000000g-0000-0000-0000-000000000000',
    '00000000000000-0000-0000-000000000000',
  ])('is not %p', (text) => expect([parseEventId(text), parseEventIdBytes(Buffer.from(text))]).toEqual([undefined, undefined]));
});
