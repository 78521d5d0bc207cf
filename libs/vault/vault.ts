import { demandGrant, Grant, NotAdmitted } from '@hjemmel/admission/grant';
import { ErasedKey } from './errors';
import type { StoredKey } from './key-cache';
import { KeyStore } from './key-store';
import { belongsUnder, classOf, isSealable } from './retention';
import { CannotOpen, FieldPlace, open, parseSealed, seal, Sealed } from './sealing';

/** A sealed field together with where it stands, as read models keep it. */
export interface SealedField extends FieldPlace, Sealed {
  readonly subjectId: string;
  readonly category: string;
}

/** What a read of a sealed field gives: the text, or that it is gone for good. */
export type Opened = { readonly state: 'open'; readonly text: string } | { readonly state: 'erased' };

/** Seals one field under the grant of its person. @throws NotAdmitted, ErasedKey, CannotSeal */
export type Sealer = (grant: Grant, category: string, place: FieldPlace, plaintext: string) => Sealed;

/** Seals and opens personal fields; only with an admission in hand. */
export class Vault {
  constructor(private readonly keys: KeyStore) {}

  /**
   * Live keys for the categories that a person's data falls under, made where missing; their commitments belong in the ledger.
   * @param at the instant of sealing, which must be the same for the sealer: invoices have a key for each year
   * @throws ErasedKey where one was destroyed
   */
  async keysFor(
    people: readonly { readonly subjectId: string; readonly categories: readonly string[] }[],
    at: Date,
  ): Promise<StoredKey[][]> {
    const classes = people.map(({ categories }) => [...new Set(categories.map((category) => classOf(category, at)))]);
    const keys = await this.keys.ensure(
      people.flatMap(({ subjectId }, i) => classes[i]!.map((retentionClass) => ({ subjectId, retentionClass }))),
    );
    let next = 0;
    return classes.map(({ length }) => keys.slice(next, (next += length)));
  }

  /**
   * A way to seal fields of the grants' persons; their keys are fetched once, so that sealing many fields waits for nothing.
   * @param at the instant of sealing
   * @throws NotAdmitted where one of them was not issued, before a key is made; ErasedKey where one was destroyed
   */
  async sealer(grants: readonly Grant[], at: Date): Promise<Sealer> {
    for (const grant of grants) for (const category of grant.ground.categories) demandGrant(grant, grant.subjectId, category);
    const people = grants.map(({ subjectId, ground }) => ({ subjectId, categories: ground.categories.filter(isSealable) }));
    const keys = new Map<string, StoredKey>();
    for (const key of (await this.keysFor(people, at)).flat()) keys.set(`${key.subjectId} ${key.retentionClass}`, key);
    return (grant, category, place, plaintext) => {
      demandGrant(grant, grant.subjectId, category);
      const key = keys.get(`${grant.subjectId} ${classOf(category, at)}`);
      if (!key) throw new NotAdmitted('it was not named when the sealer was made');
      return this.keys.seal(key, () => seal(key, place, plaintext));
    };
  }

  /**
   * Opens fields, each under the grant of its own person; a destroyed key gives `erased`.
   * @throws NotAdmitted, CannotOpen
   */
  async open(fields: readonly { readonly grant: Grant; readonly field: SealedField }[]): Promise<Opened[]> {
    for (const { grant, field } of fields) demandGrant(grant, field.subjectId, field.category);
    const keyIds = fields.map(({ field }) => parseSealed(field).keyId);
    return this.keys.open(keyIds, (keys) => fields.map(({ grant, field }, i) => openedWith(keys.get(keyIds[i]!), grant, field)));
  }
}

function openedWith(key: StoredKey | ErasedKey | undefined, grant: Grant, field: SealedField): Opened {
  // Destroyed keys leave their rows: where there is none, it is damage and no erasure.
  if (!key) throw new CannotOpen('no key of this id was ever made');
  // A field that claims to be of one person or class while another's key seals it was moved there.
  demandGrant(grant, key.subjectId, field.category);
  if (!belongsUnder(field.category, key.retentionClass))
    throw new CannotOpen(`a field of ${field.category} is sealed under a key of class ${key.retentionClass}`);
  return key instanceof ErasedKey ? { state: 'erased' } : { state: 'open', text: open(key, field, field) };
}
