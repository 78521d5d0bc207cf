import { osloDay } from '@hjemmel/kernel/calendar';
import { Activity, BasisCondition, Capacity, LegalBasis, RefusalRule, RequestedUse, Standing, Statement, Verdict } from './types';

/** Everything a verdict depends on, as plain values: a handler gives what holds now, an auditor what held then. */
export interface Question {
  readonly standing: Standing;
  /** The register's entry for the activity asked for, if there is one. */
  readonly activity: Activity | undefined;
  /** The statement in force at the instant. */
  readonly statement: Statement | undefined;
  readonly use: RequestedUse;
  readonly at: Date;
  /** Organisation number of the company that runs this program. */
  readonly company: string;
}

interface Objection {
  readonly rule: RefusalRule;
  readonly legal: string;
}

type OfActivity = Question & { readonly activity: Activity };
type Rule = (question: OfActivity) => Objection | undefined;

const against =
  (rule: RefusalRule, legal: string, holds: (question: OfActivity) => boolean): Rule =>
  (question) =>
    holds(question) ? { rule, legal } : undefined;

/** Read from the top; the first that holds refuses. Each names the law that it implements. */
const rules: readonly Rule[] = [
  against(
    'role-mismatch',
    'GDPR art. 4(7)–(8)',
    ({ activity, standing, company }) => (activity.role === 'controller') !== (standing.controller === company),
  ),
  against('purpose-not-declared', 'GDPR art. 5(1)(b)', ({ activity, use }) => !activity.purposes.includes(use.purpose)),
  against('category-not-declared', 'GDPR art. 5(1)(c)', ({ activity, use }) =>
    use.categories.some((category) => !activity.categories.some((declared) => declared.category === category)),
  ),
  against('erased', 'GDPR art. 17(1)', ({ standing }) => standing.erased),
  against(
    'restricted',
    'GDPR art. 18(2)',
    ({ standing, use }) => standing.restrictions.length > 0 && use.kind === 'processing' && !use.exception,
  ),
  against('objected-to-marketing', 'GDPR art. 21(3)', ({ standing, use }) =>
    standing.objections.some(({ purpose }) => purpose === use.purpose),
  ),
  against(
    'consent-withdrawn',
    'GDPR art. 7(3)',
    (question) => needsConsent(question) && question.standing.consents[question.use.purpose]?.state === 'withdrawn',
  ),
  against('consent-missing', 'GDPR art. 6(1)(a)', (question) => needsConsent(question) && !basisOf(question)),
  against('basis-not-live', 'GDPR art. 6(1)', (question) => !basisOf(question)),
];

/**
 * May this use be made of this person's data now, and on which ground? Pure: the same question always has the same answer, so an
 * auditor who replays the log must reach the verdicts that are recorded in it.
 */
export function admit(question: Question): Verdict {
  const { activity, statement, use, standing } = question;
  if (!statement) return { admitted: false, rule: 'no-statement-in-force', legal: 'GDPR art. 13(1)' };
  const cited = { version: statement.version, hash: statement.hash };
  if (!activity || activity.retired) return { admitted: false, rule: 'no-such-activity', legal: 'GDPR art. 30(1)', statement: cited };
  const known = { ...question, activity };
  for (const rule of rules) {
    const objection = rule(known);
    if (objection) return { admitted: false, ...objection, statement: cited };
  }
  const basis = basisOf(known)!;
  return {
    admitted: true,
    ground: {
      activity: activity.id,
      activityVersion: activity.version,
      purpose: use.purpose,
      role: activity.role,
      controller: standing.controller,
      categories: use.categories,
      basis: { code: basis.code, ...(basis.statute !== undefined && { statute: basis.statute }), because: basis.when },
      statement: cited,
      // Cited only where it was needed: an admission that rests on none names none.
      ...(use.exception && standing.restrictions.length > 0 && use.kind === 'processing' && { exception: use.exception }),
    },
  };
}

/** Whether what is asked for rests on consent: of the bases that carry the purpose on that day, one is consent. */
const needsConsent = (question: OfActivity): boolean =>
  question.activity.legalBases.some((basis) => basis.code === '6(1)(a)' && carries(basis, question));

/** The first declared basis that carries the purpose on that day and whose condition the person's standing meets. */
const basisOf = (question: OfActivity): LegalBasis | undefined =>
  question.activity.legalBases.find((basis) => carries(basis, question) && conditions[basis.when](question));

const carries = (basis: LegalBasis, { use, at }: Question): boolean =>
  (basis.purposes === undefined || basis.purposes.includes(use.purpose)) && holdsOn(basis, at);

function holdsOn({ validFrom, validUntil }: LegalBasis, at: Date): boolean {
  if (validFrom === undefined && validUntil === undefined) return true;
  const day = osloDay(at);
  return (validFrom === undefined || validFrom <= day) && (validUntil === undefined || day <= validUntil);
}

const conditions: { readonly [C in BasisCondition]: (question: Question) => boolean } = {
  'sole-trader': ({ standing, use }) => capacityFor(standing, use) === 'sole-trader',
  'company-representative': ({ standing, use }) => capacityFor(standing, use) === 'company-representative',
  consent: ({ standing, use }) => standing.consents[use.purpose]?.state === 'given',
  // Only the controller can instruct, and only for its own account: nobody else's order reaches the people it employs.
  'controller-instruction': ({ standing, use }) =>
    (use.customer === undefined || use.customer === standing.controller) &&
    standing.relations.some(({ customer, capacity }) => capacity === 'worker' && customer === standing.controller),
  'legal-duty': () => true,
  always: () => true,
};

/**
 * The person's capacity towards the customer that the use is for: the basis follows from it and is never typed in. Towards a customer
 * whom the person has nothing to do with there is none; where no customer is named, it is the one that the person has everywhere.
 */
function capacityFor({ relations }: Standing, { customer }: RequestedUse): Capacity | undefined {
  if (customer !== undefined) return relations.find((relation) => relation.customer === customer)?.capacity;
  const [first, ...others] = relations;
  return others.every(({ capacity }) => capacity === first?.capacity) ? first?.capacity : undefined;
}
