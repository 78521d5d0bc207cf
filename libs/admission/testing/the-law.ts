import { dayInOslo, monthsLater, serial } from '@hjemmel/kernel/calendar/testing/independent-calendar';
import type { Question } from '../question';
import type { Activity, Capacity, Ground, KeepingRule, LegalBasis, RefusalRule, Standing, Verdict } from '../types';

/*
 * An oracle to judge the rules by, written from the law and not from them, with a calendar of its own: it collects every reason against a
 * use, in no order, and every basis for it; a use is lawful where there is no reason against it. Which of several reasons is
 * told is a matter of precedence, stated here as data.
 */

interface Reason {
  readonly rule: RefusalRule;
  readonly article: string;
}

/** What is undeclared comes before what the person's standing forbids, that before what no agreement covers, and that before what has no basis. */
export const precedence: readonly RefusalRule[] = [
  'no-statement-in-force',
  'no-such-activity',
  'role-mismatch',
  'purpose-not-declared',
  'category-not-declared',
  'photo-used-for-matching',
  'national-id-without-need',
  'recipient-unknown',
  'recipient-outside-eea',
  'field-not-allowed-for-recipient',
  'erased',
  'retention-over',
  'restricted',
  'objected-to-marketing',
  'no-agreement-in-force',
  'no-instruction',
  'consent-withdrawn',
  'consent-refused',
  'consent-for-another-wording',
  'consent-lapsed',
  'consent-missing',
  'objected',
  'balancing-test-missing',
  'contract-over',
  'basis-not-live',
];

const article: Readonly<Partial<Record<RefusalRule, string>>> = {
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

const instant = (written: string): number => Date.parse(written);
const today = ({ at }: Question): number => dayInOslo(at.getTime());
const dayNamed = (written: string): number => {
  const [year, month, day] = written.split('-').map(Number);
  return serial([year!, month!, day!]);
};

/** The last day of a period: years and months by the calendar, then weeks and days. */
export function lastDayOf(start: number, period: string): number {
  const count = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(period)?.[1] ?? 0);
  return monthsLater(start, 12 * count('Y') + count('M')) + 7 * count('W') + count('D');
}

const isOver = (question: Question, since: string, period: string): boolean =>
  today(question) > lastDayOf(dayInOslo(instant(since)), period);

/* Art. 5(1)(e): a category is kept too long where each of its rules has run out, for each customer for whom it could still be kept. */

function hasRunOut(question: Question, { trigger, length }: KeepingRule, customer: string | undefined): boolean {
  const begun = question.standing.periods.filter((period) => period.trigger === trigger);
  const concerning = begun.filter((period) => period.customer === undefined || period.customer === customer);
  if (concerning.length === 0) return false;
  return concerning.every(({ since }) =>
    length === undefined ? question.at.getTime() >= instant(since) : isOver(question, since, length),
  );
}

function isKeptTooLong(question: Question, activity: Activity): boolean {
  const { use, standing } = question;
  const known = new Set<string | undefined>(standing.relations.map(({ customer }) => customer));
  if (use.customer !== undefined) {
    known.clear();
    known.add(use.customer);
  }
  if (known.size === 0) known.add(undefined);
  return use.categories.some((category) => {
    const rules = activity.retention.filter((rule) => rule.categories === undefined || rule.categories.includes(category));
    return rules.length > 0 && [...known].every((customer) => rules.every((rule) => hasRunOut(question, rule, customer)));
  });
}

/** Bases that somebody who reads the register on that day finds for the purpose, whether or not the person meets their condition. */
function basesOnThatDay(question: Question, { legalBases }: Activity): LegalBasis[] {
  const found: LegalBasis[] = [];
  for (const basis of legalBases) {
    if (basis.purposes && basis.purposes.indexOf(question.use.purpose) < 0) continue;
    if (basis.validFrom && today(question) < dayNamed(basis.validFrom)) continue;
    if (basis.validUntil && today(question) > dayNamed(basis.validUntil)) continue;
    found.push(basis);
  }
  return found;
}

const consentStanding = ({ standing, use }: Question): Standing['consents'][string] | undefined =>
  Object.entries(standing.consents).find(([purpose]) => purpose === use.purpose)?.[1];

