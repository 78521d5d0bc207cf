import { Query } from '@nestjs/cqrs';
import type { ErasureStatus } from '../../erasure/state';
import type { ErasureRow } from '../erasures.read-model';

export interface ErasurePage {
  readonly items: readonly ErasureRow[];
  /** Position of the last one shown, decimal. */
  readonly next: string | undefined;
}

/** The newest first. Names no personal data. */
export class ListErasures extends Query<ErasurePage> {
  constructor(
    readonly status: ErasureStatus | undefined,
    readonly page: { readonly limit: number; readonly behind: string | undefined },
  ) {
    super();
  }
}
