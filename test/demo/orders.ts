import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A line of `test/data/orders.jsonl`: the body of PlaceOrder, with the Idempotency-Key that belongs to it. */
export interface MadeOrder {
  readonly commandId: string;
  readonly orderId: string;
  readonly customer: { readonly organisationNumber: string; readonly name: string };
  readonly contact: { readonly givenName: string; readonly familyName: string; readonly email: string; readonly phone: string };
  readonly invoice: { readonly reference: string; readonly email: string; readonly address: Address };
  readonly delivery: Address;
  readonly cardHolders: readonly {
    readonly givenName: string;
    readonly familyName: string;
    readonly number: string;
    readonly birthDate: string;
    readonly nationality: string;
  }[];
  readonly marketingConsent: boolean;
}

interface Address {
  readonly line1: string;
  readonly postalCode: string;
  readonly city: string;
}

const FILE = join('test', 'data', 'orders.jsonl');

/** The made orders that come with the program, oldest first. */
export function readOrders(): MadeOrder[] {
  const lines = readFileSync(join(projectFolder(), FILE), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as MadeOrder);
}

/** The compiled program stands deeper than its source, so that the folder above both is looked for. */
function projectFolder(from = __dirname): string {
  if (existsSync(join(from, FILE))) return from;
  const above = dirname(from);
  if (above === from) throw new Error(`${FILE} is not there`);
  return projectFolder(above);
}
