import { admit, Ground, Norms, questionOf, RefusalRule, RequestedUse, RULES_VERSION, Verdict } from '@hjemmel/admission';
import { Grant, issueGrant } from '@hjemmel/admission/grant';
import { CommandContext, Decisions, envelopes, EventLog, Loaded } from '@hjemmel/event-store';
import { eventIdOf, newUuid } from '@hjemmel/kernel';
import type { BlobRequest, Opened, OpenedBlob, SealedField, Vault } from '@hjemmel/vault';
import { ledger } from './decider';
import { ledgerOf, PersonalDataRead, PersonalDataReadNarrowed, readStreamOf, Withheld } from './events';
import { InForce } from './in-force';
import { Ledger } from './state';

interface Requested<F> {
  /** Name of the field in the record, for example `contact.email`. */
  readonly name: string;
  readonly field: F;
  readonly use: Omit<RequestedUse, 'kind' | 'categories'>;
}
export type FieldRequest = Requested<SealedField>;
/** What stands outside the log is a field as well, for example `photo`. */
export type BlobFieldRequest = Requested<BlobRequest>;
type AnyRequest = Requested<{ readonly subjectId: string; readonly category: string }>;

interface FieldWithheld {
  readonly state: 'withheld';
  readonly rule: RefusalRule;
  readonly legal: string;
}
export type FieldAnswer = Opened | FieldWithheld;
export type BlobAnswer = OpenedBlob | FieldWithheld;

interface Person {
  readonly subjectId: string;
  readonly use: RequestedUse;
  readonly fields: string[];
}

/** What the rules said of each use, measured against which norms, where each person's ledger stood. */
interface Judgement {
  readonly norms: Norms;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly revisions: ReadonlyMap<string, bigint>;
}

/** The record of reading stands: what it lets be opened, by person and use. */
interface OnRecord {
  readonly readId: string;
  readonly people: ReadonlyMap<string, Person>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly keyOf: (request: AnyRequest) => string;
}

/**
 * Staff reading a person's data is a use like any other: admitted against the person's standing, and on record before a field is
 * opened. The standing is looked at once more after the record stands, so that a restriction that came first is never read past.
 */
export class Reads {
  constructor(
    private readonly log: EventLog,
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
    private readonly vault: Vault,
  ) {}

  /** The fields' answers, in order. */
  async open(query: string, requests: readonly FieldRequest[], context: CommandContext): Promise<FieldAnswer[]> {
    if (requests.length === 0) return [];
    return this.openFields(requests, await this.admitted(query, requests, context));
  }

  /** A blob's answer; it is on record before a byte is asked of the store. @throws BlobMissing, CannotOpen, BlobStoreUnavailable */
  async openBlob(query: string, request: BlobFieldRequest, context: CommandContext): Promise<BlobAnswer> {
    const { readId, verdicts, keyOf } = await this.admitted(query, [request], context);
    const verdict = verdicts.get(keyOf(request))!;
    if (!verdict.admitted) return closed(verdict);
    return this.vault.openBlob(issueGrant(request.field.subjectId, verdict.ground, readId), request.field);
  }

  /** What may be opened, after the record of it stands. */
  private async admitted(query: string, requests: readonly AnyRequest[], context: CommandContext): Promise<OnRecord> {
    const known = await this.ledgersOf(requests);
    const keyOf = (request: AnyRequest): string => keyUnder(known, request);
    const people = peopleOf(requests, keyOf);
    const judged = this.judge(people, known, context);
    const readId = newUuid();
    await this.record(readId, query, people, judged, context);
    const again = this.judge(people, await this.ledgersOf(requests), context);
    await this.narrow(readId, people, judged, again, context);
    // What the record withholds stays closed, even where a restriction was lifted in the meantime; what is opened is opened on the ground on record.
    const verdicts = new Map(
      [...judged.verdicts].map(([key, verdict]) => {
        const later = again.verdicts.get(key)!;
        return [key, verdict.admitted && !later.admitted ? later : verdict];
      }),
    );
    return { readId, people, verdicts, keyOf };
  }

  private async ledgersOf(requests: readonly AnyRequest[]): Promise<Ledgers> {
    const subjects = [...new Set(requests.map(({ field }) => field.subjectId))];
    return new Map(await Promise.all(subjects.map(async (id) => [id, await this.decisions.load(ledger, ledgerOf(id))] as const)));
  }

  private judge(people: ReadonlyMap<string, Person>, ledgers: Ledgers, { now }: CommandContext): Judgement {
    const norms = this.inForce.at(now);
    return {
      norms,
      verdicts: new Map(
        [...people].map(([key, { subjectId, use }]) => [key, admit(questionOf(norms, ledgers.get(subjectId)!.state.standing, use, now))]),
      ),
      revisions: new Map([...ledgers].map(([subjectId, { revision }]) => [subjectId, revision])),
    };
  }

