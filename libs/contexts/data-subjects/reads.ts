import { admit, Ground, RefusalRule, RequestedUse, Verdict } from '@hjemmel/admission';
import { Grant, issueGrant } from '@hjemmel/admission/grant';
import { company } from '@hjemmel/contexts/processing-register/contract';
import { CommandContext, Decisions, envelopes, EventLog, Loaded } from '@hjemmel/event-store';
import { eventIdOf, newUuid } from '@hjemmel/kernel';
import type { Opened, SealedField, Vault } from '@hjemmel/vault';
import { ledger } from './decider';
import { ledgerOf, PersonalDataRead, PersonalDataReadNarrowed, readStreamOf } from './events';
import { InForce } from './in-force';
import { Ledger } from './state';

export interface FieldRequest {
  /** Name of the field in the record, for example `contact.email`. */
  readonly name: string;
  readonly field: SealedField;
  readonly use: Omit<RequestedUse, 'kind' | 'categories'>;
}

export type FieldAnswer = Opened | { readonly state: 'withheld'; readonly rule: RefusalRule; readonly legal: string };

interface Person {
  readonly subjectId: string;
  readonly use: RequestedUse;
  readonly fields: string[];
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
    const people = peopleOf(requests);
    const verdicts = await this.verdicts(people, context);
    const readId = newUuid();
    await this.record(readId, query, people, verdicts, context);
    const again = await this.verdicts(people, context);
    await this.narrow(readId, people, verdicts, again, context);
    // What the record withholds stays closed, even where a restriction was lifted in the meantime; what is opened is opened on the ground on record.
    const final = new Map(
      [...verdicts].map(([key, verdict]) => [key, verdict.admitted && !again.get(key)!.admitted ? again.get(key)! : verdict]),
    );
    return this.openFields(requests, people, final, readId);
  }

  private async verdicts(people: ReadonlyMap<string, Person>, { now }: CommandContext): Promise<Map<string, Verdict>> {
    const subjects = [...new Set([...people.values()].map(({ subjectId }) => subjectId))];
    const loaded = new Map<string, Loaded<Ledger>>();
    await Promise.all(subjects.map(async (id) => loaded.set(id, await this.decisions.load(ledger, ledgerOf(id)))));
    const statement = this.inForce.statementAt(now);
    const register = this.inForce.register();
    const judge = ({ subjectId, use }: Person): Verdict =>
      admit({
        standing: loaded.get(subjectId)!.state.standing,
        activity: register.get(use.activity),
        statement,
        use,
        at: now,
        company: company,
      });
    return new Map([...people].map(([key, person]) => [key, judge(person)]));
  }

  private async record(
    readId: string,
    query: string,
    people: ReadonlyMap<string, Person>,
    verdicts: ReadonlyMap<string, Verdict>,
    context: CommandContext,
  ) {
    const uses = new Map<string, { ground: Ground; subjects: ReadSubject[] }>();
    for (const [key, { subjectId, use: asked, fields }] of people) {
      const verdict = verdicts.get(key)!;
      if (!verdict.admitted) continue;
      const same = JSON.stringify(verdict.ground);
      const use = uses.get(same) ?? { ground: verdict.ground, subjects: [] };
      use.subjects.push({ subjectId, ...(asked.customer !== undefined && { customer: asked.customer }), fields });
      uses.set(same, use);
    }
    const event: PersonalDataRead = {
      type: 'PersonalDataRead',
      data: { readId, query, uses: [...uses.values()], withheld: withheldOf(people, verdicts) },
    };
    await this.append(event, context);
  }

  private async narrow(
    readId: string,
    people: ReadonlyMap<string, Person>,
    before: ReadonlyMap<string, Verdict>,
    after: ReadonlyMap<string, Verdict>,
    context: CommandContext,
  ): Promise<void> {
    const turned = new Map([...people].filter(([key]) => before.get(key)!.admitted && !after.get(key)!.admitted));
    if (turned.size === 0) return;
    await this.append({ type: 'PersonalDataReadNarrowed', data: { readId, withheld: withheldOf(turned, after) } }, context);
  }

  private async openFields(
    requests: readonly FieldRequest[],
    people: ReadonlyMap<string, Person>,
    verdicts: ReadonlyMap<string, Verdict>,
    readId: string,
  ): Promise<FieldAnswer[]> {
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
      return verdict.admitted ? byRequest.get(request)! : { state: 'withheld', rule: verdict.rule, legal: verdict.legal };
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

const keyOf = ({ field, use }: FieldRequest): string =>
  JSON.stringify([field.subjectId, use.activity, use.purpose, use.customer ?? '', use.exception ?? '']);

/** Fields of one person under one use are admitted together. */
function peopleOf(requests: readonly FieldRequest[]): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const request of requests) {
    const { name, field, use } = request;
    const known = people.get(keyOf(request));
    const categories = [...new Set([...(known?.use.categories ?? []), field.category])];
    const fields = [...new Set([...(known?.fields ?? []), name])];
    people.set(keyOf(request), { subjectId: field.subjectId, use: { ...use, kind: 'processing', categories }, fields });
  }
  return people;
}

const withheldOf = (people: ReadonlyMap<string, Person>, verdicts: ReadonlyMap<string, Verdict>): PersonalDataRead['data']['withheld'] =>
  [...people].flatMap(([key, { subjectId }]) => {
    const verdict = verdicts.get(key)!;
    return verdict.admitted ? [] : [{ subjectId, rule: verdict.rule, legal: verdict.legal }];
  });
