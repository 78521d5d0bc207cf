import { demandGrant, Grant, NotAdmitted } from '@hjemmel/admission/grant';
import type { BlobStore } from './blobs/blob-store';
import { BlobRequest, OpenedBlob, openFrom, SealedBlob, sealInto } from './blobs/sealed-blobs';
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

/** Seals one field under the grant of its person. @throws NotAdmitted */
export type Sealer = (grant: Grant, category: string, place: FieldPlace, plaintext: string) => Sealed;

/** Seals and opens personal fields; only with an admission in hand. */
export class Vault {
  constructor(
    private readonly keys: KeyStore,
    private readonly blobs?: BlobStore,
  ) {}

  /** Live keys for the categories that a person's data falls under, made where missing; their commitments belong in the ledger. */
  async keysFor(people: readonly { readonly subjectId: string; readonly categories: readonly string[] }[]): Promise<StoredKey[][]> {
    const wanted = people.flatMap(({ subjectId, categories }) =>
      [...new Set(categories.map(classOf))].map((retentionClass) => ({ subjectId, retentionClass })),
    );
    const keys = await this.keys.ensure(wanted);
    let next = 0;
    return people.map(({ categories }) => keys.slice(next, (next += new Set(categories.map(classOf)).size)));
  }

  /**
   * A way to seal fields of the grants' persons; their keys are fetched once, so that sealing many fields waits for nothing.
   * @throws NotAdmitted where one of them was not issued, before a key is made
   */
  async sealer(grants: readonly Grant[]): Promise<Sealer> {
    for (const grant of grants) for (const category of grant.ground.categories) demandGrant(grant, grant.subjectId, category);
    const keys = new Map<string, StoredKey>();
    for (const key of (
      await this.keysFor(grants.map(({ subjectId, ground }) => ({ subjectId, categories: ground.categories.filter(isSealable) })))
    ).flat()) {
      keys.set(`${key.subjectId} ${key.retentionClass}`, key);
    }
    return (grant, category, place, plaintext) => {
      demandGrant(grant, grant.subjectId, category);
      const key = keys.get(`${grant.subjectId} ${classOf(category)}`);
      if (!key) throw new NotAdmitted('it was not named when the sealer was made');
      return seal(key, place, plaintext);
    };
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

  /**
   * Seals bytes of any size under the grant of their person, outside the log; in memory are a few chunks of them at most.
   * @throws NotAdmitted before a byte is taken; BlobStoreUnavailable, CannotOpen, see {@link sealInto}
   */
  async sealBlob(grant: Grant, category: string, blobId: string, source: AsyncIterable<Buffer>): Promise<SealedBlob> {
    demandGrant(grant, grant.subjectId, category);
    const { subjectId } = grant;
    const [key] = await this.keys.ensure([{ subjectId, retentionClass: classOf(category) }]);
    return sealInto(this.storeOfBlobs(), key!, { blobId, subjectId, category }, source);
  }

  /**
   * Opens a blob under the grant of its person; a destroyed key gives `erased`.
   * @throws NotAdmitted, BlobMissing, CannotOpen, BlobStoreUnavailable
   */
  async openBlob(grant: Grant, blob: BlobRequest): Promise<OpenedBlob> {
    demandGrant(grant, blob.subjectId, blob.category);
    return openFrom(this.storeOfBlobs(), blob, async (keyId) => {
      const key = (await this.keys.byIds([keyId])).get(keyId);
      if (!key) return undefined;
      demandGrant(grant, key.subjectId, blob.category);
      if (key.retentionClass !== classOf(blob.category))
        throw new Error(`a blob of ${blob.category} is sealed under a key of class ${key.retentionClass}`);
      return key;
    });
  }

  private storeOfBlobs(): BlobStore {
    if (!this.blobs) throw new Error('this vault was built without a store of blobs');
    return this.blobs;
  }
}

const isSealable = (category: string): boolean => Object.hasOwn(retentionClassOf, category);

function classOf(category: string): RetentionClass {
  const found = isSealable(category) ? retentionClassOf[category] : undefined;
  if (!found) throw new Error(`no retention class for ${category}: it cannot be stored`);
  return found;
}
