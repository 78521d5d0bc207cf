import type { DomainEvent } from '@hjemmel/kernel';

export type PhotoEvent = PhotoStored | PhotoAbandoned;

/** A card photo stands sealed in the store of blobs. Nothing here follows from what is in it but its size in pixels. */
export type PhotoStored = DomainEvent<
  'PhotoStored',
  {
    readonly photoId: string;
    readonly subjectId: string;
    readonly commandId: string;
    readonly admission: string;
    readonly blob: PhotoBlob;
    readonly widthPx: number;
    readonly heightPx: number;
  }
>;

export interface PhotoBlob {
  readonly blobId: string;
  readonly keyId: string;
  /** Of the ciphertext. */
  readonly bytes: number;
  /** SHA-256 of the ciphertext, hex: shows that the blob is the one that was stored, and says nothing of the photo. */
  readonly sha256: string;
}

/** Written where a command broke off before its photo was recorded; what it may have sealed is swept. */
export type PhotoAbandoned = DomainEvent<'PhotoAbandoned', { readonly photoId: string; readonly commandId: string }>;

export const photoStream = (photoId: string): string => `photo-${photoId}`;
