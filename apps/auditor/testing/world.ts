import { randomBytes } from 'node:crypto';
import { admit, questionOf, RequestedUse, RULES_VERSION, Verdict } from '@hjemmel/admission';
import { AdmissionRequest, Admissions, Admitted } from '@hjemmel/contexts/data-subjects/admissions';
import { ledger, LedgerCommand } from '@hjemmel/contexts/data-subjects/decider';
import { ledgerOf, PersonalDataRead, PersonalDataReadNarrowed, readStreamOf } from '@hjemmel/contexts/data-subjects/events';
import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { ordering } from '@hjemmel/contexts/orders/decider';
import { OrderPlaced, orderStream } from '@hjemmel/contexts/orders/events';
import { privacyNotice } from '@hjemmel/contexts/privacy-notice/decider';
import { publishStatement } from '@hjemmel/contexts/privacy-notice/publish-statement/publish-statement.command';
import { seedCoverage } from '@hjemmel/contexts/privacy-notice/seed/seed-coverage';
import { statement20231220 } from '@hjemmel/contexts/privacy-notice/seed/statement-2023-12-20';
import { processingAgreement } from '@hjemmel/contexts/processing-register/agreements/decider';
import { consentWordings } from '@hjemmel/contexts/processing-register/consent-wordings/consent-wordings';
import { declareActivities, knownParts } from '@hjemmel/contexts/processing-register/declare-activities/declare-activities.command';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { company } from '@hjemmel/contexts/processing-register/events';
import { retentionRule } from '@hjemmel/contexts/processing-register/retention/decider';
import { seedActivities } from '@hjemmel/contexts/processing-register/seed/activities';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import { CommandContext, Decided, Decisions, envelopes, EventLog } from '@hjemmel/event-store';
import { Actor, Clock, Decider, DomainEvent, eventIdOf, newPseudonym, newUuid } from '@hjemmel/kernel';

export const customer = '334115739';
export const officer: Actor = { id: 'anne', role: 'privacy-officer' };
const installer: Actor = { id: 'first-start', role: 'system' };
const shop: Actor = { id: 'shop', role: 'service' };
const marketing = consentWordings.find(({ purpose }) => purpose === 'marketing')!;

