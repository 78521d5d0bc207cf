import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, isLogPosition, Omittable, PageQuery, SEMANTIC } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import { erasureStatuses } from '../../erasure/state';
import type { ErasureStatus } from '../../erasure/state';
import { ErasureList, summaryOf } from '../erasure-view';
import { erasures } from '../erasures.read-model';
import { ListErasures } from './list-erasures.query';

export class ErasureListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: erasureStatuses })
  @Omittable()
  @IsIn(erasureStatuses, SEMANTIC)
  status?: ErasureStatus;
}

@ApiTags('erasures')
@ApiBearerAuth()
@Controller('erasures')
export class ListErasuresRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Allow('case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({ summary: 'Erasures and how far each has come, the newest first' })
  @ApiOkResponse({ type: ErasureList })
  async list(@Query() { after, limit, cursor, status }: ErasureListQuery): Promise<ErasureList> {
    const behind = decodeCursor(cursor, isPlace);
    await this.consistency.waitFor(erasures.name, after);
    const { items, next } = await this.queries.execute(new ListErasures(status, { limit, behind }));
    return { items: items.map(summaryOf), ...(next !== undefined && { next: encodeCursor(next) }) };
  }
}

/** A position of the log: what Postgres would not take as one is no place in the list either. */
const isPlace = (value: unknown): value is string => typeof value === 'string' && isLogPosition(value);
