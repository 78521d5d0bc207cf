/**
 * The words in which a use of personal data is asked for and answered. Everything here is plain data: the same values are
 * given to the rules by a command handler now and by an auditor's replay years later.
 */

/** Data category of the catalogue (record of processing activities, section C), for example `subject.nationalId`. */
export type Category = string;
/** Purpose code declared with an activity, for example `deliver-service`. */
export type Purpose = string;
/** GDPR art. 6(1), letter by letter. */
export type Article6 = '6(1)(a)' | '6(1)(b)' | '6(1)(c)' | '6(1)(d)' | '6(1)(e)' | '6(1)(f)';
/** In which capacity the company acts in an activity (GDPR art. 4(7)–(8)). */
export type ProcessingRole = 'controller' | 'processor';
/** What makes one basis of an activity apply rather than another: facts of the person, never typed in with the use. */
export type BasisCondition = 'sole-trader' | 'company-representative' | 'consent' | 'legal-duty' | 'controller-instruction' | 'always';

export interface LegalBasis {
  readonly code: Article6 | '28(3)(a)';
  readonly when: BasisCondition;
  /** The purposes that it carries; all of the activity's where absent. */
  readonly purposes?: readonly Purpose[];
  /** Statute that the basis rests on, where there is one, for example `bokføringsloven § 13`. */
  readonly statute?: string;
  /** Days (YYYY-MM-DD, Europe/Oslo) between which the basis holds; open where absent. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface DeclaredCategory {
  readonly category: Category;
  readonly fields: readonly string[];
}

/** An entry of the register of processing activities (GDPR art. 30), as far as admission needs it. */
export interface Activity {
  readonly id: string;
  /** Version of the entry: 1 when declared, one more with each revision. */
  readonly version: number;
  readonly role: ProcessingRole;
  readonly purposes: readonly Purpose[];
  readonly legalBases: readonly LegalBasis[];
  readonly categories: readonly DeclaredCategory[];
  readonly retired: boolean;
}

/** A version of the privacy statement, as far as admission needs it. */
export interface Statement {
  readonly version: string;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  /** Instant from which it is in force (ISO 8601, UTC). */
  readonly effectiveFrom: string;
}

/** GDPR art. 18(2): what may be done with restricted data besides storing it. */
export type RestrictionException =
  'consent-of-data-subject' | 'legal-claims' | 'protection-of-another-person' | 'important-public-interest';

/** What somebody wants to do with one person's data. */
export interface RequestedUse {
  readonly activity: string;
  readonly purpose: Purpose;
  readonly categories: readonly Category[];
  /** Storing what is there already is all that a restriction leaves; every other use is `processing`. */
  readonly kind: 'processing' | 'storage';
  /** The customer (its {@link Standing.relations} name) on whose account it is done, where the person may stand in several relations. */
  readonly customer?: string;
  readonly exception?: { readonly ground: RestrictionException; readonly reason: string };
}

export type RefusalRule =
  | 'no-statement-in-force'
  | 'no-such-activity'
  | 'purpose-not-declared'
  | 'category-not-declared'
  | 'basis-not-live'
  | 'consent-missing'
  | 'consent-withdrawn'
  | 'objected-to-marketing'
  | 'restricted'
  | 'erased'
  | 'role-mismatch';

/** The full ground of an admitted use: what an auditor checks it against. */
export interface Ground {
  readonly activity: string;
  readonly activityVersion: number;
  readonly purpose: Purpose;
  readonly role: ProcessingRole;
  /** Organisation number of the controller for whose purposes it is done. */
  readonly controller: string;
  readonly categories: readonly Category[];
  readonly basis: { readonly code: LegalBasis['code']; readonly statute?: string; readonly because: BasisCondition };
  readonly statement: { readonly version: string; readonly hash: string };
  readonly exception?: { readonly ground: RestrictionException; readonly reason: string };
}

export type Verdict =
  | { readonly admitted: true; readonly ground: Ground }
  | {
      readonly admitted: false;
      readonly rule: RefusalRule;
      readonly legal: string;
      readonly statement?: { readonly version: string; readonly hash: string };
    };

/** What the rules need to know of a person; folded from the person's ledger. */
export interface Standing {
  readonly controller: string;
  /** In which capacity the person is known towards which customer: the legal basis is recomputed from it. */
  readonly relations: readonly { readonly customer: string; readonly capacity: Capacity }[];
  /** Live or ended consent by purpose. */
  readonly consents: Readonly<Record<Purpose, { readonly state: 'given' | 'withdrawn'; readonly wording?: string }>>;
  readonly restrictions: readonly { readonly restrictionId: string; readonly ground: string }[];
  readonly objections: readonly { readonly purpose: Purpose }[];
  readonly erased: boolean;
}

/** `company-representative` and `sole-trader` are contact persons; a `worker` is known under the customer as controller. */
export type Capacity = 'company-representative' | 'sole-trader' | 'worker';
