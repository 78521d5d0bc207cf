import type { Ground, RequestedUse, Verdict } from '@hjemmel/admission';
import type { PersonalDataRead, PersonalDataReadNarrowed, Withheld } from '@hjemmel/contexts/data-subjects/events';
import { unknownSubject } from '@hjemmel/contexts/data-subjects/state';
import { eventIdOf, Recorded } from '@hjemmel/kernel';
import { Found, Place, placeOf } from './findings';
import type { Person } from './person';
import type { Judge, Outcome, Put } from './verdicts';

type Read = PersonalDataRead | PersonalDataReadNarrowed;

interface Opened {
  /** Person, activity, purpose and account. */
  readonly uses: Set<string>;
}

/** A person whose fields must not be opened after all, unless a later record narrows the read. */
interface Pending {
  readonly subjectId: string;
  readonly place: Place;
  readonly expected: string;
  readonly law: string;
}

export interface PendingFinding extends Found {
  readonly place: Place;
}

/** A read is narrowed within moments of its record: more of them need not be remembered. */
const REMEMBERED_READS = 1_000;

/** Replays the records of reading: what was opened must have been admitted, what was withheld refused, at the ledger's revision that they name. */
export class ReadChecks {
  private readonly opened = new Map<string, Opened>();
  private readonly pending = new Map<string, Map<string, Pending>>();

  constructor(
    private readonly judge: Judge,
    private readonly personOf: (subjectId: string) => Person | undefined,
  ) {}

  take(recorded: Recorded, isAsked: (subjectId: string) => boolean): Found[] {
    const event = recorded.event as Read;
    const misnamed = recorded.id === eventIdOf(event.data.readId, recorded.stream, event.type) ? [] : [idFault(event)];
    const found = event.type === 'PersonalDataRead' ? this.read(event, recorded, isAsked) : this.narrowed(event, recorded, isAsked);
    return [...misnamed, ...found];
  }

  /** Reads that went past a restriction, when the whole log has been read. */
  unnarrowed(): PendingFinding[] {
    return [...this.pending.values()].flatMap((people) =>
      [...people.values()].map(({ subjectId, place, expected, law }) => ({
        kind: 'read-not-narrowed' as const,
        ...{ subjectId, place, law, expected, recorded: 'opened' },
      })),
    );
  }

  private read({ data }: PersonalDataRead, recorded: Recorded, isAsked: (subjectId: string) => boolean): Found[] {
    const uses = new Set<string>();
    const found: Found[] = [];
    for (const { ground, subjects } of data.uses) {
      for (const subject of subjects) {
        const use = useOf(ground, subject);
        uses.add(nameOf(subject.subjectId, use));
        if (isAsked(subject.subjectId)) found.push(...this.openedFaults(data, { ...subject, use }, { admitted: true, ground }, recorded));
      }
    }
    for (const withheld of data.withheld) if (isAsked(withheld.subjectId)) found.push(...this.withheldFaults(data, withheld, recorded));
    this.remember(data.readId, uses);
    return found;
  }

  private narrowed({ data }: PersonalDataReadNarrowed, recorded: Recorded, isAsked: (subjectId: string) => boolean): Found[] {
    const opened = this.opened.get(data.readId);
    const pending = this.pending.get(data.readId);
    return data.withheld.flatMap((withheld) => {
      const name = nameOf(withheld.subjectId, withheld);
      pending?.delete(name);
      if (!isAsked(withheld.subjectId)) return [];
      const { subjectId } = withheld;
      if (!opened?.uses.has(name)) return [readDiffers(subjectId, 'a read that it narrows', `read ${data.readId}`)];
      return this.withheldFaults(data, withheld, recorded);
    });
  }

