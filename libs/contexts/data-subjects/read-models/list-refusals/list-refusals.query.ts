import { Query } from '@nestjs/cqrs';
import type { RefusalRow } from '../refusals.read-model';

export interface RefusalPage {
  readonly items: readonly RefusalRow[];
  /** Position behind which the next page starts. */
  readonly next: bigint | undefined;
}

/** Newest first. Names no personal data: pseudonyms, rules and articles. */
export class ListRefusals extends Query<RefusalPage> {
  constructor(readonly page: { readonly limit: number; readonly behind: bigint | undefined; readonly subjectId: string | undefined }) {
    super();
  }
}
