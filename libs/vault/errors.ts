import type { RetentionClass } from '@hjemmel/admission/retention-classes';

/** Nothing can be sealed here now: no key is at hand. The command may be tried again. Names no person. */
export class CannotSeal extends Error {
  constructor(why: string) {
    super(`nothing can be sealed: ${why}`);
    this.name = 'CannotSeal';
  }
}

/** The person's key of this class was destroyed, and there is never another: whoever wants to store such data of this person again can't. */
export class ErasedKey extends CannotSeal {
  constructor(
    readonly subjectId: string,
    readonly retentionClass: RetentionClass,
  ) {
    super(`the key of class ${retentionClass} was destroyed`);
    this.name = 'ErasedKey';
  }
}
