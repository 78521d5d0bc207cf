import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, IntersectionType } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, PageQuery } from '@hjemmel/http';
import { CUSTOMER, systemClock } from '@hjemmel/kernel';
import { agreements } from '../../read-models/agreements.read-model';
import { MomentQuery, momentOf } from '../../read-models/moment.query';
import { AgreementView, CustomerParams } from '../agreement-changed';
import { GetAgreement, ListAgreements } from './list-agreements.query';

export class AgreementsQuery extends IntersectionType(PageQuery, MomentQuery) {}

export class AgreementList {
  @ApiProperty({ type: [AgreementView] })
  items!: readonly AgreementView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('processing agreements')
@ApiBearerAuth()
@Allow('case-worker', 'privacy-officer', 'auditor', 'admin')
@Controller('processing-agreements')
export class ListAgreementsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Agreements with customers as of any moment, by customer' })
  @ApiOkResponse({ type: AgreementList })
  async list(@Query() query: AgreementsQuery): Promise<AgreementList> {
    const behind = decodeCursor(query.cursor, isPlace)?.customer;
    const { moment } = momentOf(query, systemClock.now());
    await this.consistency.waitFor(agreements.name, query.after ?? query.position);
    const { items, next } = await this.queries.execute(new ListAgreements(moment, { limit: query.limit, behind }));
    return { items, ...(next !== undefined && { next: encodeCursor({ customer: next }) }) };
  }

  @Get(':customer')
  @ApiOperation({ summary: 'The agreement with one customer as of any moment' })
  @ApiOkResponse({ type: AgreementView })
  async one(@Param() { customer }: CustomerParams, @Query() query: MomentQuery): Promise<AgreementView> {
    const { moment } = momentOf(query, systemClock.now());
    await this.consistency.waitFor(agreements.name, query.after ?? query.position);
    return this.queries.execute(new GetAgreement(customer, moment));
  }
}

const isPlace = (value: unknown): value is { readonly customer: string } =>
  typeof value === 'object' && value !== null && 'customer' in value && typeof value.customer === 'string' && CUSTOMER.test(value.customer);
