import type { EpochKeys } from '../epoch-keys';

/** Keys that a test or a measurement gives, by number; the highest one is current. A database that has rotated nothing knows the first. */
export function givenKeys(keys: Readonly<Record<number, Buffer>>): EpochKeys {
  const all = Object.entries(keys)
    .map(([epoch, key]) => ({ epoch: Number(epoch), key }))
    .sort((a, b) => b.epoch - a.epoch);
  return {
    current: async () => all[0]!,
    of: async (epoch) => {
      const key = keys[epoch];
      if (!key) throw new Error(`the test gave no key ${epoch}`);
      return key;
    },
    live: async () => all,
    refresh: async () => undefined,
  };
}
