import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { PAGE_POLICY } from '@hjemmel/contexts/privacy-notice/contract';
import { freshContext } from '@hjemmel/event-store';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, Consistency, Omittable, SEMANTIC, stringThat } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { checkOrganisationNumber } from '@hjemmel/kernel/identifiers';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { activityVersions } from '../activity-versions.read-model';
import { MomentQuery, momentOf } from '../moment.query';
import { csvOf } from './csv';
import { ExportRecord } from './export-record.query';
import { htmlOf } from './html';
import type { ProcessingRecord } from './record';

const isCustomer = (text: string): boolean => /^enk-[0-9a-f]{32}$/.test(text) || checkOrganisationNumber(text, { kind: 'synthetic' }).ok;

const formats = ['json', 'csv', 'html'] as const;

export class ExportQuery extends MomentQuery {
  @ApiProperty({ enum: ['30-1', '30-2'], description: 'The controller’s record, or the processor’s for one customer' })
  @IsIn(['30-1', '30-2'], SEMANTIC)
  article!: '30-1' | '30-2';

  @ApiPropertyOptional({ example: '314159265', description: 'Organisation number (or enk-<pseudonym>) of the customer; with 30-2' })
  @Omittable()
  @stringThat('customer', 'must be a valid organisation number, or enk- and a pseudonym', false, isCustomer)
  customer?: string;

  @ApiPropertyOptional({ enum: formats, default: 'json' })
  @Omittable()
  @IsIn(formats, SEMANTIC)
  format: (typeof formats)[number] = 'json';

  @ApiPropertyOptional({ enum: ['nb', 'en'], default: 'nb', description: 'Language of the words' })
  @Omittable()
  @IsIn(['nb', 'en'], SEMANTIC)
  lang: 'nb' | 'en' = 'nb';
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class ExportRecordRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get('export')
  @Allow('privacy-officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'The record of processing activities under GDPR art. 30(1), or 30(2) for one customer, as of any moment',
    description:
      'JSON, CSV, or a page that reads on a phone and prints. Unconfirmed parts are marked, and so are conflicts of the statement. ' +
      'A customer’s name and contact are opened under an admission, and that is on record.',
  })
  @ApiOkResponse({
    description: 'The record',
    content: {
      'application/json': { schema: { type: 'object' } },
      'text/csv': { schema: { type: 'string' } },
      'text/html': { schema: { type: 'string' } },
    },
  })
  async export(
    @Query() query: ExportQuery,
    @CallerOf() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProcessingRecord | string> {
    const { article, customer, format, lang } = query;
    if ((article === '30-2') !== (customer !== undefined)) throw customerFault(article);
    const context = freshContext(caller.actor);
    const asked = momentOf(query, context.now);
    await this.consistency.waitFor(activityVersions.name, query.after ?? query.position);
    const record = await this.queries.execute(
      new ExportRecord(
        { article: article === '30-1' ? '30(1)' : '30(2)', ...(customer !== undefined && { customer }), ...asked, language: lang },
        context,
      ),
    );
    if (format === 'json') return record;
    const name = `art-${article}-${record.asOf.slice(0, 10)}`;
    if (format === 'csv') {
      void reply.header('Content-Type', 'text/csv; charset=utf-8').header('Content-Disposition', `attachment; filename="${name}.csv"`);
      return csvOf(record);
    }
    void reply.header('Content-Type', 'text/html; charset=utf-8').header('Content-Security-Policy', PAGE_POLICY);
    return htmlOf(record);
  }
}

const customerFault = (article: string): Problem =>
  new Problem({
    type: '/problems/invalid-values',
    title: 'Some values are not valid',
    status: 422,
    errors: [
      {
        pointer: '/customer',
        rule: article === '30-2' ? 'customer-missing' : 'customer-without-30-2',
        detail:
          article === '30-2' ? 'a processor’s record is kept for each controller: name one' : 'the controller’s record is for no customer',
        legal: 'GDPR art. 30(2)(a)',
      },
    ],
  });
