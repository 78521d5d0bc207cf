import type { Recorded } from '@hjemmel/kernel';
import type { AdmissionsInUse, UsableAdmission } from './admissions-in-use';
import { sealedFields } from './fields';
import type { Found } from './findings';
import type { Person } from './person';
import type { Citation, Content, SealedAt } from './walk';

/** What the check of a fact asks of the rest of the replay. */
export interface FactContext {
  readonly admissions: AdmissionsInUse;
  readonly personOf: (subjectId: string) => Person | undefined;
  /** Whose ledger committed to a key. */
  readonly ownerOf: (keyId: string) => string | undefined;
  /** Whether the register, as it was known to an admission, declares a field for its activity. */
  readonly declares: (admission: UsableAdmission, category: string, field: string) => boolean;
}

/**
 * What is wrong with an event outside the ledgers that holds personal data or names admissions: each sealed field needs an admission of the
 * person whose key seals it, by the same command, earlier in the log, that covers what the field is, and that was not closed.
 */
export function faultsOfFact({ event, stream, metadata }: Recorded, { sealed, citations }: Content, context: FactContext): Found[] {
  const owners = sealed.map(({ keyId }) => (keyId === undefined ? undefined : context.ownerOf(keyId)));
  const people = [...new Set([...owners, ...citations.map(({ subjectId }) => subjectId)])]
    .map((subjectId) => (subjectId === undefined ? undefined : context.personOf(subjectId)))
    .filter((person) => person !== undefined);
  const fact = { type: event.type, stream, usable: context.admissions.of(metadata.correlationId, people) };
  const faulty = new Map(citations.map((citation) => [citation, citationFaults(withPerson(citation, sealed, owners), fact, context)]));
  const found = [
    ...[...faulty.values()].flat(),
    ...sealed.flatMap((at, i) => {
      // Where it cites wrongly, that is said already.
      const cited = at.citation !== undefined && faulty.get(at.citation)!.length > 0;
      return cited ? keyFaults(at, owners[i]) : sealedFaults(at, owners[i], fact, context);
    }),
  ];
  return onePerPerson(found);
}

/** Where an object names nobody beside its admissions, it is about the person under whose key its fields are sealed. */
function withPerson(citation: Citation, sealed: readonly SealedAt[], owners: readonly (string | undefined)[]): Citation {
  const owner = citation.subjectId ?? owners[sealed.findIndex((at) => at.citation === citation)];
  return owner === undefined ? citation : { ...citation, subjectId: owner };
}

interface Fact {
  readonly type: string;
  readonly stream: string;
  readonly usable: readonly UsableAdmission[];
}

const misused = (subjectId: string | undefined, expected: string, recorded: string): Found => ({
  kind: 'admission-misused',
  ...(subjectId !== undefined && { subjectId }),
  expected,
  recorded,
});

function citationFaults({ path, admissions, subjectId }: Citation, { usable, stream }: Fact, { personOf }: FactContext): Found[] {
  return admissions.flatMap((id): Found[] => {
    const admission = usable.find(({ admissionId }) => admissionId === id);
    if (!admission) return [notOfItsCommand(id, path, subjectId, usable, personOf)];
    if (subjectId !== undefined && admission.subjectId !== subjectId)
      return [misused(subjectId, `an admission of ${subjectId}`, `one of ${admission.subjectId} in ${path}`)];
    return placeFaults(admission, stream, path);
  });
}

/** Who has none by the command acted without; who has one and cites another made the wrong use of that. */
function notOfItsCommand(
  id: string,
  path: string,
  subjectId: string | undefined,
  usable: readonly UsableAdmission[],
  personOf: FactContext['personOf'],
): Found {
  const expected = 'an admission of its command';
  const hasOne = usable.some((one) => one.subjectId === subjectId);
  if (subjectId !== undefined && hasOne && isKnownOtherwise(id, personOf(subjectId)))
    return misused(subjectId, expected, `one of another command in ${path}`);
  const person = subjectId !== undefined && { subjectId };
  return { kind: 'fact-without-admission', ...person, expected, recorded: `admission ${id} in ${path}` };
}

const isKnownOtherwise = (id: string, person: Person | undefined): boolean =>
  person !== undefined && [...person.ledger.recent.values()].some(({ admitted }) => admitted.some(({ admissionId }) => admissionId === id));

function placeFaults({ subjectId, closed, factStream }: UsableAdmission, stream: string, path: string): Found[] {
  if (closed) return [misused(subjectId, 'an admission that stands', `one that was closed, in ${path}`)];
  return factStream !== undefined && factStream !== stream ? [misused(subjectId, `a fact in ${factStream}`, `one in ${stream}`)] : [];
}

function keyFaults({ path, keyId }: SealedAt, owner: string | undefined): Found[] {
  if (owner !== undefined) return [];
  return [{ kind: 'key-not-committed', expected: 'a key that a ledger committed to', recorded: `${keyId ?? 'no sealed form'} in ${path}` }];
}

function sealedFaults(at: SealedAt, owner: string | undefined, fact: Fact, context: FactContext): Found[] {
  const held = sealedFields(fact.type, at.path);
  const unknown: Found[] = held
    ? []
    : [{ kind: 'observed-field-unknown', ...(owner !== undefined && { subjectId: owner }), recorded: `${at.path} of ${fact.type}` }];
  if (owner === undefined) return [...keyFaults(at, owner), ...unknown];
  const theirs = fact.usable.filter(({ subjectId }) => subjectId === owner);
  if (theirs.length === 0)
    return [
      { kind: 'fact-without-admission', subjectId: owner, expected: 'an admission of its command', recorded: `none, for ${at.path}` },
    ];
  const cited = at.citation ? theirs.filter(({ admissionId }) => at.citation!.admissions.includes(admissionId)) : theirs;
  if (cited.length === 0) return [misused(owner, `an admission of ${owner}`, `another person’s, for ${at.path}`)];
  const standing = cited.filter((admission) => placeFaults(admission, fact.stream, at.path).length === 0);
  if (standing.length === 0) return placeFaults(cited[0]!, fact.stream, at.path);
  if (!held) return unknown;
  const covering = standing.filter(({ categories }) => categories.includes(held.category));
  if (covering.length === 0) return [misused(owner, `an admission that covers ${held.category}`, `none, for ${at.path}`)];
  const undeclared = held.fields.filter((field) => !covering.some((admission) => context.declares(admission, held.category, field)));
  return undeclared.map((field) => ({
    kind: 'observed-undeclared',
    subjectId: owner,
    expected: `declared for ${covering.map(({ activity }) => activity).join(', ')}`,
    recorded: `field ${held.category}.${field}`,
  }));
}

/** An order has many fields: what is wrong with all of them of one person is told once. */
function onePerPerson(found: readonly Found[]): Found[] {
  const told = new Map<string, Found>();
  for (const one of found) {
    const key = one.kind.startsWith('observed') ? JSON.stringify(one) : `${one.kind} ${one.subjectId ?? one.recorded ?? ''}`;
    if (!told.has(key)) told.set(key, one);
  }
  return [...told.values()];
}
