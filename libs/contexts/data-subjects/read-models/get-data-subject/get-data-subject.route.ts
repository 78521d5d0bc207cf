import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { freshContext } from '@hjemmel/event-store';
import type { Caller } from '@hjemmel/http';
import { AfterQuery, Allow, CallerOf, Consistency } from '@hjemmel/http';
import { dataSubjects } from '../data-subjects.read-model';
import { SubjectParams } from '../../subject-params';
import { DataSubjectView, GetDataSubject } from './get-data-subject.query';

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class GetDataSubjectRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get(':subjectId')
  @Allow('case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'One data subject, with what may be done with their data now' })
  @ApiOkResponse({ type: DataSubjectView })
  async get(@Param() { subjectId }: SubjectParams, @Query() { after }: AfterQuery, @CallerOf() caller: Caller): Promise<DataSubjectView> {
    await this.consistency.waitFor(dataSubjects.name, after);
    return this.queries.execute(new GetDataSubject(subjectId, freshContext(caller.actor)));
  }
}
