import { demandGrant, Grant } from '@hjemmel/admission/grant';
import { KeyStore, RetentionClass, StoredKey } from './key-store';
import { FieldPlace, open, parseSealed, seal, Sealed } from './sealing';

/** Which key seals which category of the data catalogue: a category without a class cannot be stored. */
export const retentionClassOf: Readonly<Record<string, RetentionClass>> = {
  'subject.contact': 'contact',
  'customer.org': 'contact',
  'subject.nationalId': 'national-id',
  'subject.photo': 'photo',
  invoice: 'invoice',
};

/** A sealed field together with where it stands, as read models keep it. */
export interface SealedField extends FieldPlace, Sealed {
  readonly subjectId: string;
  readonly category: string;
}

/** What a read of a sealed field gives: the text, or that it is gone for good. */
export type Opened = { readonly state: 'open'; readonly text: string } | { readonly state: 'erased' };

/** Seals and opens personal fields; only with an admission in hand. */
export class Vault {
  constructor(private readonly keys: KeyStore) {}

  /** Live keys for the categories that a person's data falls under, made where missing; their commitments belong in the ledger. */
  async keysFor(people: readonly { readonly subjectId: string; readonly categories: readonly string[] }[]): Promise<StoredKey[][]> {
    const wanted = people.flatMap(({ subjectId, categories }) =>
      [...new Set(categories.map(classOf))].map((retentionClass) => ({ subjectId, retentionClass })),
    );
    const keys = await this.keys.ensure(wanted);
    let next = 0;
    return people.map(({ categories }) => keys.slice(next, (next += new Set(categories.map(classOf)).size)));
  }

  /** Seals a field of the grant's person. @throws NotAdmitted */
  async seal(grant: Grant, category: string, place: FieldPlace, plaintext: string): Promise<Sealed> {
    demandGrant(grant, grant.subjectId, category);
    const [key] = await this.keys.ensure([{ subjectId: grant.subjectId, retentionClass: classOf(category) }]);
    return seal(key!, place, plaintext);
  }

  /**
   * Opens fields, each under the grant of its own person; a destroyed key gives `erased`.
   * @throws NotAdmitted, CannotOpen
   */
  async open(fields: readonly { readonly grant: Grant; readonly field: SealedField }[]): Promise<Opened[]> {
    for (const { grant, field } of fields) demandGrant(grant, field.subjectId, field.category);
    const keys = await this.keys.byIds(fields.map(({ field }) => parseSealed(field).keyId));
    return fields.map(({ grant, field }) => {
      const key = keys.get(parseSealed(field).keyId);
      if (!key) return { state: 'erased' };
      // A field that claims to be of one person or class while another's key seals it was moved there.
      demandGrant(grant, key.subjectId, field.category);
      if (key.retentionClass !== classOf(field.category))
        throw new Error(`a field of ${field.category} is sealed under a key of class ${key.retentionClass}`);
      return { state: 'open', text: open(key, field, field) };
    });
  }
}

function classOf(category: string): RetentionClass {
  const found = retentionClassOf[category];
  if (!found) throw new Error(`no retention class for ${category}: it cannot be stored`);
  return found;
}
