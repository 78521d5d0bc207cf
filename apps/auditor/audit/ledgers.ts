import type { LedgerEvent, ProcessingAdmitted, ProcessingRefused } from '@hjemmel/contexts/data-subjects/events';
import { ledgerStreams } from '@hjemmel/contexts/data-subjects/events';
import { company } from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';
import type { AdmissionsInUse } from './admissions-in-use';
import { Found, Place, placeOf } from './findings';
import { awaitsAdmission, faultsOfEvent, faultsOfPlace, isLedgerEvent, outcomeIn, putIn } from './ledger-checks';
import type { NormHistory } from './norm-history';
import { declaresSource } from './observed';
import { Person } from './person';
import type { Judge } from './verdicts';

export interface FoundAt extends Found {
  readonly place: Place;
}

/** What an event of a ledger shows, and what is wrong with it. */
export interface LedgerFaults {
  readonly found: readonly Found[];
  /** Version of the rules of a verdict that the event holds. */
  readonly rules?: number;
}

/** The ledgers of all people as they stand at some point of the log, and whose keys are whose. */
export class Ledgers {
  readonly people = new Map<string, Person>();
  private readonly owners = new Map<string, string>();

  constructor(
    private readonly judge: Judge,
    private readonly norms: NormHistory,
    private readonly admissions: AdmissionsInUse,
  ) {}

  /** Whose ledger committed to a key. */
  ownerOf(keyId: string): string | undefined {
    return this.owners.get(keyId);
  }

  /** What is wrong with an event that comes next. */
  check(recorded: Recorded): LedgerFaults {
    const person = this.personOf(recorded);
    const { event } = recorded;
    const found = faultsOfPlace(person, recorded);
    if (!isLedgerEvent(event)) return { found };
    found.push(...faultsOfEvent(event, person, recorded), ...this.keyFaults(event, person), ...this.closingFaults(event, person));
    if (event.type === 'DataSubjectRegistered') found.push(...this.sourceFaults(event.data));
    if (event.type !== 'ProcessingAdmitted' && event.type !== 'ProcessingRefused') return { found };
    const fault = this.verdictFault(event, person, recorded);
    return { found: fault ? [...found, fault] : found, rules: event.data.rules ?? 1 };
  }

  /** Takes it in. Gives what turns out to be wrong with an earlier one. */
  take(recorded: Recorded): FoundAt[] {
    const person = this.personOf(recorded);
    this.people.set(person.subjectId, person);
    const { event, metadata } = recorded;
    const late = this.unfollowed(person, metadata.correlationId);
    person.revision = Number(recorded.revision);
    person.lastCommand = metadata.correlationId;
    if (!isLedgerEvent(event)) return late;
    const wasRegistered = person.ledger.registered;
    person.take(event);
    if (event.type === 'ProcessingAdmitted') {
      person.awaiting = undefined;
      this.admissions.admitted(event.data, placeOf(recorded), Date.parse(metadata.decidedAt));
    } else if (event.type === 'AdmissionClosed') this.admissions.close(event.data.commandId, event.data.admissionId);
    else if (awaitsAdmission(event) && wasRegistered !== (event.type === 'DataSubjectRegistered'))
      person.awaiting ??= { commandId: metadata.correlationId, place: placeOf(recorded) };
    for (const keyId of keysIn(event)) if (!this.owners.has(keyId)) this.owners.set(keyId, person.subjectId);
    return late;
  }

  /** What was put on record for an admission that never came, when the whole log has been read. */
  unfollowedAtEnd(): FoundAt[] {
    return [...this.people.values()].flatMap((person) => this.unfollowed(person, undefined));
  }

  private personOf({ stream }: Recorded): Person {
    const subjectId = stream.slice(ledgerStreams.length);
    return this.people.get(subjectId) ?? new Person(subjectId);
  }

  private verdictFault(event: ProcessingAdmitted | ProcessingRefused, { ledger }: Person, recorded: Recorded): Found | undefined {
    return this.judge.canJudge(event.data) ? this.judge.faultOf(putIn(event, ledger), outcomeIn(event), event.data, recorded) : undefined;
  }

  private keyFaults(event: LedgerEvent, { subjectId }: Person): Found[] {
    return keysIn(event)
      .filter((keyId) => (this.owners.get(keyId) ?? subjectId) !== subjectId)
      .map((keyId) => ({ kind: 'ledger-broken', expected: 'a key of this person', recorded: `key ${keyId} of another` }));
  }

  private closingFaults(event: LedgerEvent, person: Person): Found[] {
    if (event.type !== 'AdmissionClosed') return [];
    const { commandId, admissionId } = event.data;
    if (this.admissions.isSettled(commandId))
      return [{ kind: 'ledger-broken', expected: 'used: its fact stands', recorded: 'closed as unused' }];
    const known = this.admissions.of(commandId, [person]);
    const isTheirs = known.some((one) => one.admissionId === admissionId && one.subjectId === person.subjectId);
    return isTheirs ? [] : [{ kind: 'ledger-broken', expected: 'an admission of the command', recorded: `admission ${admissionId}` }];
  }

  private sourceFaults({ controller, source }: { readonly controller: string; readonly source: string }): Found[] {
    const role = controller === company ? 'controller' : 'processor';
    if (declaresSource(this.norms.current.entries, role, source)) return [];
    return [
      { kind: 'observed-undeclared', expected: `declared for a ${role}`, recorded: `source ${source}`, law: 'GDPR art. 14(2)(f), 30(1)' },
    ];
  }

  private unfollowed(person: Person, nextCommand: string | undefined): FoundAt[] {
    const { awaiting, subjectId } = person;
    if (!awaiting || awaiting.commandId === nextCommand) return [];
    person.awaiting = undefined;
    const { place } = awaiting;
    return [{ kind: 'fact-without-admission', subjectId, expected: 'an admission in the same append', recorded: place.event, place }];
  }
}

const keysIn = (event: LedgerEvent): string[] =>
  event.type === 'DataSubjectRegistered' || event.type === 'KeysCommitted' ? event.data.keys.map(({ keyId }) => keyId) : [];
