import { ActivityEntry, partsOf } from '../events';

/**
 * The entry that comes with this version of the program in place of one that came with an earlier version: what a person has confirmed or
 * tested since stays confirmed and tested.
 * @returns nothing where there is nothing new
 */
export function renewedEntry(known: ActivityEntry, seed: ActivityEntry): ActivityEntry | undefined {
  if (JSON.stringify(withoutPeoplesWork(known)) === JSON.stringify(withoutPeoplesWork(seed))) return undefined;
  const confirmed = partsOf(known).filter((part) => !known.unconfirmed.includes(part));
  return {
    ...seed,
    legalBases: seed.legalBases.map((basis) => {
      const tested = known.legalBases.find(
        ({ code, when, balancing }) => code === basis.code && when === basis.when && balancing?.document,
      );
      return tested?.balancing ? { ...basis, balancing: tested.balancing } : basis;
    }),
    unconfirmed: seed.unconfirmed.filter((part) => !confirmed.includes(part)),
  };
}

const withoutPeoplesWork = ({ unconfirmed: _, legalBases, ...entry }: ActivityEntry) => ({
  ...entry,
  legalBases: legalBases.map(({ balancing, ...basis }) => ({ ...basis, isBalanced: balancing !== undefined })),
});
