import { Query } from '@nestjs/cqrs';
import type { Moment } from '../../register-history';
import type { AgreementView } from '../agreement-changed';

export interface AgreementPage {
  readonly items: readonly AgreementView[];
  /** Customer behind whom the next page begins. */
  readonly next: string | undefined;
}

export class ListAgreements extends Query<AgreementPage> {
  constructor(
    readonly moment: Moment,
    readonly page: { readonly limit: number; readonly behind: string | undefined },
  ) {
    super();
  }
}

export class GetAgreement extends Query<AgreementView> {
  constructor(
    readonly customer: string,
    readonly moment: Moment,
  ) {
    super();
  }
}
