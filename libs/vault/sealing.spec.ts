import { CannotOpen, commits, FieldPlace, isSealed, keyMaterial, open, parseSealed, seal } from './sealing';

const keyId = '3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1';
const key = keyMaterial(keyId, Buffer.alloc(32, 7));
const place: FieldPlace = { eventId: '8d1c2bd4-8c1f-8c3b-9d8e-2a4b6d1f0a11', stream: 'order-1', path: 'contact.name' };

describe('sealing', () => {
  it('has a form that never changes: computed here once by another implementation of RFC 5869 and SP 800-38D', () => {
    const sealed = { $sealed: `v1.${keyId}.XrZ6kptaMj-1-BU2_ETq0FDuMoNzi_8xDZortKcMdyY` };
    expect(seal(key, place, 'Ingeborg Sæther')).toEqual(sealed);
    expect(open(key, place, sealed)).toBe('Ingeborg Sæther');
    expect(key.commitment.toString('base64url')).toBe('jjIaQ4FJgPvOw3sCJlkHiRaTjm7AE29Wcb7anxPrQ9U');
  });

  it('shows nothing of the text but its length', () => {
    const { bytes } = parseSealed(seal(key, place, 'Ingeborg'));
    expect(bytes).toHaveLength('Ingeborg'.length + 16);
    expect(bytes.toString('latin1')).not.toContain('Ingeborg');
  });

  it('refuses text that would not come back as it was: half a character', () => {
    for (const half of ['\ud83d', 'a\udc00b', '\udc00\ud83d']) expect(() => seal(key, place, half)).toThrow(RangeError);
  });

  it.each([
    ['another version', `v2.${keyId}.AAAAAAAAAAAAAAAAAAAAAA`],
    ['no version', `${keyId}.AAAAAAAAAAAAAAAAAAAAAA`],
    ['an id that is none', 'v1.my-key.AAAAAAAAAAAAAAAAAAAAAA'],
    ['an id in capitals', `v1.${keyId.toUpperCase()}.AAAAAAAAAAAAAAAAAAAAAA`],
    ['more parts', `v1.${keyId}.AAAAAAAAAAAAAAAAAAAAAA.AA`],
    ['nothing in it', `v1.${keyId}.`],
    ['less than a tag', `v1.${keyId}.AAAA`],
    ['characters that do not belong there', `v1.${keyId}.AAAAAAAAAAAAAAAAAAAA+/`],
    ['bits left over that decode to nothing', `v1.${keyId}.AAAAAAAAAAAAAAAAAAAAAB`],
    ['no text at all', ''],
  ])('cannot be opened: %s', (_, $sealed) => {
    expect(() => open(key, place, { $sealed })).toThrow(CannotOpen);
  });

  it('tells nothing of the value, the key or the place when it cannot be opened', () => {
    const sealed = seal(key, place, 'Ingeborg Sæther');
    const thrown = [
      () => open(key, { ...place, path: 'contact.email' }, sealed),
      () => open(keyMaterial(keyId, Buffer.alloc(32)), place, sealed),
    ].map((opening) => {
      try {
        return opening();
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(thrown).toEqual(Array(2).fill('a sealed field cannot be opened: key, place or bytes do not match'));
  });

  it('knows what is sealed from what merely has such a field', () => {
    expect([seal(key, place, 'x'), { $sealed: 1 }, { sealed: 'x' }, null, 'v1', undefined].map(isSealed)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('what is derived from a key', () => {
  it('is four keys that have nothing in common', () => {
    const parts = [key.encryption, key.nonce, key.commitment, key.blobRoot];
    expect(parts.map((part) => part.length)).toEqual([32, 32, 32, 32]);
    expect(new Set(parts.map((part) => part.toString('hex'))).size).toBe(4);
  });

  it('commits to that key and to no other', () => {
    expect(commits(key, keyMaterial(keyId, Buffer.alloc(32, 7)).commitment)).toBe(true);
    expect(commits(key, keyMaterial(keyId, Buffer.alloc(32, 8)).commitment)).toBe(false);
    expect(commits(key, key.commitment.subarray(0, 31))).toBe(false);
    expect(commits(key, Buffer.alloc(0))).toBe(false);
  });
});
