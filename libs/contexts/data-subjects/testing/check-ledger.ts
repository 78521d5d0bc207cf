/** An event of a ledger as the log gives it back; the check reads it as text, not through the program's types. */
export interface Entry {
  readonly id: string;
  readonly revision: bigint;
  readonly event: { readonly type: string; readonly data: object };
}

/** What the check looks at; which event has which is for the check to say. */
interface Data {
  readonly commandId: string;
  readonly admissionId: string;
  readonly consentId: string;
  readonly purpose: string;
  readonly ground: string;
  readonly customer: string;
  readonly capacity: string;
  readonly controller: string;
  readonly relations: readonly { readonly customer: string; readonly capacity: string }[];
  readonly basis: { readonly code: string };
  readonly asked: { readonly kind: string; readonly customer?: string };
  readonly exception?: object;
}

/**
 * Reads a person's ledger from its beginning and tells, in words, everything in it that must not be: an admission behind a restriction or a
 * withdrawal, a basis that the person does not meet, a command with two outcomes, a gap. It shares no code with fold, decider and rules.
 */
export function faultsOfLedger(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const seen = { ids: new Set<string>(), admissions: new Map<string, string>(), closed: new Set<string>() };
  const outcomes = new Map<string, 'admitted' | 'refused'>();
  const person = {
    registrations: 0,
    grounds: new Set<string>(),
    consents: new Map<string, string>(),
    capacities: new Map<string, string>(),
  };

  entries.forEach(({ id, revision, event }, place) => {
    const data = event.data as Data;
    const at = `${place} ${event.type}`;
    const must = (holds: boolean, what: string): void => void (holds || faults.push(`${at}: ${what}`));
    must(revision === BigInt(place), `revision ${revision}`);
    must(!seen.ids.has(id), 'an event id stands twice');
    seen.ids.add(id);
    must(person.registrations > 0 || ['DataSubjectRegistered', 'ProcessingRefused'].includes(event.type), 'comes before the registration');

    switch (event.type) {
      case 'DataSubjectRegistered':
        must(++person.registrations === 1, 'a second registration');
        for (const { customer, capacity } of data.relations) person.capacities.set(customer, capacity);
        break;
      case 'RelationRecorded':
        person.capacities.set(data.customer, data.capacity);
        break;
      case 'ProcessingAdmitted':
        must(person.grounds.size === 0 || data.asked.kind === 'storage' || data.exception !== undefined, 'stands behind a restriction');
        must(!seen.admissions.has(data.admissionId), 'an admission stands twice');
        must(outcomes.get(data.commandId) !== 'refused', 'its command was refused');
        if (data.basis.code === '6(1)(a)') must(person.consents.has(data.purpose), 'there is no consent for it');
        if (data.basis.code === '6(1)(b)') must(capacityOf(data) === 'sole-trader', 'the person is no party to a contract');
        if (data.basis.code === '6(1)(f)') must(capacityOf(data) === 'company-representative', 'the person represents nobody');
        seen.admissions.set(data.admissionId, data.commandId);
        outcomes.set(data.commandId, 'admitted');
        break;
      case 'ProcessingRefused':
        must(outcomes.get(data.commandId) !== 'admitted', 'its command was admitted');
        outcomes.set(data.commandId, 'refused');
        break;
      case 'AdmissionClosed':
        must(seen.admissions.get(data.admissionId) === data.commandId, 'closes no admission of its command');
        must(!seen.closed.has(data.admissionId), 'closes an admission twice');
        seen.closed.add(data.admissionId);
        break;
      case 'ConsentGiven':
        person.consents.set(data.purpose, data.consentId);
        break;
      case 'ConsentWithdrawn':
        must(person.consents.get(data.purpose) === data.consentId, 'withdraws a consent that does not live');
        person.consents.delete(data.purpose);
        break;
      case 'ProcessingRestricted':
        must(!person.grounds.has(data.ground), 'restricts twice for one ground');
        person.grounds.add(data.ground);
        break;
      default:
        faults.push(`${at}: unknown`);
    }
  });
  return faults;

  function capacityOf({ asked: { customer } }: Data): string | undefined {
    if (customer !== undefined) return person.capacities.get(customer);
    const all = new Set(person.capacities.values());
    return all.size === 1 ? [...all][0] : undefined;
  }
}
