import type { Standing } from '@hjemmel/admission';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/events';
import { evolve, Ledger, unknownSubject } from '@hjemmel/contexts/data-subjects/state';
import type { Place } from './findings';

interface Stood {
  readonly revision: number;
  readonly standing: Standing;
}

/** A read looks at a ledger a moment before it is recorded: so many changes of a person's standing are remembered for it. */
const REMEMBERED_STANDINGS = 16;

/** One person's ledger as it stands at some point of the log, and the little besides that the checks need. */
export class Person {
  ledger: Ledger = unknownSubject;
  revision = -1;
  /** The command of the last event, whose events stand together. */
  lastCommand: string | undefined;
  /** What was recorded of the person for the sake of an admission that has to follow in the same append. */
  awaiting: { readonly commandId: string; readonly place: Place } | undefined;
  private readonly stood: Stood[] = [{ revision: -1, standing: unknownSubject.standing }];

  constructor(readonly subjectId: string) {}

  take(event: LedgerEvent): void {
    const { standing } = this.ledger;
    this.ledger = evolve(this.ledger, event);
    if (this.ledger.standing === standing) return;
    this.stood.push({ revision: this.revision, standing: this.ledger.standing });
    if (this.stood.length > REMEMBERED_STANDINGS) this.stood.shift();
  }

  /** Where the person stood after a revision; undefined where that is too long ago to be remembered. */
  standingAt(revision: number): Standing | undefined {
    return this.stood.findLast((moment) => moment.revision <= revision)?.standing;
  }
}
