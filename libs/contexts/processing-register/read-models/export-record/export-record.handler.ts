import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Agreement } from '@hjemmel/admission';
import { FieldAnswer, FieldRequest, Reads } from '@hjemmel/contexts/data-subjects/contract';
import { conflictsIn, Statements } from '@hjemmel/contexts/privacy-notice/contract';
import type { CommandContext } from '@hjemmel/event-store';
import { Problem } from '@hjemmel/kernel';
import { osloDay } from '@hjemmel/kernel/calendar';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { RegisterHistory } from '../../register-history';
import { StoredAgreements } from '../agreements.store';
import { customerProcessing, CustomerRow, customers, PlacedField } from '../customers.read-model';
import { ExportRecord } from './export-record.query';
import { ProcessingRecord, processingRecord, RecordedCustomer, RecordEntry } from './record';

export const customerProcessingEntity = entityOf(customerProcessing);
export const customerEntity = entityOf(customers);

type Observed = ReadonlyMap<string, NonNullable<RecordEntry['observed']>>;

@QueryHandler(ExportRecord)
export class ExportRecordHandler implements IQueryHandler<ExportRecord> {
  constructor(
    private readonly history: RegisterHistory,
    private readonly statements: Statements,
    private readonly agreements: StoredAgreements,
    private readonly dataSource: DataSource,
    private readonly reads: Reads,
  ) {}

  async execute({ asked: { article, customer, moment, instant, language }, context }: ExportRecord): Promise<ProcessingRecord> {
    const [activities, rules, statement, observed, agreement] = await Promise.all([
      this.history.activitiesAt(moment),
      this.history.retentionRulesAt(moment),
      this.statements.inForceAt(instant),
      customer === undefined ? undefined : this.observed(customer, instant),
      customer === undefined ? undefined : this.agreements.find(customer, moment),
    ]);
    return processingRecord({
      article,
      asOf: instant,
      language,
      activities,
      rules,
      ...(statement && { statement }),
      conflicts: conflictsIn(statement?.texts[0]?.text ?? '', osloDay(instant)),
      ...(agreement && { instructions: agreement.instructions }),
      ...(customer !== undefined &&
        observed && { observed, customer: await this.customer(customer, { observed, agreement }, context, language) }),
    });
  }

  private async observed(customer: string, instant: Date): Promise<Observed> {
    const rows = await this.dataSource
      .getRepository(customerProcessingEntity)
      .find({ where: { customer, firstAt: LessThanOrEqual(instant.toISOString()) } });
    return new Map(rows.map(({ activityId, firstAt, lastAt, uses }) => [activityId, { since: firstAt, last: lastAt, uses }]));
  }

  /** Name and contact are personal where a firm bears a person's name: they are opened under an admission, and that is on record. */
  private async customer(
    reference: string,
    { observed, agreement }: { readonly observed: Observed; readonly agreement: Agreement | undefined },
    context: CommandContext,
    language: 'nb' | 'en',
  ): Promise<RecordedCustomer> {
    const row = await this.dataSource.getRepository(customerEntity).findOneBy({ customer: reference });
    if (!row && observed.size === 0 && !agreement)
      throw new Problem({
        type: '/problems/unknown-customer',
        title: 'Nothing was done on behalf of this customer by then',
        status: 404,
        rule: 'unknown-customer',
      });
    const agreed = agreement && {
      agreement: { version: agreement.version, from: agreement.from, ...(agreement.until !== undefined && { until: agreement.until }) },
    };
    if (!row) return { reference, name: reference, contact: '', ...agreed };
    const [name, contactName, email] = await this.reads.open('ExportRecord', requestsOf(row), context);
    return {
      reference,
      name: shownText(name!, language),
      contact: `${personName(contactName!, language)}, ${shownText(email!, language)}`,
      ...agreed,
    };
  }
}

/** Knowing whom the company works for, and how to reach them, is part of serving them. */
function requestsOf({ customer, subjectId, name, contactName, contactEmail }: CustomerRow): FieldRequest[] {
  const request = (field: string, placed: PlacedField, category: string): FieldRequest => ({
    name: field,
    field: { ...placed, subjectId, category },
    use: { activity: 'C-1', purpose: 'customer-service', customer },
  });
  return [
    request('customer.name', name, 'customer.org'),
    request('contact.name', contactName, 'subject.contact'),
    request('contact.email', contactEmail, 'subject.contact'),
  ];
}

function shownText(answer: FieldAnswer, language: 'nb' | 'en'): string {
  if (answer.state === 'open') return answer.text;
  if (answer.state === 'erased') return language === 'nb' ? '[slettet]' : '[erased]';
  return `[${language === 'nb' ? 'ikke åpnet' : 'withheld'}: ${answer.legal}]`;
}

function personName(answer: FieldAnswer, language: 'nb' | 'en'): string {
  if (answer.state !== 'open') return shownText(answer, language);
  const { givenName, familyName } = JSON.parse(answer.text) as { readonly givenName: string; readonly familyName: string };
  return `${givenName} ${familyName}`;
}
