import { osloDay } from '@hjemmel/kernel/calendar';

/** How long data must be readable decides which key seals it: each class can be erased by itself. */
export type RetentionClass =
  | 'contact'
  | 'national-id'
  | 'photo'
  | 'id-copy'
  | 'card'
  | 'case'
  | 'device'
  /** Of one financial year. */
  | `invoice-${string}`
  /** Sealed before years had keys of their own; nothing new comes under it. */
  | 'invoice';

/** Which key seals which category of the data catalogue: a category without a class cannot be stored. */
const retentionClassOf: Readonly<Record<string, Exclude<RetentionClass, `invoice-${string}`>>> = {
  'subject.contact': 'contact',
  'customer.org': 'contact',
  'subject.nationalId': 'national-id',
  'subject.photo': 'photo',
  'subject.idCopy': 'id-copy',
  'subject.card': 'card',
  'request.case': 'case',
  location: 'device',
  device: 'device',
  invoice: 'invoice',
};

export const isSealable = (category: string): boolean => Object.hasOwn(retentionClassOf, category);

/**
 * The class that a category is sealed under at an instant. Bookkeeping is kept for five years from the end of the financial year (bokføringsloven § 13), so that
 * invoices have a key for each: destroying one year's takes no other year's along. The year is that of the calendar, in Europe/Oslo.
 * @throws Error for a category that cannot be stored
 */
export function classOf(category: string, at: Date): RetentionClass {
  const found = baseOf(category);
  return found === 'invoice' ? `invoice-${osloDay(at).slice(0, 4)}` : found;
}

/** The categories whose fields a class seals, whichever year it is of; none for what is no class. */
export function categoriesOf(retentionClass: string): readonly string[] {
  const base = retentionClass.replace(/-\d{4}$/, '');
  return Object.keys(retentionClassOf).filter((category) => retentionClassOf[category] === base);
}

/** Whether a category may be sealed under a class, whenever that was. @throws Error for a category that cannot be stored */
export function belongsUnder(category: string, retentionClass: RetentionClass): boolean {
  const found = baseOf(category);
  return retentionClass === found || (found === 'invoice' && /^invoice-\d{4}$/.test(retentionClass));
}

function baseOf(category: string): Exclude<RetentionClass, `invoice-${string}`> {
  const found = isSealable(category) ? retentionClassOf[category] : undefined;
  if (!found) throw new Error(`no retention class for ${category}: it cannot be stored`);
  return found;
}
