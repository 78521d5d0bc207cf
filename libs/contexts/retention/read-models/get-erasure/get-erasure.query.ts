import { Query } from '@nestjs/cqrs';
import type { ErasureView } from '../erasure-view';

export class GetErasure extends Query<ErasureView> {
  constructor(readonly erasureId: string) {
    super();
  }
}
