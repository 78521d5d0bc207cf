import { ledgerStreams, PersonalDataRead, readStreams } from '@hjemmel/contexts/data-subjects/events';
import type { Recorded } from '@hjemmel/kernel';
import { AdmissionsInUse, UsableAdmission } from './admissions-in-use';
import { clearDataIn } from './clear-data';
import { EventIds } from './event-ids';
import { faultsOfFact } from './facts';
import { fieldsIn } from './fields';
import { Finding, findingAt, Found, Place, placeOf } from './findings';
import { FoundAt, Ledgers } from './ledgers';
import { faultsOfNorm, presentationFaults } from './norm-checks';
import { declares, isNorm, NormHistory } from './norm-history';
import { Drift, Observed } from './observed';
import { ReadChecks } from './reads';
import { isObject } from './same';
import { Judge } from './verdicts';
import { Content, contentOf } from './walk';

/** What of the log is reported. What is known at any point is always built from the beginning. */
export interface ReplayScope {
  /** Only this person. */
  readonly person?: string;
  /** Only what was recorded from this instant on, and before that one. */
  readonly from?: Date;
  readonly until?: Date;
  /** Position in this log of one that an event names, given where that event stands, where the log is a copy with positions of its own. */
  readonly positionOf?: (named: bigint, at: bigint) => bigint;
}

/** How much was looked at; all but the events within the scope. */
export interface Counts {
  readonly events: number;
  readonly persons: number;
  readonly verdicts: number;
  readonly facts: number;
  readonly reads: number;
  /** Verdicts of rules of another version, which can't be reached once more, by that version. */
  readonly byOtherRules: Readonly<Record<string, number>>;
}

/** With its own place where another event than the one at hand shows it. */
type MaybeLate = Found & Partial<Pick<FoundAt, 'place'>>;

const UNUSED_AFTER_MS = 10 * 60_000;

/**
 * Replays a log, event by event in its order, and finds what is not as it must be: each verdict is reached once more by the rules, with
 * register, statement and agreements as they stood, and each fact, read and change is held to what stands before it.
 */
export class Replay {
  private readonly norms = new NormHistory();
  private readonly admissions = new AdmissionsInUse();
  private readonly ids = new EventIds();
  private readonly observed = new Observed();
  private readonly judge: Judge;
  private readonly ledgers: Ledgers;
  private readonly reads: ReadChecks;
  /** The last revision of each stream that is read whole: of norms, and of who read what. */
  private readonly revisions = new Map<string, bigint>();
  private readonly counted = { events: 0, verdicts: 0, facts: 0, reads: 0, byOtherRules: {} as Record<string, number> };
  private declaredAtEnd = this.norms.current.entries;

  constructor(private readonly scope: ReplayScope = {}) {
    this.judge = new Judge(this.norms, scope.positionOf);
    this.ledgers = new Ledgers(this.judge, this.norms, this.admissions);
    this.reads = new ReadChecks(this.judge, (subjectId) => this.ledgers.people.get(subjectId));
  }

  /** Takes the next event of the log. Gives what is wrong with it, and what it shows to be wrong with an earlier one. */
  take(recorded: Recorded): Finding[] {
    this.counted.events++;
    const subject = recorded.stream.startsWith(ledgerStreams) ? recorded.stream.slice(ledgerStreams.length) : undefined;
    const found = guarded(recorded, () => this.taken(recorded, subject));
    if (found.length === 0) return [];
    const place = placeOf(recorded);
    return found.flatMap((one) => {
      const whose = one.subjectId ?? subject;
      return this.reported({ ...one, ...(whose !== undefined && { subjectId: whose }) }, one.place ?? place);
    });
  }

  /** What only the end of the log shows. */
  finish(now: Date): Finding[] {
    const unused = this.admissions.unusedSince(now.getTime() - UNUSED_AFTER_MS).map(({ subjectId, place }): FoundAt => ({
      ...{ kind: 'admission-unused', subjectId, place },
      ...{ expected: 'its fact, or its closing', recorded: 'neither' },
    }));
    return [...this.ledgers.unfollowedAtEnd(), ...this.reads.unnarrowed(), ...unused].flatMap((one) => this.reported(one, one.place));
  }

