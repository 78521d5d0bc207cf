import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/facts.contract';
import type { ActivityEntry, RetentionRule } from '@hjemmel/contexts/processing-register/contract';
import { seedActivities, seedRetentionRules } from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';
import { evolveHeld, Held } from '../held';
import type { KeepingNorms } from '../norms';

/** One person with two customers, and the register as the program comes with it. */
export const kari = '0a5c1d2e3f405162738495a6b7c8d9e0';
export const company = '915376215';
export const customer = '334115739';
export const other = '810034882';

export const recorded = (event: LedgerEvent, at = '2026-03-02T10:00:00.000Z', position = 1n): Recorded<LedgerEvent> => ({
  id: 'a1b2c3d4-0000-8000-8000-000000000000',
  stream: `dataSubject-${event.data.subjectId}`,
  revision: 0n,
  position,
  recordedAt: new Date(at),
  event,
  metadata: { schema: 1, correlationId: 'c', causationId: 'c', actor: { id: 'shop', role: 'service' }, decidedAt: at },
});

/** What is held after these facts; each may stand with its instant. */
export function holding(...facts: readonly (LedgerEvent | readonly [LedgerEvent, string])[]): Held {
  let held: Held | undefined;
  for (const fact of facts) held = evolveHeld(held, 'type' in fact ? recorded(fact) : recorded(...fact));
  return held!;
}

const on = { subjectId: kari, commandId: 'c1' };

export const registered = (...classes: readonly string[]): LedgerEvent => ({
  type: 'DataSubjectRegistered',
  data: {
    subjectId: kari,
    controller: company,
    source: 'orderer',
    relations: [{ customer, capacity: 'company-representative' }],
    keys: classes.map((retentionClass) => ({ keyId: `key-${retentionClass}`, retentionClass, commitment: 'c' })),
  },
});
export const keyed = (retentionClass: string): LedgerEvent => ({
  type: 'KeysCommitted',
  data: { subjectId: kari, keys: [{ keyId: `new-${retentionClass}`, retentionClass, commitment: 'c' }] },
});
export const related = (to = customer): LedgerEvent => ({
  type: 'RelationRecorded',
  data: { subjectId: kari, customer: to, capacity: 'company-representative' },
});
export const contractEnded = (endedAt: string, towards = customer): LedgerEvent => ({
  type: 'RelationEnded',
  data: { ...on, customer: towards, endedAt },
});
export const began = (trigger: string, since: string, towards?: string): LedgerEvent => ({
  type: 'RetentionPeriodBegan',
  data: { ...on, trigger, ...(towards !== undefined && { customer: towards }), since },
});

const purposes: Readonly<Record<string, string>> = {
  'C-1': 'deliver-service',
  'C-2': 'invoicing',
  'C-5': 'renewal',
  'D-1': 'hms-card-ordering',
};
const categories: Readonly<Record<string, readonly string[]>> = {
  'C-1': ['subject.contact', 'customer.org'],
  'C-2': ['invoice'],
  'C-5': ['subject.contact'],
  'D-1': ['subject.contact', 'subject.nationalId', 'subject.photo'],
};
/** Stored under an activity; with `fact: false` only used. */
export const admitted = (activity: string, { towards = customer, fact = true } = {}): LedgerEvent => ({
  type: 'ProcessingAdmitted',
  data: {
    ...on,
    admissionId: `admission-${activity}`,
    act: 'PlaceOrder',
    ...(fact && { factStream: 'order-1' }),
    asked: { kind: 'processing', customer: towards },
    activity,
    activityVersion: 1,
    purpose: purposes[activity] ?? 'customer-service',
    role: activity.startsWith('C') ? 'controller' : 'processor',
    controller: company,
    categories: categories[activity] ?? ['subject.contact'],
    basis: { code: '6(1)(f)', because: 'always' },
    statement: { version: '2023-12-20', hash: 'h' },
  },
});
const choice = { subjectId: kari, consentId: 'consent-1', surface: 'order-form', steps: 1 };
export const consented = (purpose: string, givenAt: string): LedgerEvent => ({
  type: 'ConsentGiven',
  data: { ...choice, purpose, wording: { version: '1', locale: 'nb', hash: 'h' }, givenAt },
});
export const withdrew = (purpose: string, withdrawnAt: string): LedgerEvent => ({
  type: 'ConsentWithdrawn',
  data: { ...choice, commandId: 'c1', purpose, withdrawnAt },
});
export const objected = (purpose: string, receivedAt: string, kind: 'situation' | 'direct-marketing' = 'situation'): LedgerEvent => ({
  type: 'ObjectionReceived',
  data: { ...on, objectionId: `objection-${purpose}`, kind, purpose, channel: 'e-mail', receivedAt },
});
export const erased = (retentionClass: string, ...of: readonly string[]): LedgerEvent => ({
  type: 'DataErased',
  data: {
    ...on,
    erasureId: 'erasure-1',
    retentionClasses: [retentionClass],
    categories: of,
    because: 'retention',
    whole: false,
    erasedAt: '2026-03-02T10:00:00.000Z',
  },
});

/** The seeded register with these changes; every rule confirmed unless told. */
export function norms(
  rules: Readonly<Record<string, Partial<RetentionRule> | undefined>> = {},
  entries: Readonly<Record<string, Partial<ActivityEntry>>> = {},
  confirmed: boolean | undefined = true,
): KeepingNorms {
  const approvedBy = { id: 'anne', role: 'privacy-officer' } as const;
  return {
    activities: new Map(
      Object.entries(seedActivities).map(([activityId, entry]) => [
        activityId,
        { activityId, version: 1, entry: { ...entry, ...entries[activityId] }, retired: false, approvedBy },
      ]),
    ),
    rules: new Map(
      Object.entries(seedRetentionRules).map(([ruleId, rule]) => [
        ruleId,
        { ruleId, version: 1, rule: { ...rule, ...(confirmed !== undefined && { confirmed }), ...rules[ruleId] } },
      ]),
    ),
  };
}