export const delivering = (account = customer): RequestedUse => ({
  kind: 'processing',
  customer: account,
  activity: 'C-1',
  purpose: 'deliver-service',
  categories: ['subject.contact', 'customer.org'],
});
export const mailing: RequestedUse = { kind: 'processing', activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'] };
export const evidence: RequestedUse = { kind: 'processing', activity: 'C-9', purpose: 'consent-evidence', categories: ['consent.record'] };

export interface MadeOrder {
  readonly orderId: string;
  readonly commandId: string;
  readonly contact: string;
  readonly holders: readonly string[];
}

export type ReadUse = Omit<RequestedUse, 'kind'> & { readonly subjectId: string; readonly fields: readonly string[] };

/**
 * The program on a log, without its database and its keys: the real deciders, with the register, the rules and the statement that come
 * with it. What is sealed is random bytes of the right form, since nobody here opens it.
 */
export class World {
  readonly inForce: InForceFromLog;
  readonly decisions: Decisions;
  private readonly admissions: Admissions;
  private readonly keys = new Map<string, string>();

  private constructor(
    readonly log: EventLog,
    readonly clock: Clock,
  ) {
    this.inForce = new InForceFromLog(log);
    this.decisions = new Decisions(log);
    this.admissions = new Admissions(this.decisions, this.inForce);
  }

  /** With all that comes with the program in the log, and an agreement with one customer. */
  static async begin(log: EventLog, clock: Clock): Promise<World> {
    const world = new World(log, clock);
    await world.inForce.ready();
    const now = clock.now();
    await world.run(privacyNotice, publishStatement(statement20231220, { publishedAt: now, approvedBy: installer, covers: seedCoverage }));
    for (const [ruleId, rule] of Object.entries(retentionRules))
      await world.run(retentionRule, { type: 'SetRetentionRule', ruleId, rule, reason: 'comes with the program', approvedBy: installer });
    await world.inForce.refresh();
    const known = knownParts(world.inForce.notice().versions.at(-1)!.sections, Object.keys(retentionRules));
    for (const command of declareActivities(seedActivities, known, installer)) await world.run(processingActivity, command);
    await world.agree(customer, ['D-1', 'D-6', 'D-7']);
    await world.inForce.refresh();
    return world;
  }

  close(): Promise<void> {
    return this.inForce.close();
  }

  context(actor: Actor = shop, commandId = newUuid()): CommandContext {
    return { commandId, actor, now: this.clock.now() };
  }

  async agree(with_: string, activities: readonly string[]): Promise<void> {
    const now = this.clock.now();
    const known = Object.keys(seedActivities).filter((id) => id.startsWith('D'));
    const agreement = { customer: with_, version: '1', sha256: 'ab'.repeat(32), from: now, at: now, activities, known, by: officer };
    await this.run(processingAgreement, { type: 'ConcludeAgreement', ...agreement }, officer);
    await this.inForce.refresh();
  }

  /** @throws Error where it is refused */
  async run<C extends { readonly type: string }, S, E extends DomainEvent, R extends string>(
    rules: Decider<C, S, E, R>,
    command: C,
    actor: Actor = installer,
  ): Promise<Decided<S, E, R>> {
    const decided = await this.decisions.run(rules, command, this.context(actor));
    if (decided.refusal) throw new Error(`${command.type} was refused: ${decided.refusal.refused}`);
    return decided;
  }

  /** A command on one person's ledger, under an id of its own. Gives the events. */
  async onLedger(make: (by: { readonly commandId: string; readonly at: Date }) => LedgerCommand): Promise<readonly DomainEvent[]> {
    const context = this.context(officer);
    const decided = await this.decisions.run(ledger, make({ commandId: context.commandId, at: context.now }), context);
    return decided.events;
  }

  /** One person, known as the contact of a customer, with consent to marketing where that is said. */
  async contact(subjectId = newPseudonym(), consents = false): Promise<string> {
    await this.admit([{ ...this.contactPart(subjectId, customer, consents), uses: [delivering(), ...(consents ? [evidence] : [])] }]);
    return subjectId;
  }

  /** Asks for uses of one person's data; gives whether they were admitted. */
  async use(subjectId: string, ...uses: readonly RequestedUse[]): Promise<boolean> {
    try {
      await this.admit([{ subjectId, pointer: '', act: 'AdmitUse', uses }]);
      return true;
    } catch {
      return false; // the refusal is on record, and that is what is wanted of it
    }
  }

  admit(requests: readonly AdmissionRequest[], context = this.context()): Promise<Admitted[]> {
    return this.admissions.admit(requests, context);
  }

  /** As PlaceOrder does it: all people admitted, then the fact. @throws Problem where somebody is refused */
  async order({ contact = newPseudonym(), holders = [newPseudonym()], consents = false } = {}): Promise<MadeOrder> {
    const context = this.context();
    const orderId = newUuid();
    const factStream = orderStream(orderId);
    const invoicing = { ...delivering(), activity: 'C-2', purpose: 'invoicing', categories: ['invoice'] } as const;
    const uses = [delivering(), invoicing, ...(consents ? [evidence] : [])];
    const requests = [{ ...this.contactPart(contact, customer, consents), uses }, ...holders.map((holder) => this.holderPart(holder))];
    const admitted = await this.admit(
      requests.map((request) => ({ ...request, factStream })),
      context,
    );
    const placed = this.placed(admitted);
    await this.decisions.run(ordering, { type: 'PlaceOrder', orderId, commandId: context.commandId, placed }, context);
    return { orderId, commandId: context.commandId, contact, holders };
  }

  /** As reading opens fields (ADR 5): judged, put on record, looked at once more, narrowed. */
  async read(uses: readonly ReadUse[], between: () => Promise<void> = async () => undefined): Promise<void> {
    const context = this.context({ id: 'reader', role: 'case-worker' });
    const readId = newUuid();
    const judged = await this.judge(uses, context);
    const { knownUpTo } = this.inForce.at(context.now);
    const by = { rules: RULES_VERSION, knownUpTo };
    const opened = judged.flatMap(({ subject, verdict }) => (verdict.admitted ? [{ ground: verdict.ground, subjects: [subject] }] : []));
    const withheld = judged.flatMap((one) => withheldIn(one));
    await this.record({ type: 'PersonalDataRead', data: { readId, query: 'ListOrders', uses: opened, withheld, ...by } }, context);
    await between();
    const again = await this.judge(uses, context);
    const turned = again.filter((_, i) => judged[i]!.verdict.admitted).flatMap((one) => withheldIn(one));
    if (turned.length > 0) await this.record({ type: 'PersonalDataReadNarrowed', data: { readId, withheld: turned, ...by } }, context);
  }

  record(event: PersonalDataRead | PersonalDataReadNarrowed, context: CommandContext) {
    const stream = readStreamOf(context.actor.id, context.now);
    const id = eventIdOf(event.data.readId, stream, event.type);
    return this.log.append(
      stream,
      envelopes(stream, [event], context).map((envelope) => ({ ...envelope, id })),
      'any',
    );
  }

  /** A sealed field under a key of the person. */
  sealed(subjectId: string, retentionClass: string): { readonly $sealed: string } {
    return { $sealed: `v1.${this.keyOf(subjectId, retentionClass)}.${randomBytes(40).toString('base64url')}` };
  }

  keyOf(subjectId: string, retentionClass: string): string {
    const name = `${subjectId} ${retentionClass}`;
    const keyId = this.keys.get(name) ?? newUuid();
    this.keys.set(name, keyId);
    return keyId;
  }

  private async judge(uses: readonly ReadUse[], { now }: CommandContext): Promise<Judged[]> {
    return Promise.all(
      uses.map(async ({ subjectId, fields, ...asked }) => {
        const { state, revision } = await this.decisions.load(ledger, ledgerOf(subjectId));
        const use: RequestedUse = { ...asked, kind: 'processing' };
        const verdict = admit(questionOf(this.inForce.at(now), state.standing, use, now));
        const account = asked.customer !== undefined && { customer: asked.customer };
        return { subject: { subjectId, ...account, ledgerRevision: String(revision), fields }, use, verdict };
      }),
    );
  }

  private contactPart(subjectId: string, account: string, consents: boolean): Omit<AdmissionRequest, 'uses'> {
    const choice = { purpose: 'marketing', wording: wordingOf(marketing), surface: 'order-form', steps: 2 };
    return {
      subjectId,
      pointer: '/contact',
      act: 'PlaceOrder',
      registration: { controller: company, source: 'orderer' },
      relation: { customer: account, capacity: 'company-representative' },
      keys: this.committed(subjectId, ['contact', 'invoice']),
      ...(consents && { consents: [{ ...choice, givenAt: this.clock.now().toISOString() }] }),
    };
  }

  private holderPart(subjectId: string): AdmissionRequest {
    const categories = ['subject.contact', 'subject.nationalId', 'subject.photo'];
    return {
      subjectId,
      pointer: '/cardHolders/0',
      act: 'PlaceOrder',
      registration: { controller: customer, source: 'employer' },
      relation: { customer, capacity: 'worker' },
      keys: this.committed(subjectId, ['contact', 'national-id', 'photo']),
      uses: [{ kind: 'processing', customer, activity: 'D-1', purpose: 'hms-card-ordering', categories }],
    };
  }

  private committed(subjectId: string, classes: readonly string[]) {
    return classes.map((retentionClass) => ({
      keyId: this.keyOf(subjectId, retentionClass),
      retentionClass,
      commitment: Buffer.from(`${subjectId}${retentionClass}`).toString('base64url'),
    }));
  }

  private placed([contact, ...holders]: readonly Admitted[]): Omit<OrderPlaced['data'], 'orderId' | 'commandId'> {
    const { subjectId, grants } = contact!;
    const seal = (retentionClass: string) => this.sealed(subjectId, retentionClass);
    return {
      service: { product: 'hms-card', industry: 'construction', fieldList: 'hms-card/1' },
      placedAt: this.clock.now().toISOString(),
      customer: { ref: customer, form: 'AS', name: seal('contact'), organisationNumber: customer },
      contact: {
        subjectId,
        admissions: grants.map(({ recordId }) => recordId),
        name: seal('contact'),
        email: seal('contact'),
        phone: seal('contact'),
      },
      invoice: { admission: grants[1]!.recordId, ehf: true, reference: seal('invoice'), email: seal('invoice'), address: seal('invoice') },
      delivery: seal('contact'),
      cardHolders: holders.map((holder) => ({
        subjectId: holder.subjectId,
        admission: holder.grants[0]!.recordId,
        idKind: 'fodselsnummer',
        name: this.sealed(holder.subjectId, 'contact'),
        details: this.sealed(holder.subjectId, 'contact'),
        nationalId: this.sealed(holder.subjectId, 'national-id'),
        photo: this.sealed(holder.subjectId, 'photo'),
      })),
      expectRenewal: false,
    };
  }
}

interface Judged {
  readonly subject: PersonalDataRead['data']['uses'][number]['subjects'][number];
  readonly use: RequestedUse;
  readonly verdict: Verdict;
}

const wordingOf = ({ version, locale, hash }: typeof marketing) => ({ version, locale, hash });

function withheldIn({ subject: { fields: _, ...read }, use, verdict }: Judged): PersonalDataRead['data']['withheld'][number][] {
  const { activity, purpose, categories } = use;
  return verdict.admitted ? [] : [{ ...read, activity, purpose, categories, rule: verdict.rule, legal: verdict.legal }];
}
