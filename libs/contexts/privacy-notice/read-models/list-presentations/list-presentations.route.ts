import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, Omittable, PageQuery } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { StatementParams } from '../../statement-params';
import { presentations } from '../presentations.read-model';
import { ListPresentations } from './list-presentations.query';

export class PresentationsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those to this data subject' })
  @Omittable()
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId?: string;
}

export class PresentationView {
  @ApiProperty()
  presentationId!: string;

  @ApiProperty({ description: 'SHA-256 of the text shown' })
  hash!: string;

  @ApiProperty()
  locale!: string;

  @ApiProperty()
  surface!: string;

  @ApiPropertyOptional()
  subjectId?: string;

  @ApiPropertyOptional()
  session?: string;

  @ApiProperty({ format: 'date-time' })
  presentedAt!: string;
}

export class PresentationList {
  @ApiProperty({ type: [PresentationView] })
  items!: readonly PresentationView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('privacy statement')
@ApiBearerAuth()
@Controller('privacy-statements')
export class ListPresentationsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get(':version/presentations')
  @Allow('privacy-officer', 'auditor')
  @ApiOperation({ summary: 'To whom a version was shown, where and when, newest first' })
  @ApiOkResponse({ type: PresentationList })
  async list(
    @Param() { version }: StatementParams,
    @Query() { after, limit, cursor, subjectId }: PresentationsQuery,
  ): Promise<PresentationList> {
    const place = decodeCursor(cursor, isPosition);
    await this.consistency.waitFor(presentations.name, after);
    const { items, next } = await this.queries.execute(
      new ListPresentations({
        version,
        limit,
        ...(subjectId !== undefined && { subjectId }),
        ...(place !== undefined && { behind: BigInt(place) }),
      }),
    );
    return {
      items: items.map(({ presentationId, hash, locale, surface, subjectId: reader, session, presentedAt }) => ({
        presentationId,
        hash,
        locale,
        surface,
        ...(reader !== null && { subjectId: reader }),
        ...(session !== null && { session }),
        presentedAt,
      })),
      ...(next !== undefined && { next: encodeCursor(String(next)) }),
    };
  }
}

const isPosition = (value: unknown): value is string => typeof value === 'string' && /^\d{1,18}$/.test(value);