  private async record(
    readId: string,
    query: string,
    people: ReadonlyMap<string, Person>,
    judged: Judgement,
    context: CommandContext,
  ): Promise<void> {
    const uses = new Map<string, { ground: Ground; subjects: ReadSubject[] }>();
    for (const [key, person] of people) {
      const verdict = judged.verdicts.get(key)!;
      if (!verdict.admitted) continue;
      const same = JSON.stringify(verdict.ground);
      const use = uses.get(same) ?? { ground: verdict.ground, subjects: [] };
      use.subjects.push({ ...readOf(person, judged), fields: person.fields });
      uses.set(same, use);
    }
    const data = { readId, query, uses: [...uses.values()], withheld: withheldOf(people, judged), ...judgedBy(judged) };
    await this.append({ type: 'PersonalDataRead', data }, context);
  }

  private async narrow(
    readId: string,
    people: ReadonlyMap<string, Person>,
    before: Judgement,
    after: Judgement,
    context: CommandContext,
  ): Promise<void> {
    const turned = [...people].filter(([key]) => before.verdicts.get(key)!.admitted && !after.verdicts.get(key)!.admitted);
    if (turned.length === 0) return;
    const data = { readId, withheld: withheldOf(new Map(turned), after), ...judgedBy(after) };
    await this.append({ type: 'PersonalDataReadNarrowed', data }, context);
  }

  private async openFields(requests: readonly FieldRequest[], { readId, people, verdicts, keyOf }: OnRecord): Promise<FieldAnswer[]> {
    const grants = new Map<string, Grant>();
    for (const [key, { subjectId }] of people) {
      const verdict = verdicts.get(key)!;
      if (verdict.admitted) grants.set(key, issueGrant(subjectId, verdict.ground, readId));
    }
    const readable = requests.flatMap((request) => {
      const grant = grants.get(keyOf(request));
      return grant ? [{ request, grant, field: request.field }] : [];
    });
    const opened = await this.vault.open(readable);
    const byRequest = new Map(readable.map(({ request }, i) => [request, opened[i]!]));
    return requests.map((request) => {
      const verdict = verdicts.get(keyOf(request))!;
      return verdict.admitted ? byRequest.get(request)! : closed(verdict);
    });
  }

  private append(event: PersonalDataRead | PersonalDataReadNarrowed, context: CommandContext) {
    const stream = readStreamOf(context.actor.id, context.now);
    // By the read and not by the command: the log would take a second answer under one command for a repeat and keep no record of it.
    const id = eventIdOf(event.data.readId, stream, event.type);
    return this.log.append(
      stream,
      envelopes(stream, [event], context).map((envelope) => ({ ...envelope, id })),
      'any',
    );
  }
}

type ReadSubject = PersonalDataRead['data']['uses'][number]['subjects'][number];

/** By person, as they stood when the use was judged. */
type Ledgers = ReadonlyMap<string, Loaded<Ledger>>;

/**
 * All that a use is judged by: what one request may do is not opened to another that may not. What is erased is asked for by itself, so that it does not
 * keep back what is there.
 */
function keyUnder(ledgers: Ledgers, { field, use: { activity, purpose, customer, exception, recipient, matching } }: AnyRequest): string {
  const { erasedCategories = [] } = ledgers.get(field.subjectId)!.state.standing;
  const gone = erasedCategories.some((category) => category === field.category);
  return JSON.stringify([field.subjectId, activity, purpose, customer ?? '', exception ?? '', recipient ?? '', matching ?? '', gone]);
}

/** What is erased answers so from the moment the ledger says it, whether or not the key is gone yet. */
const closed = ({ rule, legal }: Extract<Verdict, { admitted: false }>): FieldWithheld | { readonly state: 'erased' } =>
  rule === 'erased' ? { state: 'erased' } : { state: 'withheld', rule, legal };

/** Fields of one person under one use are admitted together. */
function peopleOf(requests: readonly AnyRequest[], keyOf: (request: AnyRequest) => string): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const request of requests) {
    const { name, field, use } = request;
    const key = keyOf(request);
    const known = people.get(key);
    const categories = [...new Set([...(known?.use.categories ?? []), field.category])];
    const fields = [...new Set([...(known?.fields ?? []), name])];
    people.set(key, { subjectId: field.subjectId, use: { ...use, kind: 'processing', categories }, fields });
  }
  return people;
}

const judgedBy = ({ norms }: Judgement) => ({ rules: RULES_VERSION, knownUpTo: norms.knownUpTo });

const readOf = ({ subjectId, use }: Person, { revisions }: Judgement) => ({
  subjectId,
  ...(use.customer !== undefined && { customer: use.customer }),
  ledgerRevision: String(revisions.get(subjectId)),
});

const withheldOf = (people: ReadonlyMap<string, Person>, judged: Judgement): Withheld[] =>
  [...people].flatMap(([key, person]) => {
    const verdict = judged.verdicts.get(key)!;
    if (verdict.admitted) return [];
    const { activity, purpose, categories } = person.use;
    const use = { activity, purpose, categories, ...askedBesides(person.use) };
    return [{ ...readOf(person, judged), ...use, rule: verdict.rule, legal: verdict.legal }];
  });

/** What a ground would cite; a refusal has none, and who replays it must put the same question. */
function askedBesides({ exception, recipient, matching }: RequestedUse): Pick<Withheld, 'asked'> {
  if (!exception && !recipient && !matching) return {};
  return { asked: { ...(exception && { exception }), ...(recipient && { recipient }), ...(matching && { matching }) } };
}
