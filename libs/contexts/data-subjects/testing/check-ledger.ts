/** An event of a ledger as the log gives it back; the check reads it as text, not through the program's types. */
export interface Entry {
  readonly id: string;
  readonly revision: bigint;
  readonly event: { readonly type: string; readonly data: object };
  readonly metadata: { readonly decidedAt: string };
}

/** What the check looks at; which event has which is for the check to say. */
interface Data {
  readonly commandId: string;
  readonly admissionId: string;
  readonly consentId: string;
  readonly restrictionId: string;
  readonly objectionId: string;
  readonly purpose: string;
  readonly ground: string;
  readonly kind: string;
  readonly customer: string;
  readonly capacity: string;
  readonly controller: string;
  readonly role: string;
  readonly agreement?: string;
  readonly relations: readonly { readonly customer: string; readonly capacity: string }[];
  readonly keys: readonly { readonly keyId: string }[];
  readonly categories: readonly string[];
  readonly basis: { readonly code: string };
  readonly asked: { readonly kind: string; readonly customer?: string };
  readonly exception?: object;
  readonly recipient?: object;
  readonly wording: { readonly hash: string };
  readonly steps: number;
  readonly stepsToGive?: number;
  readonly endedAt: string;
  readonly since: string;
  readonly reasons: string;
  readonly document: string;
  readonly decidedBy: { readonly id: string };
  readonly proposedBy: string;
  readonly knownUpTo?: string;
}

interface Consent {
  readonly consentId: string;
  readonly hash: string;
  readonly steps: number;
}

const standingChanges = [
  'RelationEnded',
  'DisclosureMade',
  'ConsentWithdrawn',
  'ProcessingRestricted',
  'RestrictionLiftAnnounced',
  'RestrictionLifted',
  'ObjectionReceived',
  'ObjectionUpheld',
  'ObjectionOverruled',
  'ObjectionWithdrawn',
  'RetentionPeriodBegan',
  'DataErased',
];

/**
 * Reads a person's ledger from its beginning and tells, in words, everything in it that must not be: an admission behind a restriction, an
 * objection or a withdrawal, a basis that the person does not meet, a restriction lifted behind the person's back, data given to somebody
 * whom no admission names, a command with two outcomes, a gap. It shares no code with fold, decider and rules.
 */
