import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { AfterQuery, Allow, Consistency, Instant, Omittable, Public, SEMANTIC } from '@hjemmel/http';
import { Problem, systemClock } from '@hjemmel/kernel';
import { osloDay } from '@hjemmel/kernel/calendar';
import { IsIn, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { conflictsIn } from '../../conflicts';
import { differenceOf } from '../../difference';
import type { Language, StatementText } from '../../events';
import { PAGE_POLICY } from '../../html-page';
import { differencePage, statementPage } from '../../statement-html';
import { StatementParams } from '../../statement-params';
import { Statements, StatementVersion } from '../../statements';
import { noSuchLanguage, unknownVersion } from '../../unknown-version';
import { statementVersions } from '../statement-versions.read-model';
import { ConflictList, DifferenceView, StatementList, StatementView, viewOf } from './get-statements.views';

class InForceQuery extends AfterQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Instant with its offset; now where absent' })
  @Omittable()
  @Instant()
  at?: string;
}

class LanguageQuery extends AfterQuery {
  @ApiPropertyOptional({ enum: ['nb', 'en'], default: 'nb' })
  @Omittable()
  @IsIn(['nb', 'en'], SEMANTIC)
  lang: Language = 'nb';
}

class TextQuery extends LanguageQuery {
  @ApiPropertyOptional({ enum: ['text', 'html'], default: 'text' })
  @Omittable()
  @IsIn(['text', 'html'], SEMANTIC)
  format: 'text' | 'html' = 'text';
}

class DifferenceQuery extends LanguageQuery {
  @ApiProperty({ example: '2023-12-20', description: 'The version to compare with' })
  @Matches(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, { message: 'must be the name of a version' })
  from!: string;

  @ApiPropertyOptional({ enum: ['json', 'html'], default: 'json' })
  @Omittable()
  @IsIn(['json', 'html'], SEMANTIC)
  format: 'json' | 'html' = 'json';
}

/** The statement is public, in every version; where it contradicts itself is for those who work with it. */
@ApiTags('privacy statement')
@Controller('privacy-statements')
export class GetStatementsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly statements: Statements,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'All versions of the privacy statement, oldest first' })
  @ApiOkResponse({ type: StatementList })
  async all(@Query() { after }: AfterQuery): Promise<StatementList> {
    await this.consistency.waitFor(statementVersions.name, after);
    return { items: (await this.statements.all()).map(viewOf) };
  }

  @Get('in-force')
  @Public()
  @ApiOperation({ summary: 'The version in force at any instant' })
  @ApiOkResponse({ type: StatementView })
  async inForce(@Query() { after, at }: InForceQuery): Promise<StatementView> {
    await this.consistency.waitFor(statementVersions.name, after);
    const version = await this.statements.inForceAt(at === undefined ? systemClock.now() : new Date(at));
    if (version) return viewOf(version);
    throw new Problem({ type: '/problems/none-in-force', title: 'No version was in force then', status: 404, rule: 'none-in-force' });
  }

  @Get(':version')
  @Public()
  @ApiOperation({ summary: 'One version: when, why, how it was classified, its sections and hashes' })
  @ApiOkResponse({ type: StatementView })
  async one(@Param() { version }: StatementParams, @Query() { after }: AfterQuery): Promise<StatementView> {
    return viewOf(await this.find(version, after));
  }

  @Get(':version/text')
  @Public()
  @ApiOperation({ summary: 'The text of a version, as published or as a page' })
  @ApiOkResponse({
    description: 'The text',
    content: { 'text/plain': { schema: { type: 'string' } }, 'text/html': { schema: { type: 'string' } } },
  })
  async text(
    @Param() { version }: StatementParams,
    @Query() { after, lang, format }: TextQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const text = textIn(await this.find(version, after), lang);
    void reply.header('Content-Language', lang);
    if (format === 'html') return page(reply, statementPage(version, text));
    void reply.header('Content-Type', 'text/plain; charset=utf-8');
    return text.text;
  }

  @Get(':version/diff')
  @Public()
  @ApiOperation({ summary: 'What changed from another version to this one, by paragraph and sentence' })
  @ApiOkResponse({ type: DifferenceView })
  async diff(
    @Param() { version }: StatementParams,
    @Query() { after, from, lang, format }: DifferenceQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DifferenceView | string> {
    const newer = textIn(await this.find(version, after), lang);
    const older = textIn(await this.find(from, undefined), lang);
    const difference = differenceOf(older.text, newer.text);
    if (format === 'html') return page(reply, differencePage(from, version, lang, difference.paragraphs));
    return { from, to: version, ...difference };
  }

  @Get(':version/conflicts')
  @ApiBearerAuth()
  @Allow('service', 'case-worker', 'privacy-officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Where a version contradicts itself, the law or the facts, as of today' })
  @ApiOkResponse({ type: ConflictList })
  async conflicts(@Param() { version }: StatementParams, @Query() { after, lang }: LanguageQuery): Promise<ConflictList> {
    const { text } = textIn(await this.find(version, after), 'nb');
    const found = conflictsIn(text, osloDay(systemClock.now()));
    return {
      items: found.map(({ id, where, what, suggestion, since, until }) => ({
        id,
        where,
        what: what[lang],
        suggestion: suggestion[lang],
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
      })),
    };
  }

  private async find(version: string, after: string | undefined): Promise<StatementVersion> {
    await this.consistency.waitFor(statementVersions.name, after);
    const found = await this.statements.find(version);
    if (!found) throw unknownVersion();
    return found;
  }
}

function textIn({ texts }: StatementVersion, language: Language): StatementText {
  const text = texts.find((one) => one.language === language);
  if (!text) throw noSuchLanguage();
  return text;
}

function page(reply: FastifyReply, html: string): string {
  void reply.header('Content-Type', 'text/html; charset=utf-8').header('Content-Security-Policy', PAGE_POLICY);
  return html;
}
