/**
 * Types of the facts that change what is held of a person, or until when: who decided on it by a ledger as it was can tell whether another came since.
 * Uses that were refused or closed, restrictions and disclosures are none of them.
 */
export const keepingFacts = [
  'DataSubjectRegistered',
  'RelationRecorded',
  'RelationEnded',
  'KeysCommitted',
  'ProcessingAdmitted',
  'ConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'ObjectionReceived',
  'ObjectionOverruled',
  'ObjectionWithdrawn',
  'RetentionPeriodBegan',
  'DataErased',
] as const;

const concerns: ReadonlySet<string> = new Set(keepingFacts);

export const changesKeeping = ({ type }: { readonly type: string }): boolean => concerns.has(type);
