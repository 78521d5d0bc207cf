/**
 * The words in which a use of personal data is asked for and answered. Everything here is plain data: the same values are
 * given to the rules by a command handler now and by an auditor's replay years later.
 */

/** Data category of the catalogue (record of processing activities, section C), for example `subject.nationalId`. */
export type Category = string;
/** Purpose code declared with an activity, for example `deliver-service`. */
export type Purpose = string;
/** A calendar day in Europe/Oslo, YYYY-MM-DD. */
export type Day = string;
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
  /** Days between which the basis holds; open where absent. */
  readonly validFrom?: Day;
  readonly validUntil?: Day;
  /** The test that art. 6(1)(f) demands, and the last day on which it stands, open where absent. Without one that stands the interest carries nothing. */
  readonly balancing?: { readonly reviewBy?: Day };
  /** Hashes (SHA-256, hex) of the wordings that ask for what the activity does; every wording where absent. Art. 6(1)(a) only. */
  readonly wordings?: readonly string[];
  /** ISO 8601 duration after which a consent has to be asked for again. Art. 6(1)(a) only. */
  readonly consentLasts?: string;
}

export interface DeclaredCategory {
  readonly category: Category;
  readonly fields: readonly string[];
}

/** Somebody to whom data may go (GDPR art. 30(1)(d)), and what of it. */
export interface AllowedRecipient {
  readonly id: string;
  /** Where the recipient is, and where it stores what it gets: both count (GDPR art. 44). */
  readonly location: 'EEA' | 'third-country';
  readonly storage: 'EEA' | 'third-country';
  /** Fields that it may get, category and field: `subject.contact.name`. Nothing else. */
  readonly fields: readonly string[];
  /** Declared, but nothing is sent there: number of the conflict in the statement. */
  readonly suspended?: string;
}

/** How long an activity may keep data: a period that begins with something that happens to the person's data. */
export interface KeepingRule {
  readonly rule: string;
  /** What starts the period, for example `contract-ended`. */
  readonly trigger: string;
  /** ISO 8601 duration; where absent, the trigger itself ends the keeping. */
  readonly length?: string;
  /** What it is for; all of the activity's categories where absent. */
  readonly categories?: readonly Category[];
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
  readonly recipients: readonly AllowedRecipient[];
  readonly retention: readonly KeepingRule[];
  /** The need for secure identification (personopplysningsloven § 12): the purposes that have it. Without it, national ids are not touched; with no purpose, only stored. */
  readonly secureIdentification?: { readonly purposes: readonly Purpose[] };
  /** Goes on after the agreement with the controller has ended, until the data is returned or deleted (GDPR art. 28(3)(e) and (g)). */
  readonly outlivesAgreement?: true;
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

/** The data processing agreement with a customer (GDPR art. 28(3)) and the instructions given under it. Instants, ISO 8601, UTC. */
export interface Agreement {
  readonly version: string;
  readonly from: string;
  /** First instant at which it does not hold any more. */
  readonly until?: string;
  /** Activities that the controller instructed, each since when. */
  readonly instructions: Readonly<Record<string, { readonly from: string; readonly until?: string }>>;
}

/** GDPR art. 18(2): what may be done with restricted data besides storing it. */
export const restrictionExceptions = [
  'consent-of-data-subject',
  'legal-claims',
  'protection-of-another-person',
  'important-public-interest',
] as const;
export type RestrictionException = (typeof restrictionExceptions)[number];

/** A recipient and the fields it is to get, `subject.contact.name`. */
export interface Disclosure {
  readonly id: string;
  readonly fields: readonly string[];
}

/** What somebody wants to do with one person's data. */
export interface RequestedUse {
  readonly activity: string;
  readonly purpose: Purpose;
  readonly categories: readonly Category[];
  /** Storing what is there already is all that a restriction leaves; every other use is `processing`. */
  readonly kind: 'processing' | 'storage';
  /** The customer (its {@link Standing.relations} name) on whose account it is done, where the person may stand in several relations. */
  readonly customer?: string;
  /** To whom data is to be given, where the use is a disclosure. */
  readonly recipient?: Disclosure;
  /** Faces are to be compared: biometric identification (GDPR art. 4(14), 9(1)). */
  readonly matching?: true;
  readonly exception?: { readonly ground: RestrictionException; readonly reason: string };
}

/** The closed list of reasons against a use. */
export const refusalRules = [
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
] as const;
export type RefusalRule = (typeof refusalRules)[number];

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
  /** Version of the agreement under which a processor acts. */
  readonly agreement?: string;
  readonly recipient?: Disclosure;
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

/** A consent as it stands for one purpose. */
export interface ConsentStanding {
  readonly state: 'given' | 'refused' | 'withdrawn';
  /** Hash of the wording under which it was given. */
  readonly wording?: string;
  /** Instant of the giving (ISO 8601, UTC). */
  readonly givenAt?: string;
}

/** `direct-marketing` is absolute (GDPR art. 21(2)–(3)); `situation` stands until it is decided, and after it where it was upheld (21(1)). */
export interface ObjectionStanding {
  readonly objectionId: string;
  readonly kind: 'situation' | 'direct-marketing';
  readonly purpose: Purpose;
  readonly state: 'pending' | 'upheld';
}

/** What the rules need to know of a person; folded from the person's ledger. */
export interface Standing {
  readonly controller: string;
  /** In which capacity the person is known towards which customer: the legal basis is recomputed from it. Over since `endedAt`. */
  readonly relations: readonly { readonly customer: string; readonly capacity: Capacity; readonly endedAt?: string }[];
  /** By purpose. */
  readonly consents: Readonly<Record<Purpose, ConsentStanding>>;
  readonly restrictions: readonly { readonly restrictionId: string; readonly ground: string; readonly toldOfLifting?: true }[];
  readonly objections: readonly ObjectionStanding[];
  /** When periods of keeping began: the last time for each trigger and customer. Towards all customers where none is named. */
  readonly periods: readonly { readonly trigger: string; readonly customer?: string; readonly since: string }[];
  readonly erased: boolean;
  /** What of the person was erased while other data is still kept (GDPR art. 17(3)); nothing where absent. */
  readonly erasedCategories?: readonly Category[];
}

/** `company-representative` and `sole-trader` are contact persons; a `worker` is known under the customer as controller; a `visitor` is known by a device. */
export type Capacity = 'company-representative' | 'sole-trader' | 'worker' | 'visitor';
