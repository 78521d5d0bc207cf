import { Controller, Get, Header, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@hjemmel/http';
import { systemClock } from '@hjemmel/kernel';
import { SubjectParams } from '../subject-params';
import { GetConsentRecords } from './get-consent-records.query';

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class GetConsentRecordsRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':subjectId/consent-records')
  @Allow('privacy-officer', 'auditor', 'case-worker')
  @Header('Content-Type', 'application/ld+json; charset=utf-8')
  @ApiOperation({
    summary:
      'A person’s consents as consent records (ISO/IEC TS 27560, in the Data Privacy Vocabulary): given, refused, withdrawn, run out',
    description:
      'From the person’s ledger itself. What is done on a consent, with which data, by whom and for how long is as the register has it now.',
  })
  @ApiOkResponse({ description: 'JSON-LD', content: { 'application/ld+json': { schema: { type: 'object' } } } })
  records(@Param() { subjectId }: SubjectParams): Promise<object> {
    return this.queries.execute(new GetConsentRecords(subjectId, systemClock.now()));
  }
}