function againstConsent(question: Question, { wordings, consentLasts }: LegalBasis): RefusalRule[] {
  const consent = consentStanding(question);
  if (!consent) return ['consent-missing'];
  if (consent.state === 'withdrawn') return ['consent-withdrawn'];
  if (consent.state === 'refused') return ['consent-refused'];
  const reasons: RefusalRule[] = [];
  if (wordings && !wordings.some((hash) => hash === consent.wording)) reasons.push('consent-for-another-wording');
  if (consentLasts && (consent.givenAt === undefined || isOver(question, consent.givenAt, consentLasts))) reasons.push('consent-lapsed');
  return reasons;
}

/** Who the person is to those concerned: the capacity that they need, and no other beside it (art. 6(1): one basis for one use). */
function againstRelations({ at, use }: Question, concerned: Standing['relations'], needed: Capacity): RefusalRule[] {
  const live = concerned.filter(({ endedAt }) => endedAt === undefined || at.getTime() < instant(endedAt));
  const onlyAs = (relations: Standing['relations']) => relations.length > 0 && relations.every(({ capacity }) => capacity === needed);
  if (onlyAs(live)) return [];
  const wasOnce = live.length === 0 && onlyAs(concerned);
  if (!wasOnce) return ['basis-not-live'];
  return use.kind === 'storage' ? [] : ['contract-over'];
}

function againstCondition(question: Question, basis: LegalBasis): RefusalRule[] {
  const { relations, controller } = question.standing;
  const { customer } = question.use;
  const named = relations.filter((relation) => customer === undefined || relation.customer === customer);
  switch (basis.when) {
    case 'sole-trader':
    case 'company-representative':
      return againstRelations(question, named, basis.when);
    case 'controller-instruction': {
      // Whether the work has ended is the controller's to say: what is left to do with the cards of those who left is done on its instruction.
      const employed = named.some((relation) => relation.customer === controller && relation.capacity === 'worker');
      return employed ? [] : ['basis-not-live'];
    }
    case 'consent':
      return againstConsent(question, basis);
    case 'legal-duty':
    case 'always':
      return [];
  }
}

/** Every reason for which a basis does not carry the use of this person's data. */
function againstBasis(question: Question, basis: LegalBasis): RefusalRule[] {
  const reasons = againstCondition(question, basis);
  const resisted = question.standing.objections.some(({ kind, purpose }) => kind === 'situation' && purpose === question.use.purpose);
  if (resisted && ['6(1)(e)', '6(1)(f)'].includes(basis.code)) reasons.push('objected');
  if (basis.code === '6(1)(f)') {
    const { balancing } = basis;
    const stands = balancing !== undefined && (balancing.reviewBy === undefined || today(question) <= dayNamed(balancing.reviewBy));
    if (!stands) reasons.push('balancing-test-missing');
  }
  return reasons;
}

function againstEveryBasis(question: Question, activity: Activity): RefusalRule[] {
  const bases = basesOnThatDay(question, activity);
  const consents = bases.filter(({ code }) => code === '6(1)(a)');
  const asked = consentStanding(question) !== undefined && consents.length > 0;
  const against = (some: readonly LegalBasis[]) => some.map((basis) => againstBasis(question, basis));
  // Whoever asked for consent is bound by the answer: no other basis is taken up in its place.
  if (asked && against(consents).every((reasons) => reasons.length > 0)) return against(consents).flat();
  const all = against(bases);
  if (all.some((reasons) => reasons.length === 0)) return [];
  return all.length === 0 ? ['basis-not-live'] : all.flat();
}

function againstAgreement({ agreement, at, use, standing, company }: Question, activity: Activity): Reason[] {
  if (standing.controller === company) return [];
  const begun = ({ from }: { readonly from: string }) => instant(from) <= at.getTime();
  const ended = ({ until }: { readonly until?: string }) => until !== undefined && instant(until) <= at.getTime();
  const stored = use.kind === 'storage';
  const agreed = agreement && begun(agreement) && (!ended(agreement) || stored || activity.outlivesAgreement === true);
  const instruction = Object.entries(agreement?.instructions ?? {}).find(([id]) => id === activity.id)?.[1];
  const instructed = instruction && begun(instruction) && (!ended(instruction) || stored);
  const reasons: Reason[] = [];
  if (!agreed) reasons.push({ rule: 'no-agreement-in-force', article: 'GDPR art. 28(3)' });
  if (!instructed) reasons.push({ rule: 'no-instruction', article: 'GDPR art. 28(3)(a)' });
  return reasons;
}

