import { Query } from '@nestjs/cqrs';
import type { PresentationRow } from '../presentations.read-model';

export class ListPresentations extends Query<{ readonly items: readonly PresentationRow[]; readonly next: bigint | undefined }> {
  constructor(readonly asked: { readonly version: string; readonly subjectId?: string; readonly limit: number; readonly behind?: bigint }) {
    super();
  }
}
