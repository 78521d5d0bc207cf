import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { company } from '@hjemmel/contexts/processing-register/contract';
import { Decisions } from '@hjemmel/event-store';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { unknownSubject } from '../../admissions';
import { ledger } from '../../decider';
import { ledgerOf } from '../../events';
import { InForce } from '../../in-force';
import { DataSubjectRow, dataSubjects, PlacedField } from '../data-subjects.read-model';
import { FieldRequest, Reads } from '../../reads';
import { shown } from '../../shown-field';
import { DataSubjectView, GetDataSubject } from './get-data-subject.query';
import { permissionsOf } from './permissions';

export const dataSubjectEntity = entityOf(dataSubjects);

@QueryHandler(GetDataSubject)
export class GetDataSubjectHandler implements IQueryHandler<GetDataSubject> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
    private readonly reads: Reads,
  ) {}

  async execute({ subjectId, context }: GetDataSubject): Promise<DataSubjectView> {
    const row = await this.dataSource.getRepository(dataSubjectEntity).findOneBy({ subjectId });
    if (!row) throw unknownSubject();
    const requests = requestsOf(row);
    const answers = await this.reads.open('GetDataSubject', requests, context);
    const fields = Object.fromEntries(requests.map(({ name }, i) => [name, shown(answers[i]!, name === 'name' ? JSON.parse : undefined)]));
    const { state } = await this.decisions.load(ledger, ledgerOf(subjectId));
    const { name: _name, email: _email, lastUseAt, ...known } = row;
    return {
      ...known,
      ...fields,
      permissions: permissionsOf(state.standing, this.inForce.at(context.now), context.now),
      ...(lastUseAt !== null && { lastUseAt }),
    };
  }
}

/**
 * Looking a person up is done to serve them: under the order's activity of their controller, on account of the customer through whom they
 * became known last, of those with whom they still have to do. Who stands in several capacities would have no one basis otherwise.
 */
function requestsOf({ subjectId, controller, relations, name, email }: DataSubjectRow): FieldRequest[] {
  const last = relations.findLast(({ endedAt }) => endedAt === undefined) ?? relations.at(-1);
  const use = {
    ...(controller === company ? { activity: 'C-1', purpose: 'customer-service' } : { activity: 'D-1', purpose: 'hms-card-ordering' }),
    ...(last && { customer: last.customer }),
  };
  const request = (field: 'name' | 'email', placed: PlacedField | null): FieldRequest[] =>
    placed ? [{ name: field, field: { ...placed, subjectId, category: 'subject.contact' }, use }] : [];
  return [...request('name', name), ...request('email', email)];
}
