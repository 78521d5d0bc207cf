import { Query } from '@nestjs/cqrs';
import type { Certificate } from './certificate';

export class GetCertificate extends Query<Certificate> {
  constructor(readonly erasureId: string) {
    super();
  }
}