export function faultsOfLedger(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const seen = { ids: new Set<string>(), admissions: new Map<string, Data>(), used: new Set<string>(), changes: new Set<string>() };
  const outcomes = new Map<string, 'admitted' | 'refused'>();
  const person = {
    registrations: 0,
    controller: '',
    keys: new Set<string>(),
    restrictions: new Map<string, { readonly ground: string; told: boolean }>(),
    objections: new Map<string, { readonly kind: string; readonly purpose: string; upheld: boolean }>(),
    answered: new Set<string>(),
    erased: new Set<string>(),
    consents: new Map<string, Consent>(),
    /** By customer and capacity: when it ended. */
    relations: new Map<string, { readonly customer: string; readonly capacity: string; endedAt: string | undefined }>(),
  };
  const recordRelation = ({ customer, capacity }: Pick<Data, 'customer' | 'capacity'>): void =>
    void person.relations.set(`${customer} ${capacity}`, { customer, capacity, endedAt: undefined });
  const objectedTo = (kind: string, purpose: string): boolean =>
    [...person.objections.values()].some((objection) => objection.kind === kind && objection.purpose === purpose);

  entries.forEach(({ id, revision, event, metadata: { decidedAt } }, place) => {
    const data = event.data as Data;
    const must = (holds: boolean, what: string): void => void (holds || faults.push(`${place} ${event.type}: ${what}`));
    must(revision === BigInt(place), `revision ${revision}`);
    must(!seen.ids.has(id), 'an event id stands twice');
    seen.ids.add(id);
    must(person.registrations > 0 || ['DataSubjectRegistered', 'ProcessingRefused'].includes(event.type), 'comes before the registration');
    if (standingChanges.includes(event.type)) {
      must(!seen.changes.has(data.commandId), 'its command has changed the standing before');
      seen.changes.add(data.commandId);
    }

    switch (event.type) {
      case 'DataSubjectRegistered':
        must(++person.registrations === 1, 'a second registration');
        person.controller = data.controller;
        data.relations.forEach(recordRelation);
        data.keys.forEach(({ keyId }) => person.keys.add(keyId));
        break;
      case 'KeysCommitted':
        must(data.keys.length > 0 && data.keys.every(({ keyId }) => !person.keys.has(keyId)), 'commits to a key again');
        data.keys.forEach(({ keyId }) => person.keys.add(keyId));
        break;
      case 'RelationRecorded': {
        const known = person.relations.get(`${data.customer} ${data.capacity}`);
        must(known === undefined || hasEnded(known, decidedAt), 'records a relation that lives');
        recordRelation(data);
        break;
      }
      case 'RelationEnded': {
        const theirs = [...person.relations.values()].filter(
          ({ customer, endedAt }) => customer === data.customer && endedAt === undefined,
        );
        must(theirs.length > 0, 'ends nothing that lasted');
        for (const relation of theirs) relation.endedAt = data.endedAt;
        break;
      }
      case 'RetentionPeriodBegan':
        must(data.customer === undefined || capacitiesTowards(data.customer).length > 0, 'begins towards a stranger');
        break;
      case 'ProcessingAdmitted':
        admission(data, decidedAt, must);
        break;
      case 'ProcessingRefused':
        must(outcomes.get(data.commandId) !== 'admitted', 'its command was admitted');
        must(/^-?\d+$/.test(data.knownUpTo ?? ''), 'does not say what was known');
        outcomes.set(data.commandId, 'refused');
        break;
      case 'AdmissionClosed':
        must(seen.admissions.get(data.admissionId)?.commandId === data.commandId, 'closes no admission of its command');
        must(!seen.used.has(data.admissionId), 'closes an admission that was used or closed');
        seen.used.add(data.admissionId);
        break;
      case 'DisclosureMade': {
        const admitted = seen.admissions.get(data.admissionId)?.recipient;
        must(admitted !== undefined, 'no admission names a recipient');
        must(JSON.stringify(admitted) === JSON.stringify(data.recipient), 'gives other data, or to somebody else, than was admitted');
        must(!seen.used.has(data.admissionId), 'its admission was used or closed');
        seen.used.add(data.admissionId);
        break;
      }
      case 'ConsentGiven':
        must(person.consents.get(data.purpose)?.hash !== data.wording.hash, 'gives what is given under that wording');
        person.consents.set(data.purpose, { consentId: data.consentId, hash: data.wording.hash, steps: data.steps });
        person.answered.add(data.purpose);
        break;
      case 'ConsentRefused':
        must(!person.answered.has(data.purpose), 'refuses what was answered');
        person.answered.add(data.purpose);
        break;
      case 'ConsentWithdrawn':
        must(person.consents.get(data.purpose)?.consentId === data.consentId, 'withdraws a consent that does not live');
        must(person.consents.get(data.purpose)?.steps === data.stepsToGive, 'does not say what the giving took');
        person.consents.delete(data.purpose);
        break;
      case 'ProcessingRestricted':
        must(![...person.restrictions.values()].some(({ ground }) => ground === data.ground), 'restricts twice for one ground');
        person.restrictions.set(data.restrictionId, { ground: data.ground, told: false });
        break;
      case 'RestrictionLiftAnnounced': {
        const restriction = person.restrictions.get(data.restrictionId);
        must(restriction?.told === false, 'tells of no restriction, or twice');
        if (restriction) restriction.told = true;
        break;
      }
      case 'RestrictionLifted':
        must(person.restrictions.get(data.restrictionId)?.told === true, 'lifts what the person was not told of');
        person.restrictions.delete(data.restrictionId);
        break;
      case 'ObjectionReceived':
        must(!objectedTo(data.kind, data.purpose), 'objects to what is objected to');
        must(person.controller !== '' && capacitiesTowards(person.controller).length === 0, 'is another controller’s to decide');
        person.objections.set(data.objectionId, { kind: data.kind, purpose: data.purpose, upheld: data.kind === 'direct-marketing' });
        break;
      case 'ObjectionUpheld':
      case 'ObjectionOverruled': {
        const objection = person.objections.get(data.objectionId);
        must(objection?.kind === 'situation', 'decides on an objection to marketing, or on none');
        must(objection?.upheld === false, 'decides on what is decided');
        must(data.reasons.trim() !== '' && data.document.trim() !== '', 'gives no reasons, or nowhere');
        if (event.type === 'ObjectionOverruled') {
          must(data.proposedBy.trim() !== '' && data.proposedBy !== data.decidedBy.id, 'was decided by one alone');
          person.objections.delete(data.objectionId);
        } else if (objection) objection.upheld = true;
        break;
      }
      case 'ObjectionWithdrawn':
        must(person.objections.delete(data.objectionId), 'takes back what does not stand');
        break;
      case 'DataErased':
        must(![...person.restrictions.values()].some(({ ground }) => ground.startsWith('unlawful')), 'erases what the person wants kept');
        data.categories.forEach((category) => person.erased.add(category));
        break;
      case 'LedgerSummarised':
        break; // it says nothing that the others do not
      default:
        must(false, 'unknown');
    }
  });
  return faults;

  function admission(data: Data, decidedAt: string, must: (holds: boolean, what: string) => void): void {
    const stored = data.asked.kind === 'storage';
    must(person.restrictions.size === 0 || stored || data.exception !== undefined, 'stands behind a restriction');
    must(!data.categories.some((category) => person.erased.has(category)), 'uses what was erased');
    must(!objectedTo('direct-marketing', data.purpose), 'is marketing to somebody who objected');
    if (['6(1)(e)', '6(1)(f)'].includes(data.basis.code)) must(!objectedTo('situation', data.purpose), 'stands behind an objection');
    must(!seen.admissions.has(data.admissionId), 'an admission stands twice');
    must(outcomes.get(data.commandId) !== 'refused', 'its command was refused');
    must(/^-?\d+$/.test(data.knownUpTo ?? ''), 'does not say what was known');
    must(data.controller === person.controller, 'is for another controller than the person’s');
    must((data.role === 'processor') === (data.agreement !== undefined), 'a processor names its agreement, nobody else does');
    if (data.basis.code === '6(1)(a)') must(person.consents.has(data.purpose), 'there is no consent for it');
    if (data.basis.code === '6(1)(b)') must(capacityFor(data, decidedAt) === 'sole-trader', 'the person is no party to a contract');
    if (data.basis.code === '6(1)(f)') must(capacityFor(data, decidedAt) === 'company-representative', 'the person represents nobody');
    if (data.basis.code === '28(3)(a)')
      must(capacitiesTowards(person.controller).includes('worker'), 'the person is no worker of the controller');
    seen.admissions.set(data.admissionId, data);
    outcomes.set(data.commandId, 'admitted');
  }

  function capacitiesTowards(customer: string): string[] {
    return [...person.relations.values()].filter((relation) => relation.customer === customer).map(({ capacity }) => capacity);
  }

  /** What the person is to those concerned whose relation lives; for storing also what they were, where none does. */
  function capacityFor({ asked }: Data, decidedAt: string): string | undefined {
    const concerned = [...person.relations.values()].filter(({ customer }) => asked.customer === undefined || customer === asked.customer);
    const live = concerned.filter((relation) => !hasEnded(relation, decidedAt));
    const all = new Set((live.length === 0 && asked.kind === 'storage' ? concerned : live).map(({ capacity }) => capacity));
    return all.size === 1 ? [...all][0] : undefined;
  }
}

const hasEnded = ({ endedAt }: { readonly endedAt: string | undefined }, now: string): boolean =>
  endedAt !== undefined && Date.parse(endedAt) <= Date.parse(now);