export function reasonsAgainst(question: Question): Reason[] {
  const { activity, standing, statement, use } = question;
  const reasons: Reason[] = [];
  const because = (rule: RefusalRule, article: string, condition: boolean): void => void (condition && reasons.push({ rule, article }));
  const asksFor = (category: string) => use.categories.includes(category);

  because('no-statement-in-force', 'GDPR art. 13(1)', statement === undefined);
  because('no-such-activity', 'GDPR art. 30(1)', activity === undefined || activity.retired);
  because('photo-used-for-matching', 'GDPR art. 9(1)', use.matching === true && ['subject.photo', 'subject.idCopy'].some(asksFor));
  because('erased', 'GDPR art. 17(1)', standing.erased);
  because('restricted', 'GDPR art. 18(2)', !(standing.restrictions.length === 0 || use.kind === 'storage' || use.exception !== undefined));
  const marketing = standing.objections.filter(({ kind }) => kind === 'direct-marketing').map(({ purpose }) => purpose);
  because('objected-to-marketing', 'GDPR art. 21(3)', marketing.includes(use.purpose));
  if (!activity) return reasons;

  const ownPerson = standing.controller === question.company;
  because('role-mismatch', 'GDPR art. 4(7)–(8)', activity.role === 'controller' ? !ownPerson : ownPerson);
  because('purpose-not-declared', 'GDPR art. 5(1)(b)', !new Set(activity.purposes).has(use.purpose));
  const declared = new Set(activity.categories.map(({ category }) => category));
  because('category-not-declared', 'GDPR art. 5(1)(c)', !use.categories.every((category) => declared.has(category)));

  const need = activity.secureIdentification;
  const needed = need !== undefined && (use.kind === 'storage' || need.purposes.includes(use.purpose));
  because('national-id-without-need', 'personopplysningsloven § 12', asksFor('subject.nationalId') && !needed);

  if (use.recipient) {
    const { id, fields } = use.recipient;
    const recipient = activity.recipients.find((allowed) => allowed.id === id);
    because('recipient-unknown', 'GDPR art. 13(1)(e), 30(1)(d)', recipient === undefined);
    const outside = recipient?.location !== 'EEA' || recipient.storage !== 'EEA' || recipient.suspended !== undefined;
    because('recipient-outside-eea', 'GDPR art. 44', outside);
    const ofWhatIsAsked = (field: string) => asksFor(field.slice(0, field.lastIndexOf('.')));
    const allowed = (field: string) => recipient?.fields.includes(field) === true && ofWhatIsAsked(field);
    because('field-not-allowed-for-recipient', 'GDPR art. 5(1)(c)', !fields.every(allowed));
  }

  because('retention-over', 'GDPR art. 5(1)(e)', isKeptTooLong(question, activity));
  reasons.push(...againstAgreement(question, activity));
  for (const rule of againstEveryBasis(question, activity)) reasons.push({ rule, article: article[rule]! });
  return reasons;
}

function groundFor(question: Question): Ground {
  const { use, standing, statement, agreement } = question;
  const activity = question.activity!;
  const basis = basesOnThatDay(question, activity).find((declared) => againstBasis(question, declared).length === 0)!;
  const ownPerson = standing.controller === question.company;
  return {
    activity: activity.id,
    activityVersion: activity.version,
    role: ownPerson ? 'controller' : 'processor',
    controller: standing.controller,
    purpose: use.purpose,
    categories: use.categories,
    basis: { code: basis.code, because: basis.when, ...(basis.statute !== undefined && { statute: basis.statute }) },
    statement: { version: statement!.version, hash: statement!.hash },
    ...(!ownPerson && { agreement: agreement!.version }),
    ...(use.recipient && { recipient: use.recipient }),
    ...(standing.restrictions.length > 0 && use.kind === 'processing' && { exception: use.exception! }),
  };
}

/** What the law says to a question. */
export function lawfully(question: Question): Verdict {
  const reasons = reasonsAgainst(question);
  if (reasons.length === 0) return { admitted: true, ground: groundFor(question) };
  const [told] = reasons.toSorted((a, b) => precedence.indexOf(a.rule) - precedence.indexOf(b.rule));
  const cited = question.statement && { version: question.statement.version, hash: question.statement.hash };
  return { admitted: false, rule: told!.rule, legal: told!.article, ...(cited && { statement: cited }) };
}
