import { Ground } from './types';

const issued = new WeakSet<Grant>();

/**
 * An admission in hand: what the vault demands before it seals or opens a field. It can be made only by {@link issueGrant}, which the
 * import rules leave to the person's ledger and the reading record, after their event is in the log.
 */
export class Grant {
  /** Makes the type one of its own: an object that merely looks like a grant does not compile as one. */
  declare protected readonly issued: true;

  constructor(
    readonly subjectId: string,
    readonly ground: Ground,
    /** Id of the admission, or of the reading record, that stands in the log. */
    readonly recordId: string,
  ) {}
}

/** The grant keeps the ground as it is now: what is done to the admission's record later widens nothing. */
export function issueGrant(subjectId: string, ground: Ground, recordId: string): Grant {
  const fixed: Ground = Object.freeze({ ...ground, categories: Object.freeze([...ground.categories]) });
  const grant = new Grant(subjectId, fixed, recordId);
  issued.add(grant);
  Object.freeze(grant);
  return grant;
}

/** Thrown where code reaches for a person's data without an admission that covers it: a fault of the program, never of the caller. */
export class NotAdmitted extends Error {
  constructor(why: string) {
    super(`no admission covers this: ${why}`);
    this.name = 'NotAdmitted';
  }
}

/** @throws NotAdmitted where the grant was not issued, is another person's, or does not cover the category */
export function demandGrant(grant: Grant, subjectId: string, category: string): void {
  if (!issued.has(grant)) throw new NotAdmitted('it was not issued by a ledger');
  if (grant.subjectId !== subjectId) throw new NotAdmitted('it is for another person');
  if (!grant.ground.categories.includes(category)) throw new NotAdmitted(`it does not cover ${category}`);
}