  counts(): Counts {
    return { ...this.counted, persons: this.scope.person === undefined ? this.ledgers.people.size : 1 };
  }

  knows(subjectId: string): boolean {
    return this.ledgers.people.has(subjectId);
  }

  /** What the register declared at the end and nothing makes use of. A part of the people says nothing of it. */
  drift(): Drift[] {
    return this.scope.person === undefined ? this.observed.drift(this.declaredAtEnd) : [];
  }

  private reported({ place: _, ...found }: MaybeLate, place: Place): Finding[] {
    const { person } = this.scope;
    return this.isWithin(new Date(place.recordedAt)) && (person === undefined || found.subjectId === person)
      ? [findingAt(place, found)]
      : [];
  }

  private isWithin(recordedAt: Date): boolean {
    const { from, until } = this.scope;
    return (from === undefined || recordedAt >= from) && (until === undefined || recordedAt < until);
  }

  private readonly isAsked = (subjectId: string): boolean => this.scope.person === undefined || this.scope.person === subjectId;

  private taken(recorded: Recorded, subject: string | undefined): MaybeLate[] {
    const { stream, event, recordedAt } = recorded;
    const malformed = malformedIn(recorded);
    if (malformed) return [malformed];
    const isLooked = this.isWithin(recordedAt);
    const content = contentOf(event.data, publicTexts[event.type]);
    const found: MaybeLate[] = isLooked ? this.faultsOfAny(recorded, content) : [];
    if (isLooked && this.scope.person === undefined) for (const field of fieldsIn(event.type, content)) this.observed.field(field);
    if (subject !== undefined) found.push(...this.takenByLedger(recorded, content, isLooked && this.isAsked(subject)));
    else found.push(...this.takenElsewhere(recorded, content, isLooked));
    if (isNorm(stream)) {
      if (isLooked) found.push(...guarded(recorded, () => faultsOfNorm(recorded, this.norms)));
      this.norms.take(recorded);
      if (this.scope.until === undefined || recordedAt < this.scope.until) this.declaredAtEnd = this.norms.current.entries;
    }
    return found;
  }

  /** What must hold of every event, wherever it stands. */
  private faultsOfAny(recorded: Recorded, { texts }: Content): Found[] {
    const isRead = recorded.stream.startsWith(readStreams);
    const found = clearDataIn(texts, new Date(recorded.metadata.decidedAt));
    if (!isRead && !this.ids.isDerived(recorded))
      found.push({ kind: 'event-id-not-derived', expected: `an id of command ${recorded.metadata.correlationId}`, recorded: recorded.id });
    return found;
  }

  private takenByLedger(recorded: Recorded, { sealed }: Content, isLooked: boolean): MaybeLate[] {
    const found: MaybeLate[] = [];
    if (isLooked) {
      if (sealed.length > 0)
        found.push({ kind: 'ledger-broken', expected: 'no personal data', recorded: `a sealed field in ${sealed[0]!.path}` });
      const faults = this.ledgers.check(recorded);
      found.push(...faults.found);
      if (faults.rules !== undefined) this.countVerdict(faults.rules);
      this.observe(recorded);
    }
    return [...found, ...this.ledgers.take(recorded)];
  }

