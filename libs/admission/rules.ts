import { basisOrReason } from './bases';
import { keptTooLong } from './periods';
import type { OfActivity, Question, Reason } from './question';
import type { AllowedRecipient, Disclosure, LegalBasis, RefusalRule, Verdict } from './types';

/**
 * Version of these rules. Each verdict in the log names the one that it was reached by: an auditor applies the same, and says so where
 * the log was decided by others. It goes up whenever the same question may get another answer.
 */
export const RULES_VERSION = 2;

type Rule = (question: OfActivity) => Reason | undefined;

const against =
  (rule: RefusalRule, legal: string, holds: (question: OfActivity) => boolean): Rule =>
  (question) =>
    holds(question) ? { rule, legal } : undefined;

/** A rule on disclosures: it has nothing to say where nothing is disclosed. */
const towards = (
  rule: RefusalRule,
  legal: string,
  holds: (recipient: AllowedRecipient | undefined, asked: Disclosure, question: OfActivity) => boolean,
): Rule =>
  against(rule, legal, (question) => {
    const { recipient: asked } = question.use;
    return (
      asked !== undefined &&
      holds(
        question.activity.recipients.find(({ id }) => id === asked.id),
        asked,
        question,
      )
    );
  });

const PHOTOS: readonly string[] = ['subject.photo', 'subject.idCopy'];
const NATIONAL_ID = 'subject.nationalId';

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
  against(
    'photo-used-for-matching',
    'GDPR art. 9(1)',
    ({ use }) => use.matching === true && use.categories.some((one) => PHOTOS.includes(one)),
  ),
  against(
    'national-id-without-need',
    'personopplysningsloven § 12',
    ({ activity: { secureIdentification: need }, use }) =>
      use.categories.includes(NATIONAL_ID) && (need === undefined || (use.kind === 'processing' && !need.purposes.includes(use.purpose))),
  ),
  towards('recipient-unknown', 'GDPR art. 13(1)(e), 30(1)(d)', (recipient) => recipient === undefined),
  towards(
    'recipient-outside-eea',
    'GDPR art. 44',
    (recipient) => recipient!.location !== 'EEA' || recipient!.storage !== 'EEA' || recipient!.suspended !== undefined,
  ),
  towards('field-not-allowed-for-recipient', 'GDPR art. 5(1)(c)', (recipient, asked, { use }) =>
    asked.fields.some(
      (field) => !recipient!.fields.includes(field) || !use.categories.some((category) => field.startsWith(`${category}.`)),
    ),
  ),
  against(
    'erased',
    'GDPR art. 17(1)',
    ({ standing: { erased, erasedCategories = [] }, use }) => erased || use.categories.some((one) => erasedCategories.includes(one)),
  ),
  against('retention-over', 'GDPR art. 5(1)(e)', ({ activity, standing, use, at }) => keptTooLong(activity, standing, use, at)),
  against(
    'restricted',
    'GDPR art. 18(2)',
    ({ standing, use }) => standing.restrictions.length > 0 && use.kind === 'processing' && !use.exception,
  ),
  against('objected-to-marketing', 'GDPR art. 21(3)', ({ standing, use }) =>
    standing.objections.some(({ kind, purpose }) => kind === 'direct-marketing' && purpose === use.purpose),
  ),
  against('no-agreement-in-force', 'GDPR art. 28(3)', (question) => question.activity.role === 'processor' && !hasAgreement(question)),
  against('no-instruction', 'GDPR art. 28(3)(a)', (question) => question.activity.role === 'processor' && !isInstructed(question)),
];

/** What the controller has left with its processor is stored until it is returned or deleted (art. 28(3)(g)), and what that takes is done. */
function hasAgreement({ agreement, activity, use, at }: OfActivity): boolean {
  if (!agreement || Date.parse(agreement.from) > at.getTime()) return false;
  return use.kind === 'storage' || activity.outlivesAgreement === true || !hasEnded(agreement, at);
}

function isInstructed({ agreement, activity, use, at }: OfActivity): boolean {
  const given = agreement!.instructions;
  const instruction = Object.hasOwn(given, activity.id) ? given[activity.id]! : undefined;
  if (!instruction || Date.parse(instruction.from) > at.getTime()) return false;
  return use.kind === 'storage' || !hasEnded(instruction, at);
}

const hasEnded = ({ until }: { readonly until?: string }, at: Date): boolean => until !== undefined && Date.parse(until) <= at.getTime();

/**
 * May this use be made of this person's data now, and on which ground? Pure: the same question always has the same answer, so an
 * auditor who replays the log must reach the verdicts that are recorded in it.
 */
export function admit(question: Question): Verdict {
  const { activity, statement } = question;
  if (!statement) return { admitted: false, rule: 'no-statement-in-force', legal: 'GDPR art. 13(1)' };
  const cited = { version: statement.version, hash: statement.hash };
  if (!activity || activity.retired) return { admitted: false, rule: 'no-such-activity', legal: 'GDPR art. 30(1)', statement: cited };
  const known = { ...question, activity };
  for (const rule of rules) {
    const reason = rule(known);
    if (reason) return { admitted: false, ...reason, statement: cited };
  }
  const basis = basisOrReason(known);
  return 'rule' in basis ? { admitted: false, ...basis, statement: cited } : admitted(known, basis, cited);
}

function admitted(
  { activity, agreement, standing, use }: OfActivity,
  basis: LegalBasis,
  statement: { readonly version: string; readonly hash: string },
): Verdict {
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
      statement,
      ...(activity.role === 'processor' && agreement && { agreement: agreement.version }),
      ...(use.recipient && { recipient: use.recipient }),
      // Cited only where it was needed: an admission that rests on none names none.
      ...(use.exception && standing.restrictions.length > 0 && use.kind === 'processing' && { exception: use.exception }),
    },
  };
}
