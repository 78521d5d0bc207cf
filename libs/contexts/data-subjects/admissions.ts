import type { RequestedUse } from '@hjemmel/admission';
import { Grant, issueGrant } from '@hjemmel/admission/grant';
import { CommandContext, Decided, Decisions } from '@hjemmel/event-store';
import { Fault, Problem } from '@hjemmel/kernel';
import type { AdmitUses } from './admitting.decisions';
import { ledger, LedgerRefusal } from './decider';
import { AdmissionClosed, LedgerEvent, ProcessingRefused } from './events';
import { InForce } from './in-force';
import { Ledger, outcomeOf } from './state';

/** One person's part in a command. */
export interface AdmissionRequest extends Pick<
  AdmitUses,
  'subjectId' | 'act' | 'factStream' | 'registration' | 'relation' | 'consents' | 'refusals'
> {
  /** JSON Pointer to the person's line in the command, for the answer where it is refused. */
  readonly pointer: string;
  readonly isNew?: boolean;
  readonly keys?: AdmitUses['keys'];
  readonly uses: readonly RequestedUse[];
}

export interface Admitted {
  readonly subjectId: string;
  /** In the order of the uses asked for. */
  readonly grants: readonly Grant[];
  /** Position of the ledger's event. */
  readonly position: bigint;
}

/** Puts uses before the people's ledgers: admitted for all of a command, or refused by line and closed as unused for the rest. */
export class Admissions {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  /**
   * @throws Problem `processing-refused` (403) that names rule and article for each line; every refusal is in the log by then
   * @throws Problem `unknown-data-subject` (404)
   * @throws Problem `command-closed` (409) where an earlier run of the command was refused or broke off, and what it was admitted to is closed
   */
  async admit(requests: readonly AdmissionRequest[], context: CommandContext): Promise<Admitted[]> {
    const decided = await Promise.all(requests.map((request) => this.decide(request, context)));
    const faults = decided.flatMap((outcome, i) => faultsOf(requests[i]!, outcome, context));
    const ended = decided.some(({ state }) => outcomeOf(state, context.commandId).closed.length > 0);
    if (faults.length === 0 && !ended) return decided.map((outcome, i) => admittedOf(requests[i]!, outcome, context));
    await this.close(
      requests.map(({ subjectId }) => subjectId),
      'refused-elsewhere',
      context,
    );
    if (faults.length === 0) throw commandClosed();
    throw decided.every(({ refusal }) => refusal?.refused === 'unknown-subject') ? unknownSubject() : processingRefused(faults, decided);
  }

  /** Closes what a command was admitted to and did not do. */
  async close(subjectIds: readonly string[], because: AdmissionClosed['data']['because'], context: CommandContext): Promise<void> {
    await Promise.all(
      subjectIds.map((subjectId) =>
        this.decisions.run(ledger, { type: 'CloseAdmissions', subjectId, commandId: context.commandId, because }, context),
      ),
    );
  }

  private decide(request: AdmissionRequest, context: CommandContext): Promise<Outcome> {
    const { pointer: _, isNew = false, keys = [], ...asked } = request;
    const command: AdmitUses = {
      type: 'AdmitUses',
      ...asked,
      keys,
      commandId: context.commandId,
      norms: this.inForce.at(context.now),
      at: context.now,
    };
    return this.decisions.run(ledger, command, context, { isNew });
  }
}

type Outcome = Decided<Ledger, LedgerEvent, LedgerRefusal>;

function admittedOf({ subjectId, uses }: AdmissionRequest, { state, position }: Outcome, { commandId }: CommandContext): Admitted {
  const { admitted } = outcomeOf(state, commandId);
  const grants = uses.map((use, line) => {
    const admission = admitted[line];
    if (admission?.activity !== use.activity || admission.purpose !== use.purpose)
      throw new Error(`the ledger holds no admission under ${use.activity} for this command`);
    return issueGrant(subjectId, admission, admission.admissionId);
  });
  return { subjectId, grants, position };
}

function faultsOf(
  { pointer, subjectId }: AdmissionRequest,
  { state, refusal }: Outcome,
  { commandId }: CommandContext,
): (Fault & object)[] {
  if (!refusal) return [];
  if (refusal.refused === 'unknown-subject') return [{ pointer, rule: 'unknown-data-subject', detail: 'no such data subject' }];
  return outcomeOf(state, commandId).refused.map((refused) => ({ pointer, ...lineOf(refused), subjectId }));
}

const lineOf = ({ rule, legal, activity, purpose, refusalId }: ProcessingRefused['data']) => ({
  rule,
  legal,
  detail: `not admitted under ${activity} for ${purpose}`,
  activity,
  purpose,
  refusalId,
});

function processingRefused(faults: readonly Fault[], decided: readonly Outcome[]): Problem {
  const [first] = faults;
  const position = decided.reduce((latest, { position: at }) => (at > latest ? at : latest), -1n);
  return new Problem({
    type: '/problems/processing-refused',
    title: 'The use of personal data was refused',
    status: 403,
    detail: `${first!.rule}: ${first!.legal ?? 'no legal reference'}. The refusal is on record.`,
    rule: first!.rule,
    ...(first!.legal !== undefined && { legal: first!.legal }),
    errors: faults,
    position: String(position),
  });
}

const commandClosed = (): Problem =>
  new Problem({
    type: '/problems/command-closed',
    title: 'An earlier run of this command ended, and what it was admitted to is closed; send it anew under a new key',
    status: 409,
    rule: 'command-closed',
  });

export const unknownSubject = (): Problem =>
  new Problem({ type: '/problems/unknown-data-subject', title: 'No such data subject', status: 404, rule: 'unknown-data-subject' });
