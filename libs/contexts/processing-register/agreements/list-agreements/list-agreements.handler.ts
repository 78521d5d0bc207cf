import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Problem } from '@hjemmel/kernel';
import { StoredAgreements } from '../../read-models/agreements.store';
import { AgreementView, viewOf } from '../agreement-changed';
import { AgreementPage, GetAgreement, ListAgreements } from './list-agreements.query';

@QueryHandler(ListAgreements)
export class ListAgreementsHandler implements IQueryHandler<ListAgreements> {
  constructor(private readonly agreements: StoredAgreements) {}

  async execute({ moment, page: { limit, behind } }: ListAgreements): Promise<AgreementPage> {
    const found = await this.agreements.page(moment, behind, limit + 1);
    const shown = found.slice(0, limit);
    return {
      items: shown.flatMap(([customer, agreement]) => (agreement ? [viewOf(customer, agreement)] : [])),
      next: found.length > limit ? shown.at(-1)![0] : undefined,
    };
  }
}

@QueryHandler(GetAgreement)
export class GetAgreementHandler implements IQueryHandler<GetAgreement> {
  constructor(private readonly agreements: StoredAgreements) {}

  async execute({ customer, moment }: GetAgreement): Promise<AgreementView> {
    const agreement = await this.agreements.find(customer, moment);
    if (!agreement)
      throw new Problem({
        type: '/problems/no-agreement',
        title: 'No agreement with this customer by then',
        status: 404,
        rule: 'no-agreement',
      });
    return viewOf(customer, agreement);
  }
}
