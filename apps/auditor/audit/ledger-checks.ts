import { isUsedAtOnce } from '@hjemmel/contexts/data-subjects/admitting.decisions';
import { ledger } from '@hjemmel/contexts/data-subjects/decider';
import type { LedgerEvent, ProcessingAdmitted, ProcessingRefused } from '@hjemmel/contexts/data-subjects/events';
import { liftingReasons, objectionKinds, overrulingGrounds, restrictionGrounds } from '@hjemmel/contexts/data-subjects/events';
import { evolve, Ledger, outcomeOf, summary } from '@hjemmel/contexts/data-subjects/state';
import { decide, derivedUuid, Recorded } from '@hjemmel/kernel';
import { differenceFrom } from './decided';
import type { Found } from './findings';
import { commandBehind, DecidedAlone, kindOf } from './ledger-commands';
import type { Person } from './person';
import { differingPaths, isSame } from './same';
import { groundIn, Outcome, Put } from './verdicts';

type Of<T extends LedgerEvent['type']> = Extract<LedgerEvent, { readonly type: T }>;
const broken = (expected: string, recorded: string): Found => ({ kind: 'ledger-broken', expected, recorded });

/** What must hold of the place where any event stands in a ledger. */
export function faultsOfPlace(person: Person, { event, revision }: Recorded): Found[] {
  const faults: Found[] = [];
  const { subjectId } = event.data as { readonly subjectId?: unknown };
  if (Number(revision) !== person.revision + 1) faults.push(broken(`revision ${person.revision + 1}`, `revision ${revision}`));
  if (subjectId !== person.subjectId) faults.push(broken(`subject ${person.subjectId}`, 'another subject'));
  if (!types.has(event.type)) faults.push(broken('a type that ledgers have', event.type));
  else if (!person.ledger.registered && !withoutRegistration.has(event.type))
    faults.push(broken('a registration before it', `${event.type} before any registration`));
  return faults;
}

const withoutRegistration: ReadonlySet<string> = new Set(['DataSubjectRegistered', 'ProcessingRefused']);

type Check<T extends LedgerEvent['type']> = (event: Of<T>, person: Person, recorded: Recorded) => readonly (Found | undefined)[];

const decidedAlone = (event: DecidedAlone, { ledger: state }: Person): (Found | undefined)[] => [
  differenceFrom(decide(ledger, commandBehind(event), state), event, kindOf[event.type]),
  unknownWord(event),
];

/** The routes let nothing in but words of closed lists; the ledger itself does not look at them. */
function unknownWord({ type, data }: DecidedAlone): Found | undefined {
  const one = (of: readonly string[], word: string): Found | undefined =>
    of.includes(word) ? undefined : { kind: kindOf[type], expected: of.join(' or '), recorded: word };
  if (type === 'ProcessingRestricted') return one(restrictionGrounds, data.ground);
  if (type === 'RestrictionLiftAnnounced' || type === 'RestrictionLifted') return one(liftingReasons, data.because);
  if (type === 'ObjectionReceived') return one(objectionKinds, data.kind);
  return type === 'ObjectionOverruled' ? one(overrulingGrounds, data.grounds) : undefined;
}

