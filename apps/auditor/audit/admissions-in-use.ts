import { isUsedAtOnce } from '@hjemmel/contexts/data-subjects/admitting.decisions';
import type { ProcessingAdmitted } from '@hjemmel/contexts/data-subjects/events';
import { Ledger, outcomeOf } from '@hjemmel/contexts/data-subjects/state';
import type { Place } from './findings';

/** An admission that a fact may rest on. */
export interface UsableAdmission {
  readonly admissionId: string;
  readonly subjectId: string;
  readonly activity: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly factStream?: string;
  readonly knownUpTo?: string;
  readonly closed: boolean;
}

interface Open {
  readonly admission: ProcessingAdmitted['data'];
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly place: Place;
  closed: boolean;
}

/** Uses that name no stream for their fact may never have one: so many of their commands are kept at most, and the ledgers remember more. */
const KEPT_WITHOUT_FACT = 100_000;
/** What comes to a command after its fact comes within moments. */
const KEPT_SETTLED = 10_000;

/** Admissions by command, from when they are given until the fact is there or they are closed. */
export class AdmissionsInUse {
  private readonly awaitingFact = new Map<string, Open[]>();
  private readonly others = new Map<string, Open[]>();
  private readonly settled = new Set<string>();

  admitted(admission: ProcessingAdmitted['data'], place: Place, since: number): void {
    const { commandId, factStream } = admission;
    const kept = factStream === undefined ? this.others : this.awaitingFact;
    const open = kept.get(commandId);
    const added: Open = { admission, since, place, closed: false };
    if (open) open.push(added);
    else kept.set(commandId, [added]);
    if (this.others.size > KEPT_WITHOUT_FACT) this.others.delete(this.others.keys().next().value as string);
  }

  close(commandId: string, admissionId: string): void {
    const open = this.openOf(commandId);
    for (const one of open) if (one.admission.admissionId === admissionId) one.closed = true;
    // What is used at once is never closed, and needs no closing.
    if (open.every(({ admission, closed }) => closed || isUsedAtOnce(admission.purpose))) this.forget(commandId);
  }

  /** The fact of a command is there. */
  settle(commandId: string): void {
    if (!this.forget(commandId)) return;
    this.settled.add(commandId);
    if (this.settled.size > KEPT_SETTLED) this.settled.delete(this.settled.keys().next().value as string);
  }

  isSettled(commandId: string): boolean {
    return this.settled.has(commandId);
  }

  /** Of a command, those of these persons; from the ledgers where the command has its fact or was closed. */
  of(commandId: string, people: readonly { readonly subjectId: string; readonly ledger: Ledger }[]): UsableAdmission[] {
    const open = this.openOf(commandId);
    if (open.length > 0) return open.map(({ admission, closed }) => ({ ...usable(admission), closed }));
    return people.flatMap(({ ledger }) => {
      const { admitted, closed } = outcomeOf(ledger, commandId);
      return admitted.map((admission) => ({ ...usable(admission), closed: closed.includes(admission.admissionId) }));
    });
  }

  /** The stream in which the fact of a command is awaited. */
  factStreamOf(commandId: string): string | undefined {
    return this.awaitingFact.get(commandId)?.[0]?.admission.factStream;
  }

  has(commandId: string): boolean {
    return this.awaitingFact.has(commandId) || this.others.has(commandId);
  }

  /** Those that have waited for their fact since before an instant (milliseconds): the first of each person and command. */
  unusedSince(instant: number): { readonly subjectId: string; readonly place: Place }[] {
    return [...this.awaitingFact.values()].flatMap((open) => {
      const waiting = open.filter(({ admission, since, closed }) => !closed && since < instant && !isUsedAtOnce(admission.purpose));
      const first = new Map(waiting.toReversed().map(({ admission: { subjectId }, place }) => [subjectId, place]));
      return [...first].map(([subjectId, place]) => ({ subjectId, place }));
    });
  }

  private openOf(commandId: string): readonly Open[] {
    return [...(this.awaitingFact.get(commandId) ?? []), ...(this.others.get(commandId) ?? [])];
  }

  private forget(commandId: string): boolean {
    const awaited = this.awaitingFact.delete(commandId);
    return this.others.delete(commandId) || awaited;
  }
}

const usable = (admission: ProcessingAdmitted['data']): Omit<UsableAdmission, 'closed'> => admission;
