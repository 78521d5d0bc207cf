import type { Day, Standing } from '@hjemmel/admission';
import { DataErased, suspendsErasure } from '@hjemmel/contexts/data-subjects/contract';
import { addPeriod } from '@hjemmel/kernel/calendar';
import type { ActiveHold } from '../holds/state';
import type { Deferral, ErasureGround, ErasureLine } from './events';

/** What an erasure is decided on, as plain values: from the person's ledger, the vault, the holds and the rules, at one instant. */
export interface Facts {
  readonly registered: boolean;
  readonly standing: Standing;
  /** Recipients of the person's data, each with the instant at which it got some last. */
  readonly disclosures: readonly { readonly recipient: string; readonly madeAt: string }[];
  /** Retention classes of which a key is there. */
  readonly held: readonly Omit<ErasureLine, 'deferred'>[];
  /** On the person, and on the customers through whom the person is known. */
  readonly holds: readonly ActiveHold[];
  /** How long vouchers are kept after the end of their financial year (ISO 8601 duration). */
  readonly bookkeeping: string;
  /** What a rule keeps still, and the last day where it is known: asked where data is erased because its retention is over. */
  readonly kept?: readonly { readonly retentionClass: string; readonly until?: Day }[];
  readonly today: Day;
}

export const reasonOf = (ground: ErasureGround): DataErased['data']['because'] => (ground === 'retention' ? 'retention' : 'erasure');

/** One line for each class: erased, or deferred by the foremost of what stands against it (GDPR art. 17(3), 18(2)). */
export const linesOf = (facts: Facts, ground: ErasureGround): ErasureLine[] =>
  facts.held.map((line) => {
    const deferred = deferralOf(line.retentionClass, facts, ground);
    return deferred ? { ...line, deferred } : line;
  });

function deferralOf(retentionClass: string, facts: Facts, ground: ErasureGround): Deferral | undefined {
  return (
    whileRestricted(facts, ground) ??
    whileHeld(facts) ??
    whileACardIsMade(retentionClass, facts) ??
    whileBooksAreKept(retentionClass, facts) ??
    whileRulesKeepIt(retentionClass, facts, ground)
  );
}

const whileRestricted = ({ standing }: Facts, ground: ErasureGround): Deferral | undefined =>
  suspendsErasure(standing, reasonOf(ground))
    ? { exception: 'restriction', legal: 'GDPR art. 18(2)', condition: 'restriction-lifted' }
    : undefined;

function whileHeld({ holds: [hold] }: Facts): Deferral | undefined {
  if (!hold) return undefined;
  return { exception: 'legal-hold', legal: 'GDPR art. 17(3)(e)', condition: 'hold-released', holdId: hold.holdId };
}

const ISSUER = 'arbeidstilsynet';
const ofACard: readonly string[] = ['contact', 'national-id', 'photo'];

/** What went to Arbeidstilsynet for a card is kept until the card is issued: it makes it by law, and asks back (P-66). */
function whileACardIsMade(retentionClass: string, { disclosures, standing }: Facts): Deferral | undefined {
  const submitted = disclosures.find(({ recipient }) => recipient === ISSUER);
  if (!submitted || !ofACard.includes(retentionClass)) return undefined;
  const issued = standing.periods.some(
    ({ trigger, since }) => trigger === 'card-issued' && Date.parse(since) >= Date.parse(submitted.madeAt),
  );
  return issued ? undefined : { exception: 'card-production', legal: 'GDPR art. 17(3)(b); FOR-2007-03-30-366', condition: 'card-issued' };
}

/** A schedule erases nothing that was ordered, used or asked for anew since it was found to be over. */
function whileRulesKeepIt(retentionClass: string, { kept = [] }: Facts, ground: ErasureGround): Deferral | undefined {
  const still = ground === 'retention' ? kept.find((one) => one.retentionClass === retentionClass) : undefined;
  if (!still) return undefined;
  const end = still.until === undefined ? { condition: 'retention-over' as const } : { until: still.until };
  return { exception: 'retention-not-over', legal: 'GDPR art. 5(1)(e)', ...end };
}

/** Only what an invoice says; its customer's telephone number is none of it. */
function whileBooksAreKept(retentionClass: string, { bookkeeping, today }: Facts): Deferral | undefined {
  const found = /^invoice(?:-(\d{4}))?$/.exec(retentionClass);
  if (!found) return undefined;
  // A key from before the classes had years may seal an invoice of today.
  const year = found[1] ?? today.slice(0, 4);
  const until = addPeriod(`${year}-12-31`, bookkeeping);
  return today > until ? undefined : { exception: 'bookkeeping', legal: 'GDPR art. 17(3)(b); bokføringsloven § 13', until };
}
