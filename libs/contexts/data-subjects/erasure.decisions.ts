import type { Standing } from '@hjemmel/admission';
import { Decision, refuse } from '@hjemmel/kernel';
import type { OnSubject } from './admitting.decisions';
import type { DataErased, ErasureReason } from './erasure.events';
import type { Ledger } from './state';

export interface EraseData extends OnSubject {
  readonly type: 'EraseData';
  readonly erasureId: string;
  readonly retentionClasses: readonly string[];
  readonly categories: readonly string[];
  readonly because: ErasureReason;
  readonly whole: boolean;
  /** {@link Ledger.changes} by which it was found that nothing keeps the data any more; where another came since, nothing is erased. */
  readonly changes?: number;
  readonly at: Date;
}

export type ErasingRefusal = 'unknown-subject' | 'restricted' | 'changed-since';

/** The person wants the data kept: instead of its erasure (GDPR art. 18(1)(b)), or for a claim (art. 18(1)(c)). */
const keepingGrounds: readonly string[] = ['unlawful-erasure-opposed', 'needed-for-legal-claims'];

/**
 * Whether a restriction stands against erasing (GDPR art. 18(2), P-61). Whose accuracy is contested may still ask for the erasure; a schedule may not take
 * away what is restricted on any ground.
 */
export const suspendsErasure = ({ restrictions }: Pick<Standing, 'restrictions'>, because: ErasureReason): boolean =>
  restrictions.some(({ ground }) => because === 'retention' || keepingGrounds.includes(ground));

/** The log orders this against every use and every restriction: whichever is appended first, the other one knows. */
export function eraseData(
  command: EraseData,
  { registered, standing, erasures, changes: known }: Ledger,
): Decision<DataErased, ErasingRefusal> {
  const { subjectId, commandId, erasureId, retentionClasses, categories, because, whole, changes, at } = command;
  if (!registered) return refuse('unknown-subject');
  if (erasures.some((part) => part.commandId === commandId)) return [];
  if (suspendsErasure(standing, because)) return refuse('restricted', 'GDPR art. 18(2)');
  if (changes !== undefined && changes !== known) return refuse('changed-since', 'GDPR art. 5(1)(e)');
  const erased = { subjectId, commandId, erasureId, retentionClasses, categories, because, whole };
  return [{ type: 'DataErased', data: { ...erased, erasedAt: at.toISOString() } }];
}
