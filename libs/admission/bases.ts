import { osloDay } from '@hjemmel/kernel/calendar';
import { isOver } from './periods';
import type { OfActivity, Question, Reason } from './question';
import type { BasisCondition, Capacity, ConsentStanding, LegalBasis, Purpose, RefusalRule, Standing } from './types';

/**
 * The basis on which a use rests, or why there is none: the first declared basis that carries the purpose on that day and holds for this
 * person. Where the person was asked for consent and it does not hold, nothing else is taken in its place: a no is not got round.
 */
export function basisOrReason(question: OfActivity): LegalBasis | Reason {
  const carrying = question.activity.legalBases.filter((basis) => carries(basis, question));
  const consents = carrying.filter(({ code }) => code === '6(1)(a)');
  const refused = wasAsked(question) ? whyNone(consents, question) : undefined;
  if (refused) return refused;
  return carrying.find((basis) => !whyNot(basis, question)) ?? whyNone(carrying, question) ?? because('basis-not-live');
}

const wasAsked = ({ standing, use }: Question): boolean => Object.hasOwn(standing.consents, use.purpose);

/** One that is to end lives until then. */
export const isLive = ({ endedAt }: Standing['relations'][number], at: Date): boolean =>
  endedAt === undefined || Date.parse(endedAt) > at.getTime();

/** The bases of an activity on which a consent to a purpose carries what it does, whether or not one was given (GDPR art. 6(1)(a)). */
export const consentBasesFor = <B extends Pick<LegalBasis, 'code' | 'purposes'>>(
  { purposes, legalBases }: { readonly purposes: readonly Purpose[]; readonly legalBases: readonly B[] },
  purpose: Purpose,
): B[] => legalBases.filter(({ code, purposes: carried = purposes }) => code === '6(1)(a)' && carried.includes(purpose));

/** The foremost reason why none of these bases holds; nothing where one does, or where there are none. */
function whyNone(bases: readonly LegalBasis[], question: OfActivity): Reason | undefined {
  const reasons = bases.map((basis) => whyNot(basis, question));
  if (reasons.some((reason) => reason === undefined)) return undefined;
  return order.map((rule) => reasons.find((reason) => reason?.rule === rule)).find((reason) => reason !== undefined);
}

const carries = (basis: LegalBasis, { use, at }: Question): boolean =>
  (basis.purposes === undefined || basis.purposes.includes(use.purpose)) && holdsOn(basis, at);

function holdsOn({ validFrom, validUntil }: LegalBasis, at: Date): boolean {
  if (validFrom === undefined && validUntil === undefined) return true;
  const day = osloDay(at);
  return (validFrom === undefined || validFrom <= day) && (validUntil === undefined || day <= validUntil);
}

const reasonsOfBasis: Readonly<Partial<Record<RefusalRule, string>>> = {
  'consent-withdrawn': 'GDPR art. 7(3)',
  'consent-refused': 'GDPR art. 6(1)(a)',
  'consent-for-another-wording': 'GDPR art. 4(11), 7(2)',
  'consent-lapsed': 'GDPR art. 5(1)(e), 7(1)',
  'consent-missing': 'GDPR art. 6(1)(a)',
  objected: 'GDPR art. 21(1)',
  'balancing-test-missing': 'GDPR art. 6(1)(f)',
  'contract-over': 'GDPR art. 6(1)(b)',
  'basis-not-live': 'GDPR art. 6(1)',
};
/** Of several reasons the first of these is told. */
const order = Object.keys(reasonsOfBasis) as RefusalRule[];

const because = (rule: RefusalRule): Reason => ({ rule, legal: reasonsOfBasis[rule]! });

/** The foremost reason why a basis that carries the purpose does not hold for this person; nothing where it does. */
function whyNot(basis: LegalBasis, question: OfActivity): Reason | undefined {
  if (basis.code === '6(1)(e)' || basis.code === '6(1)(f)') {
    if (isObjectedTo(question)) return because('objected');
    if (basis.code === '6(1)(f)' && !isBalanced(basis, question)) return because('balancing-test-missing');
  }
  const unmet = basis.when === 'consent' ? whyNoConsent(basis, question) : whyConditionUnmet(basis.when, question);
  return unmet && because(unmet);
}

function whyNoConsent({ wordings, consentLasts }: LegalBasis, { standing, use, at }: Question): RefusalRule | undefined {
  const consent = Object.hasOwn(standing.consents, use.purpose) ? standing.consents[use.purpose] : undefined;
  if (!consent) return 'consent-missing';
  if (consent.state !== 'given') return consent.state === 'withdrawn' ? 'consent-withdrawn' : 'consent-refused';
  if (wordings !== undefined && !wordings.includes(consent.wording ?? '')) return 'consent-for-another-wording';
  return lasts(consent, consentLasts, at) ? undefined : 'consent-lapsed';
}

/** A consent of which nobody can say when it was given lasts no time at all. */
const lasts = ({ givenAt }: ConsentStanding, length: string | undefined, at: Date): boolean =>
  length === undefined || (givenAt !== undefined && !isOver(givenAt, length, at));

function whyConditionUnmet(when: Exclude<BasisCondition, 'consent'>, question: Question): RefusalRule | undefined {
  switch (when) {
    case 'sole-trader':
    case 'company-representative':
      return whyNoContract(when, question);
    case 'controller-instruction':
      return employsTheWorker(question) ? undefined : 'basis-not-live';
    case 'legal-duty':
    case 'always':
      return undefined;
  }
}

/** What is there is still stored when a contract is over, until its retention is; nothing new is done. */
function whyNoContract(needed: Capacity, { standing, use, at }: Question): RefusalRule | undefined {
  const relations =
    use.customer === undefined ? standing.relations : standing.relations.filter(({ customer }) => customer === use.customer);
  const live = relations.filter((relation) => isLive(relation, at));
  if (capacityIn(live) === needed) return undefined;
  // Where one of several lives on, it is no other than those that ended: it would have been the one needed.
  if (capacityIn(relations) !== needed) return 'basis-not-live';
  return use.kind === 'storage' ? undefined : 'contract-over';
}

/**
 * The person's capacity towards the customer that the use is for: the basis follows from it and is never typed in. Towards a customer
 * whom the person has nothing to do with there is none; where no customer is named, it is the one that the person has everywhere.
 */
function capacityIn(relations: Standing['relations']): Capacity | undefined {
  const [first, ...others] = relations;
  return others.every(({ capacity }) => capacity === first?.capacity) ? first?.capacity : undefined;
}

/** Only the controller can instruct, and only for its own account: nobody else's order reaches the people it employs. */
const employsTheWorker = ({ standing, use }: Question): boolean =>
  (use.customer === undefined || use.customer === standing.controller) &&
  standing.relations.some(({ customer, capacity }) => capacity === 'worker' && customer === standing.controller);

const isBalanced = ({ balancing }: LegalBasis, { at }: Question): boolean =>
  balancing !== undefined && (balancing.reviewBy === undefined || osloDay(at) <= balancing.reviewBy);

const isObjectedTo = ({ standing, use }: Question): boolean =>
  standing.objections.some(({ kind, purpose }) => kind === 'situation' && purpose === use.purpose);
