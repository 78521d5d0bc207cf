import { demandGrant, Grant, NotAdmitted } from '@hjemmel/admission/grant';
import type { BlobStore } from './blobs/blob-store';
import { blobKeyFor, newBlobKey } from './blobs/blob-cipher';
import { BlobRequest, OpenedBlob, openFrom, SealedBlob, sealInto } from './blobs/sealed-blobs';
import { ErasedKey } from './errors';
import type { StoredKey } from './key-cache';
import { KeyStore } from './key-store';
import { belongsUnder, classOf, isSealable } from '@hjemmel/admission/retention-classes';
import { CannotOpen, FieldPlace, openParsed, ParsedSealed, parseSealed, seal, Sealed } from './sealing';

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
  constructor(
    private readonly keys: KeyStore,
    private readonly blobs?: BlobStore,
  ) {}

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
    const parsed = fields.map(({ field }) => parseSealed(field));
    return this.keys.open(
      parsed.map(({ keyId }) => keyId),
      (keys) => fields.map(({ grant, field }, i) => openedWith(keys, grant, field, parsed[i]!)),
    );
  }

  /**
   * Seals bytes of any size under the grant of their person, outside the log; in memory are a few chunks of them at most.
   * @param at the instant of sealing
   * @throws NotAdmitted before a byte is taken; ErasedKey, BlobStoreUnavailable, CannotOpen, see {@link sealInto}
   */
  async sealBlob(grant: Grant, category: string, blobId: string, source: AsyncIterable<Buffer>, at: Date): Promise<SealedBlob> {
    demandGrant(grant, grant.subjectId, category);
    const { subjectId } = grant;
    const [key] = await this.keys.ensure([{ subjectId, retentionClass: classOf(category, at) }]);
    const place = { blobId, subjectId, category };
    // The blob's own key is derived at once: the person's may be dropped from memory while the bytes go by.
    const derive: Parameters<typeof sealInto>[1] = (header) =>
      this.keys.seal(key!, () => (header ? blobKeyFor(key!, place, header) : newBlobKey(key!, place)));
    return sealInto(this.storeOfBlobs(), derive, blobId, source);
  }

  /**
   * Opens a blob under the grant of its person; a destroyed key gives `erased`.
   * @throws NotAdmitted, BlobMissing, CannotOpen, BlobStoreUnavailable
   */
  async openBlob(grant: Grant, blob: BlobRequest): Promise<OpenedBlob> {
    demandGrant(grant, blob.subjectId, blob.category);
    return openFrom(this.storeOfBlobs(), blob, {
      isThere: (keyId) => this.keys.open([keyId], (keys) => !(usable(keys.get(keyId), grant, blob.category) instanceof ErasedKey)),
      derive: (header) =>
        this.keys.open([header.keyId], (keys) => {
          const key = usable(keys.get(header.keyId), grant, blob.category);
          return key instanceof ErasedKey ? undefined : blobKeyFor(key, blob, header);
        }),
    });
  }

  private storeOfBlobs(): BlobStore {
    if (!this.blobs) throw new Error('this vault was built without a store of blobs');
    return this.blobs;
  }
}

function openedWith(keys: ReadonlyMap<string, StoredKey | ErasedKey>, grant: Grant, field: SealedField, parsed: ParsedSealed): Opened {
  const key = usable(keys.get(parsed.keyId), grant, field.category);
  return key instanceof ErasedKey ? { state: 'erased' } : { state: 'open', text: openParsed(key, field, parsed) };
}

/** The key that was found, where it may have sealed what is asked for. */
function usable(key: StoredKey | ErasedKey | undefined, grant: Grant, category: string): StoredKey | ErasedKey {
  // Destroyed keys leave their rows: where there is none, it is damage and no erasure.
  if (!key) throw new CannotOpen('no key of this id was ever made');
  // What claims to be of one person or class while another's key seals it was moved there.
  demandGrant(grant, key.subjectId, category);
  if (!belongsUnder(category, key.retentionClass))
    throw new CannotOpen(`what is of ${category} is sealed under a key of class ${key.retentionClass}`);
  return key;
}
