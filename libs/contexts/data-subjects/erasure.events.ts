import type { DomainEvent } from '@hjemmel/kernel';

/** Why data is erased: the person asked for it (GDPR art. 17(1)), or its time is over (art. 5(1)(e)). */
export type ErasureReason = 'erasure' | 'retention';

/**
 * From here on nothing of these categories is admitted any more, and only then are keys destroyed. What is erased because its retention is over may be
 * collected anew; what the person had erased never under this pseudonym: who comes back gets another.
 */
export type DataErased = DomainEvent<
  'DataErased',
  {
    readonly subjectId: string;
    readonly commandId: string;
    readonly erasureId: string;
    readonly retentionClasses: readonly string[];
    /** Of which nothing is kept any more: an invoice of this year keeps `invoice` out, though those of older years go. */
    readonly categories: readonly string[];
    readonly because: ErasureReason;
    /** Nothing of the person is left. */
    readonly whole: boolean;
    readonly erasedAt: string;
  }
>;

/** What one command erased. */
export interface ErasedPart {
  readonly commandId: string;
  readonly because: ErasureReason;
  readonly categories: readonly string[];
}
