import { company } from '@hjemmel/contexts/processing-register/contract';
import type { Identities } from '@hjemmel/vault';
import { formOf } from './customer';

/** A customer as it names itself. */
export interface NamedCustomer {
  readonly organisationNumber: string;
  /** Registered business name, with its form. */
  readonly name: string;
}

/**
 * How ledgers and events name a customer: by its organisation number, or by a pseudonym where it is a sole trader, whose number is personal
 * data.
 */
export async function customerRefOf({ organisationNumber, name }: NamedCustomer, identities: Identities): Promise<string> {
  if (formOf(name) !== 'ENK') return organisationNumber;
  const [business] = await identities.resolve([{ controller: company, kind: 'sole-trader-organisation', value: organisationNumber }]);
  return `enk-${business!.subjectId}`;
}