/** One row for each type of event: what must hold of it besides its place and its verdict, given the ledger before it. */
const checks: { readonly [T in LedgerEvent['type']]: Check<T> } = {
  DataSubjectRegistered: (_, { ledger: { registered } }) => [registered ? broken('one registration', 'a second one') : undefined],
  RelationRecorded: () => [],
  KeysCommitted: () => [],
  ProcessingAdmitted: (event, person, recorded) => admittedFaults(event, person, recorded),
  ProcessingRefused: (event, person, recorded) => refusedFaults(event, person, recorded),
  AdmissionClosed: ({ data }, { ledger: state }) => [
    outcomeOf(state, data.commandId).closed.includes(data.admissionId) ? broken('closed once', 'closed once more') : undefined,
  ],
  ConsentGiven: (event, person, { metadata }) => [
    withoutEvidence(event, person.ledger, metadata.correlationId),
    'signal' in event.data
      ? { kind: 'consent-broken', expected: 'a choice', recorded: 'given by a signal', law: 'GDPR art. 4(11)' }
      : undefined,
    consentIdFault(event, person, metadata.correlationId),
  ],
  ConsentRefused: (event, person, { metadata }) => [
    withoutEvidence(event, person.ledger, metadata.correlationId),
    consentIdFault(event, person, metadata.correlationId),
    person.ledger.standing.consents[event.data.purpose] === undefined
      ? undefined
      : { kind: 'consent-broken', expected: 'no answer before it', recorded: 'a refusal over an answer' },
  ],
  ConsentWithdrawn: (event, person) => [...decidedAlone(event, person), harderThanGiving(event, person)],
  DisclosureMade: decidedAlone,
  ProcessingRestricted: decidedAlone,
  RestrictionLiftAnnounced: decidedAlone,
  RestrictionLifted: decidedAlone,
  RelationEnded: decidedAlone,
  RetentionPeriodBegan: decidedAlone,
  ObjectionReceived: decidedAlone,
  ObjectionUpheld: decidedAlone,
  ObjectionOverruled: decidedAlone,
  ObjectionWithdrawn: decidedAlone,
  DataErased: decidedAlone,
  LedgerSummarised: (event, person, { stream }) => [summaryFault(event, person, stream)],
};

const types: ReadonlySet<string> = new Set(Object.keys(checks));

export const isLedgerEvent = (event: Recorded['event']): event is LedgerEvent => types.has(event.type);

export function faultsOfEvent(event: LedgerEvent, person: Person, recorded: Recorded): Found[] {
  const check = checks[event.type] as Check<LedgerEvent['type']>;
  return check(event, person, recorded).filter((found) => found !== undefined);
}

function admittedFaults({ data }: ProcessingAdmitted, person: Person, { metadata }: Recorded): (Found | undefined)[] {
  const { admitted } = outcomeOf(person.ledger, data.commandId);
  const id = derivedUuid('admission', data.commandId, person.subjectId, String(admitted.length));
  return [
    ofItsCommand(data.commandId, metadata),
    outcomeFault('admitted', data.commandId, person),
    data.admissionId === id
      ? undefined
      : { kind: 'event-id-not-derived', expected: `admission ${id}`, recorded: `admission ${data.admissionId}` },
  ];
}

/** Lines that were admitted leave no trace in a refusal, so that its lines may have gaps. */
const LINES = 64;

function refusedFaults({ data }: ProcessingRefused, person: Person, { metadata }: Recorded): (Found | undefined)[] {
  const { commandId, refusalId, asked } = data;
  const lines = Array.from({ length: LINES }, (_, line) => line);
  const isDerived = lines.some((line) => derivedUuid('refusal', commandId, person.subjectId, String(line)) === refusalId);
  return [
    ofItsCommand(commandId, metadata),
    outcomeFault('refused', commandId, person),
    isDerived ? undefined : { kind: 'event-id-not-derived', expected: 'a refusal’s id', recorded: `refusal ${refusalId}` },
    asked.controller !== undefined && person.ledger.registered
      ? broken('the controller on record', 'a controller brought along for a person who is known')
      : undefined,
  ];
}

const ofItsCommand = (commandId: string, { correlationId }: Recorded['metadata']): Found | undefined =>
  commandId === correlationId ? undefined : broken(`command ${correlationId}`, `command ${commandId}`);

/** A command is admitted or refused, in one append: what comes to it later, or beside it, is not of it. */
function outcomeFault(outcome: 'admitted' | 'refused', commandId: string, { ledger: state, lastCommand }: Person): Found | undefined {
  const { admitted, refused, closed } = outcomeOf(state, commandId);
  const other = outcome === 'admitted' ? refused : admitted;
  const earlier = admitted.length + refused.length + closed.length;
  if (other.length > 0) return broken('one outcome of a command', 'admitted and refused');
  return earlier > 0 && (lastCommand !== commandId || closed.length > 0)
    ? broken('one outcome of a command', 'one more, later')
    : undefined;
}

