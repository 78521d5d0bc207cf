import fc from 'fast-check';
import { CannotOpen, FieldPlace, keyMaterial, open, parseSealed, seal } from './sealing';

const dataKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const keyId = fc.uuid();
const name = fc.oneof(fc.uuid(), fc.string({ maxLength: 12 }), fc.constantFrom('order-1', 'contact.name', '"', '\\', '","', ''));
const place: fc.Arbitrary<FieldPlace> = fc.record({ eventId: name, stream: name, path: name });
/** Every text that Unicode knows: all scripts, astral characters, combining marks, controls. */
const text = fc.string({ unit: 'binary', maxLength: 200 });
const sealedField = fc.record({ keyId, dataKey, place, text }).map(({ text: plain, ...rest }) => {
  const key = keyMaterial(rest.keyId, rest.dataKey);
  return { ...rest, key, plain, sealed: seal(key, rest.place, plain) };
});

const opening = (...given: Parameters<typeof open>) => {
  try {
    return open(...given);
  } catch (error) {
    if (error instanceof CannotOpen) return CannotOpen;
    throw error;
  }
};

describe('a sealed field', () => {
  it('opens to the text that was sealed, whatever its script', () => {
    fc.assert(
      fc.property(sealedField, ({ key, place: at, plain, sealed }) => expect(open(key, at, sealed)).toBe(plain)),
      { numRuns: 1_000, examples: [[example('Æse Øst-Šimkutė Țurcanu Żółć')], [example('')], [example('\u0000\ud83d\ude00e\u0301')]] },
    );
  });

  it('is the same whenever it is sealed: a retry writes the bytes that were proved before', () => {
    fc.assert(
      fc.property(sealedField, ({ keyId: id, dataKey: bytes, place: at, plain, sealed }) => {
        expect(seal(keyMaterial(id, Buffer.from(bytes)), { ...at }, plain)).toEqual(sealed);
      }),
      { numRuns: 300 },
    );
  });

  it('does not open where any bit of it is another', () => {
    fc.assert(
      fc.property(sealedField, fc.nat(), ({ key, place: at, sealed }, chosen) => {
        const { bytes } = parseSealed(sealed);
        const bit = chosen % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(opening(key, at, { $sealed: `v1.${key.keyId}.${bytes.toString('base64url')}` })).toBe(CannotOpen);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not open where any character of its form is another, also one that decodes to the same bytes', () => {
    fc.assert(
      fc.property(
        sealedField,
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        ({ key, place: at, sealed: { $sealed } }, chosen, other) => {
          const index = chosen % $sealed.length;
          fc.pre($sealed[index] !== other);
          const changed = $sealed.slice(0, index) + other + $sealed.slice(index + 1);
          expect(opening(key, at, { $sealed: changed })).toBe(CannotOpen);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('does not open where it is cut or longer', () => {
    fc.assert(
      fc.property(sealedField, fc.integer({ min: 1, max: 20 }), ({ key, place: at, sealed: { $sealed } }, length) => {
        expect(opening(key, at, { $sealed: $sealed.slice(0, -length) })).toBe(CannotOpen);
        expect(opening(key, at, { $sealed: `${$sealed}${'A'.repeat(length)}` })).toBe(CannotOpen);
      }),
      { numRuns: 500 },
    );
  });

  it('does not open under another key, be it said to be the same', () => {
    fc.assert(
      fc.property(sealedField, dataKey, ({ key, dataKey: own, place: at, sealed }, other) => {
        fc.pre(!own.equals(other));
        expect(opening(keyMaterial(key.keyId, other), at, sealed)).toBe(CannotOpen);
      }),
      { numRuns: 500 },
    );
  });

  it('does not open where the same key has another name', () => {
    fc.assert(
      fc.property(sealedField, keyId, ({ key, dataKey: own, place: at, sealed }, other) => {
        fc.pre(key.keyId !== other);
        expect(opening(keyMaterial(other, own), at, sealed)).toBe(CannotOpen);
      }),
      { numRuns: 200 },
    );
  });

  it('opens in no other event, stream or path', () => {
    const one = {
      key: keyMaterial('3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1', Buffer.alloc(32, 7)),
      sealedAt: (at: FieldPlace) => seal(one.key, at, 'x'),
    };
    fc.assert(
      fc.property(place, place, fc.constantFrom('eventId', 'stream', 'path'), (at, other, part) => {
        const elsewhere = { ...at, [part]: other[part] };
        fc.pre(elsewhere[part] !== at[part]);
        expect(opening(one.key, elsewhere, one.sealedAt(at))).toBe(CannotOpen);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stands in one place only, also where the same characters are divided otherwise', () => {
    const key = keyMaterial('3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1', Buffer.alloc(32, 7));
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 20 }), fc.nat(), fc.nat(), fc.nat(), fc.nat(), (all, a, b, c, d) => {
        const divided = (first: number, second: number): FieldPlace => {
          const [from, to] = [first % all.length, second % all.length].sort((x, y) => x - y) as [number, number];
          return { eventId: all.slice(0, from), stream: all.slice(from, to), path: all.slice(to) };
        };
        const [at, other] = [divided(a, b), divided(c, d)];
        fc.pre(JSON.stringify(at) !== JSON.stringify(other));
        expect(opening(key, other, seal(key, at, 'x'))).toBe(CannotOpen);
      }),
      { numRuns: 500 },
    );
  });

  it('shows nothing that two fields have in common: the same text in two places, or under two keys, has nothing alike', () => {
    fc.assert(
      fc.property(sealedField, place, dataKey, ({ key, place: at, plain, sealed }, other, otherKey) => {
        fc.pre(JSON.stringify(at) !== JSON.stringify(other) && plain.length > 8);
        const bytes = parseSealed(sealed).bytes.subarray(0, 16);
        expect(
          parseSealed(seal(key, other, plain))
            .bytes.subarray(0, 16)
            .equals(bytes),
        ).toBe(false);
        expect(
          parseSealed(seal(keyMaterial(key.keyId, otherKey), at, plain))
            .bytes.subarray(0, 16)
            .equals(bytes),
        ).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

function example(plain: string) {
  const bytes = Buffer.alloc(32, 9);
  const id = '3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1';
  const at: FieldPlace = { eventId: 'e', stream: 's', path: 'p' };
  const key = keyMaterial(id, bytes);
  return { keyId: id, dataKey: bytes, place: at, key, plain, sealed: seal(key, at, plain) };
}
