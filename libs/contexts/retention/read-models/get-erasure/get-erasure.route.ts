import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AfterQuery, Allow, Consistency } from '@hjemmel/http';
import { IsUUID } from 'class-validator';
import { ErasureView } from '../erasure-view';
import { erasures } from '../erasures.read-model';
import { GetErasure } from './get-erasure.query';

export class ErasureParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  erasureId!: string;
}

@ApiTags('erasures')
@ApiBearerAuth()
@Controller('erasures')
export class GetErasureRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get(':erasureId')
  @Allow('case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({ summary: 'One erasure: what was decided for each part, and the step that each round has come to' })
  @ApiOkResponse({ type: ErasureView })
  async get(@Param() { erasureId }: ErasureParams, @Query() { after }: AfterQuery): Promise<ErasureView> {
    await this.consistency.waitFor(erasures.name, after);
    return this.queries.execute(new GetErasure(erasureId));
  }
}