function withoutEvidence({ type }: Of<'ConsentGiven' | 'ConsentRefused'>, state: Ledger, commandId: string): Found | undefined {
  const evidenced = outcomeOf(state, commandId).admitted.some(({ purpose }) => isUsedAtOnce(purpose));
  return evidenced
    ? undefined
    : { kind: 'consent-broken', expected: 'an admission to keep its evidence', recorded: type, law: 'GDPR art. 7(1)' };
}

function consentIdFault({ data }: Of<'ConsentGiven' | 'ConsentRefused'>, { subjectId }: Person, commandId: string): Found | undefined {
  const id = derivedUuid('consent', commandId, subjectId, data.purpose);
  return data.consentId === id ? undefined : { kind: 'consent-broken', expected: `consent ${id}`, recorded: `consent ${data.consentId}` };
}

function harderThanGiving({ data: { purpose, steps } }: Of<'ConsentWithdrawn'>, { ledger: { choices } }: Person): Found | undefined {
  const stepsToGive = Object.hasOwn(choices, purpose) ? choices[purpose]?.stepsToGive : undefined;
  if (stepsToGive === undefined || steps <= stepsToGive) return undefined;
  return { kind: 'consent-broken', expected: `at most ${stepsToGive} steps`, recorded: `${steps} steps`, law: 'GDPR art. 7(3)' };
}

/** One of another fold is passed over by the program as well, and can't be compared. */
function summaryFault({ data }: Of<'LedgerSummarised'>, { ledger: state }: Person, stream: string): Found | undefined {
  const expected = summary.of(state, stream).data;
  if (data.fold !== expected.fold || isSame(data, expected)) return undefined;
  const paths = differingPaths(expected.state, data.state);
  return { kind: 'summary-differs', expected: 'the fold of what precedes it', recorded: `another ${paths.join(', ')}` };
}

/** What the rules were asked for by an admission or refusal, and where the person stood then. */
export function putIn({ type, data }: ProcessingAdmitted | ProcessingRefused, state: Ledger): Put {
  const { activity, purpose, categories } = data;
  if (type === 'ProcessingAdmitted') {
    const { asked, recipient, exception } = data;
    const use = { activity, purpose, categories, ...asked, ...(recipient && { recipient }), ...(exception && { exception }) };
    return { standing: state.standing, use };
  }
  const { controller: _, relation: _relation, ...asked } = data.asked;
  return { standing: broughtAlong(state, data).standing, use: { activity, purpose, categories, ...asked } };
}

/** A refusal leaves nothing of what the command brought with it in the ledger; the verdict rested on it all the same. */
function broughtAlong(state: Ledger, { subjectId, asked: { controller, relation } }: ProcessingRefused['data']): Ledger {
  if (controller !== undefined && !state.registered) {
    const relations = relation ? [relation] : [];
    return evolve(state, { type: 'DataSubjectRegistered', data: { subjectId, controller, source: '', relations, keys: [] } });
  }
  return relation ? evolve(state, { type: 'RelationRecorded', data: { subjectId, ...relation } }) : state;
}

export const outcomeIn = ({ type, data }: ProcessingAdmitted | ProcessingRefused): Outcome =>
  type === 'ProcessingAdmitted'
    ? { admitted: true, ground: groundIn(data) }
    : { admitted: false, rule: data.rule, legal: data.legal, cited: data.statement ? { statement: data.statement } : {} };

/** Whether something is put on record for the sake of an admission in the same append. */
export const awaitsAdmission = ({ type }: LedgerEvent): boolean =>
  type === 'DataSubjectRegistered' || type === 'RelationRecorded' || type === 'KeysCommitted';
