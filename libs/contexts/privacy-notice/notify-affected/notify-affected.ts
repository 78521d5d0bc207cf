import type { Admissions, Admitted } from '@hjemmel/contexts/data-subjects/contract';
import type { Outbox } from '@hjemmel/contexts/outbox/contract';
import type { CommandContext, Decisions } from '@hjemmel/event-store';
import { Actor, Clock, derivedUuid, Problem } from '@hjemmel/kernel';
import type { SealedField, Vault } from '@hjemmel/vault';
import { notification, notificationPlan, NotificationCommand } from '../notification';
import type { StatementVersion } from '../statements';
import { letterOf, template } from './template';

export interface DueNotification {
  readonly id: string;
  readonly version: string;
  readonly subjectId: string;
  readonly dueAt: string;
  /** Where the person's address stands, sealed; none where nobody gave one. */
  readonly email: SealedField | undefined;
}

/** What the process reads: read models, which may lag behind; the decisions are taken on the log. */
export interface NotificationStore {
  /** Material versions whose notifications are not all queued, of which the read models know everybody who was there at publication. */
  unplanned(): Promise<readonly StatementVersion[]>;
  /** How many persons the company knew as controller when the version was published. */
  affected(version: StatementVersion): Promise<number>;
  /** The next of them without a notification, by pseudonym. */
  unqueued(version: StatementVersion, behind: string, limit: number): Promise<readonly string[]>;
  due(now: Date, behind: { readonly dueAt: string; readonly id: string } | undefined, limit: number): Promise<readonly DueNotification[]>;
  find(version: string): Promise<StatementVersion | undefined>;
}

type Grant = Admitted['grants'][number];

export interface NotifierParts {
  readonly store: NotificationStore;
  readonly decisions: Decisions;
  readonly admissions: Admissions;
  readonly vault: Pick<Vault, 'open'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Of this process: two workers never take each other's claims for their own. */
  readonly workerId: string;
  readonly publicUrl?: string;
}

const BATCH = 50;
const notifier: Actor = { id: 'notifier', role: 'system' };

/** One round: everybody affected by a material version gets a notification, and what is due is sent. Gives how many messages went out. */
export async function notifyAffected(parts: NotifierParts): Promise<number> {
  for (const version of await parts.store.unplanned()) await plan(parts, version);
  const now = parts.clock.now();
  let sent = 0;
  let behind: { dueAt: string; id: string } | undefined;
  for (;;) {
    const batch = await parts.store.due(now, behind, BATCH);
    for (const outcome of await Promise.all(batch.map((due) => deliver(parts, due)))) if (outcome) sent++;
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return sent;
    behind = { dueAt: last.dueAt, id: last.id };
  }
}

/** Queueing twice changes nothing, so a round that broke off is simply made again. */
async function plan({ store, decisions, clock }: NotifierParts, version: StatementVersion): Promise<void> {
  const now = clock.now();
  for (let behind = ''; ;) {
    const batch = await store.unqueued(version, behind, BATCH);
    await Promise.all(
      batch.map((subjectId) => {
        const context = contextOf(derivedUuid('queue-notification', version.version, subjectId), now);
        const command: NotificationCommand = { type: 'Queue', version: version.version, subjectId, at: now };
        return decisions.run(notification, command, context, { isNew: true });
      }),
    );
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) break;
    behind = last;
  }
  const context = contextOf(derivedUuid('plan-notifications', version.version), now);
  const affected = await store.affected(version);
  await decisions.run(notificationPlan, { type: 'Plan', version: version.version, affected, at: now }, context);
}

const contextOf = (commandId: string, now: Date): CommandContext => ({ commandId, actor: notifier, now });

/** Claims, has the opening of the address admitted, opens, hands over, and says what became of it. */
async function deliver(parts: NotifierParts, due: DueNotification): Promise<boolean> {
  const { decisions, clock, workerId } = parts;
  const { version, subjectId } = due;
  const person = { version, subjectId };
  const now = clock.now();
  const claim = contextOf(derivedUuid('claim-notification', workerId, version, subjectId, now.toISOString()), now);
  const { events, state } = await decisions.run(notification, { type: 'Attempt', ...person, at: now }, claim);
  if (events[0]?.type !== 'StatementNotificationAttempted') return false;
  const attempt = state.attempts;
  const context = contextOf(derivedUuid('notify', version, subjectId, String(attempt)), now);
  const outcome = await attempted(parts, due, context);
  const { refusal } = await decisions.run(notification, { ...outcome, ...person, attempt, at: clock.now() }, context);
  if (refusal) throw new Error(`the notification of a version was refused: ${refusal.refused}`);
  return outcome.type === 'RecordSent';
}

type Outcome =
  | Pick<Extract<NotificationCommand, { type: 'RecordSent' }>, 'type' | 'messageId' | 'admission' | 'template' | 'transport'>
  | Pick<Extract<NotificationCommand, { type: 'RecordFailure' }>, 'type' | 'reason' | 'permanent'>
  | Pick<Extract<NotificationCommand, { type: 'Withhold' }>, 'type' | 'rule' | 'legal'>;

async function attempted(parts: NotifierParts, due: DueNotification, context: CommandContext): Promise<Outcome> {
  const { store, vault, outbox, publicUrl } = parts;
  if (!due.email) return { type: 'RecordFailure', reason: 'no-address', permanent: true };
  const statement = await store.find(due.version);
  if (!statement) return { type: 'RecordFailure', reason: 'version-not-read-yet', permanent: false };
  const admitted = await admission(parts, due.subjectId, context);
  if ('type' in admitted) return admitted;
  const [address] = await vault.open([{ grant: admitted.grant, field: due.email }]);
  if (address?.state !== 'open') return { type: 'Withhold', rule: 'erased', legal: 'GDPR art. 17(1)' };
  const messageId = derivedUuid('statement-changed', due.version, due.subjectId);
  const delivery = await outbox.deliver({ id: messageId, to: address.text, ...letterOf(statement, publicUrl) });
  if (!delivery.delivered) return { type: 'RecordFailure', reason: delivery.reason, permanent: delivery.permanent };
  return { type: 'RecordSent', messageId, admission: admitted.grant.recordId, template, transport: delivery.transport };
}

/**
 * To inform of a change is a duty (GDPR art. 13(3), 14(4)), carried by C-3. It is none of the four exceptions of art. 18(2): the address of a person
 * whose data is restricted stays closed, and why is on record.
 */
async function admission(
  { admissions }: NotifierParts,
  subjectId: string,
  context: CommandContext,
): Promise<{ readonly grant: Grant } | Outcome> {
  try {
    const [admitted] = await admissions.admit(
      [
        {
          subjectId,
          pointer: '',
          act: 'NotifyOfStatement',
          uses: [{ kind: 'processing', activity: 'C-3', purpose: 'rights-requests', categories: ['subject.contact'] }],
        },
      ],
      context,
    );
    return { grant: admitted!.grants[0]! };
  } catch (error) {
    if (!(error instanceof Problem) || error.problem.type !== '/problems/processing-refused') throw error;
    return { type: 'Withhold', rule: error.problem.rule ?? 'refused', legal: error.problem.legal ?? '' };
  }
}