  private openedFaults(
    by: PersonalDataRead['data'],
    { subjectId, ledgerRevision, use }: { readonly subjectId: string; readonly ledgerRevision?: string; readonly use: RequestedUse },
    opened: Outcome,
    recorded: Recorded,
  ): Found[] {
    if (!this.judge.canJudge(by)) return [];
    const fault = this.faultAt({ subjectId, ledgerRevision, use }, opened, by, recorded);
    if (fault) return [fault];
    const put: Put = { standing: this.personOf(subjectId)?.ledger.standing ?? unknownSubject.standing, use };
    const now = this.judge.verdict(put, by, recorded);
    if (!now.admitted) this.awaitNarrowing(by.readId, nameOf(subjectId, use), { subjectId, ...refusal(now), place: placeOf(recorded) });
    return [];
  }

  private withheldFaults(by: Read['data'], withheld: Withheld, recorded: Recorded): Found[] {
    if (!this.judge.canJudge(by)) return [];
    const { subjectId, ledgerRevision, activity, purpose, categories, customer, asked, rule, legal } = withheld;
    if (activity === undefined || purpose === undefined || categories === undefined)
      return [readDiffers(subjectId, 'what was asked for', 'not said')];
    const account = customer !== undefined && { customer };
    const use: RequestedUse = { activity, purpose, categories, kind: 'processing', ...account, ...asked };
    const fault = this.faultAt({ subjectId, ledgerRevision, use }, { admitted: false, rule, legal }, by, recorded);
    return fault ? [fault] : [];
  }

  /** Compares with what the rules say of the ledger at the revision that the record names. */
  private faultAt(
    asked: { readonly subjectId: string; readonly ledgerRevision: string | undefined; readonly use: RequestedUse },
    outcome: Outcome,
    by: Read['data'],
    recorded: Recorded,
  ): Found | undefined {
    const { subjectId, ledgerRevision = '', use } = asked;
    const person = this.personOf(subjectId);
    const revision = /^(-1|\d{1,15})$/.test(ledgerRevision) ? Number(ledgerRevision) : undefined;
    if (revision === undefined || revision > (person?.revision ?? -1))
      return readDiffers(subjectId, `a revision up to ${person?.revision ?? -1}`, `revision ${ledgerRevision || '–'}`);
    const standing = person ? person.standingAt(revision) : unknownSubject.standing;
    if (!standing) return undefined;
    const fault = this.judge.faultOf({ standing, use }, outcome, by, recorded);
    if (!fault) return undefined;
    return { ...fault, subjectId, kind: fault.kind === 'cites-not-in-force' ? fault.kind : 'read-differs' };
  }

  private awaitNarrowing(readId: string, name: string, pending: Pending): void {
    const people = this.pending.get(readId) ?? new Map<string, Pending>();
    this.pending.set(readId, people.set(name, pending));
  }

  private remember(readId: string, uses: Set<string>): void {
    this.opened.set(readId, { uses });
    if (this.opened.size > REMEMBERED_READS) this.opened.delete(this.opened.keys().next().value as string);
  }
}

const idFault = ({ type, data }: Read): Found => ({
  kind: 'event-id-not-derived',
  expected: `the id of read ${data.readId}`,
  recorded: type,
});

const readDiffers = (subjectId: string, expected: string, recorded: string): Found => ({
  kind: 'read-differs',
  subjectId,
  expected,
  recorded,
});

const refusal = ({ rule, legal }: Extract<Verdict, { admitted: false }>) => ({ expected: `withheld: ${rule}, ${legal}`, law: legal });

const nameOf = (subjectId: string, use: Pick<Withheld, 'activity' | 'purpose' | 'customer'>): string =>
  JSON.stringify([subjectId, use.activity, use.purpose, use.customer ?? '']);

/** What was asked for, as far as the ground does not say it itself: reading is processing, on the account that stands beside the person. */
function useOf(
  { activity, purpose, categories, recipient, exception }: Ground,
  { customer }: { readonly customer?: string },
): RequestedUse {
  const account = customer !== undefined && { customer };
  return {
    activity,
    purpose,
    categories,
    kind: 'processing',
    ...account,
    ...(recipient && { recipient }),
    ...(exception && { exception }),
  };
}
