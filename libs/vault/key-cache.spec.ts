import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { KeyCache, nameOf, StoredKey } from './key-cache';
import { keyMaterial } from './sealing';

const nothing: ReadonlySet<string> = new Set();
const newKey = (keyId = newUuid(), subjectId = newPseudonym()): StoredKey => ({
  ...keyMaterial(keyId, Buffer.alloc(32, 7)),
  subjectId,
  retentionClass: 'contact',
});
const isZero = ({ encryption, nonce }: StoredKey): boolean => [encryption, nonce].every((bytes) => bytes.every((byte) => byte === 0));

describe('keys in memory', () => {
  it('are found by their id and by whose they are', () => {
    const [cache, key] = [new KeyCache(), newKey()];
    const held = cache.keep(key, nothing);
    expect([cache.byKeyId(key.keyId), cache.byName(nameOf(key))]).toEqual([held, held]);
    expect(cache.byName(nameOf(newKey()))).toBeUndefined();
  });

  it('are one for each id: what is loaded a second time is overwritten, and what is in use stays', () => {
    const [cache, first] = [new KeyCache(), newKey()];
    const held = cache.keep(first, nothing);
    const second = newKey(first.keyId, first.subjectId);
    expect(cache.keep(second, nothing)).toBe(held);
    expect([isZero(held), isZero(second)]).toEqual([false, true]);
  });

  it('are overwritten when they are destroyed, also under the hands of those who hold them, and are found no more', () => {
    const [cache, key, other] = [new KeyCache(), newKey(), newKey()];
    const [held, kept] = [cache.keep(key, nothing), cache.keep(other, nothing)];
    cache.destroyed([key.keyId, newUuid()]);
    expect([held.state, isZero(held), kept.state, isZero(kept)]).toEqual(['destroyed', true, 'held', false]);
    expect([cache.byKeyId(key.keyId), cache.byName(nameOf(key))]).toEqual([undefined, undefined]);
    expect(key.commitment.some((byte) => byte !== 0)).toBe(true); // it is published, and names the key for ever
  });

  it('are not kept by a load that began before their destruction, and are by one that began after nothing', async () => {
    const [cache, key, other] = [new KeyCache(), newKey(), newKey()];
    await cache.loading(async (destroyed) => {
      await cache.loading(async () => cache.destroyed([key.keyId]));
      const late = cache.keep(key, destroyed);
      expect([late.state, isZero(late), cache.byKeyId(key.keyId)]).toEqual(['destroyed', true, undefined]);
      expect(cache.keep(other, destroyed).state).toBe('held');
    });
    await expect(cache.loading(async () => Promise.reject(new Error('Postgres is gone')))).rejects.toThrow('gone');
  });

  it('are all overwritten when the lease lapses; what was destroyed stays so', () => {
    const [cache, key, gone] = [new KeyCache(), newKey(), newKey()];
    const [held, destroyed] = [cache.keep(key, nothing), cache.keep(gone, nothing)];
    cache.destroyed([gone.keyId]);
    cache.clear();
    expect([held.state, isZero(held), destroyed.state]).toEqual(['dropped', true, 'destroyed']);
    expect(cache.byName(nameOf(key))).toBeUndefined();
    expect(cache.keep(newKey(key.keyId, key.subjectId), nothing).state).toBe('held');
  });

  it('are bounded: the one used longest ago gives way, and is overwritten', () => {
    const cache = new KeyCache(3);
    const [first, second, ...others] = Array.from({ length: 4 }, () => cache.keep(newKey(), nothing));
    expect([first!.state, isZero(first!), second!.state]).toEqual(['dropped', true, 'held']);
    cache.byKeyId(second!.keyId);
    const next = cache.keep(newKey(), nothing);
    expect([second!, ...others, next].map(({ state }) => state)).toEqual(['held', 'dropped', 'held', 'held']);
    expect(cache.byName(nameOf(others[0]!))).toBeUndefined();
  });
});