  private takenElsewhere(recorded: Recorded, content: Content, isLooked: boolean): Found[] {
    const { stream, event, metadata } = recorded;
    const found: Found[] = [];
    if (isNorm(stream) || stream.startsWith(readStreams)) found.push(...this.revisionFaults(recorded));
    if (stream.startsWith(readStreams)) {
      if (isLooked && event.type === 'PersonalDataRead') this.countRead(event as PersonalDataRead);
      return [...found, ...this.reads.take(recorded, this.isAsked)];
    }
    if (content.sealed.length > 0 || content.citations.length > 0) {
      if (isLooked) this.counted.facts++;
      found.push(
        ...faultsOfFact(recorded, content, {
          admissions: this.admissions,
          personOf: (subjectId) => this.ledgers.people.get(subjectId),
          ownerOf: (keyId) => this.ledgers.ownerOf(keyId),
          declares: (admission, category, field) => this.declares(admission, category, field, recorded.position),
        }),
      );
    }
    found.push(...presentationFaults(recorded, this.norms));
    const awaited = this.admissions.factStreamOf(metadata.correlationId);
    if (awaited === undefined ? content.citations.length > 0 : awaited === stream && !event.type.endsWith('Abandoned'))
      this.admissions.settle(metadata.correlationId);
    return found;
  }

  private declares({ activity, knownUpTo }: UsableAdmission, category: string, field: string, at: bigint): boolean {
    const { register } = knownUpTo === undefined ? this.norms.current : this.norms.upTo(this.judge.positionIn(knownUpTo, at), '').known;
    return declares(register.get(activity), category, field);
  }

  private revisionFaults({ stream, revision }: Recorded): Found[] {
    const expected = (this.revisions.get(stream) ?? -1n) + 1n;
    this.revisions.set(stream, revision);
    return revision === expected ? [] : [{ kind: 'stream-broken', expected: `revision ${expected}`, recorded: `revision ${revision}` }];
  }

  private observe({ event }: Recorded): void {
    if (this.scope.person !== undefined) return;
    if (event.type === 'ProcessingAdmitted') this.observed.use(event.data as Parameters<Observed['use']>[0]);
    if (event.type === 'DataSubjectRegistered') this.observed.source((event.data as { readonly source: string }).source);
  }

  private countRead({ data }: PersonalDataRead): void {
    const isOfAsked = [...data.uses.flatMap(({ subjects }) => subjects), ...data.withheld].some(({ subjectId }) => this.isAsked(subjectId));
    if (!isOfAsked) return;
    this.counted.reads++;
    if (!this.judge.canJudge(data)) this.countOther(data.rules ?? 1);
    if (this.scope.person === undefined) for (const { ground } of data.uses) this.observed.use(ground);
  }

  private countVerdict(rules: number): void {
    if (this.judge.canJudge({ rules })) this.counted.verdicts++;
    else this.countOther(rules);
  }

  private countOther(rules: number): void {
    this.counted.byOtherRules[rules] = (this.counted.byOtherRules[rules] ?? 0) + 1;
  }
}

/** Texts that are meant to be read by everybody; and the state in a summary, which repeats what stands before it or is told to differ. */
const publicTexts: Readonly<Record<string, readonly string[]>> = {
  PrivacyStatementPublished: ['texts'],
  ProcessingActivityDeclared: ['entry'],
  ProcessingActivityRevised: ['entry'],
  InterestBalanced: ['test'],
  RetentionRuleSet: ['rule'],
  LedgerSummarised: ['state'],
};

const brokenIn = (stream: string, expected: string, recorded: string): Found => ({
  kind: stream.startsWith(ledgerStreams) ? 'ledger-broken' : 'stream-broken',
  expected,
  recorded,
});

function malformedIn({ stream, event, metadata }: Recorded): Found | undefined {
  if (!isObject(event.data)) return brokenIn(stream, 'an object', 'no object');
  if (!isObject(metadata) || typeof metadata.correlationId !== 'string') return brokenIn(stream, 'the command in its metadata', 'none');
  return Number.isNaN(Date.parse(metadata.decidedAt)) ? brokenIn(stream, 'the instant of its decision', 'none') : undefined;
}

/** An event of whatever shape must not end the audit: where a part is not there, that is what is wrong with it. */
function guarded(recorded: Recorded, task: () => MaybeLate[]): MaybeLate[] {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return [brokenIn(recorded.stream, 'a whole event', `one that can't be read: ${error.message}`)];
  }
}
