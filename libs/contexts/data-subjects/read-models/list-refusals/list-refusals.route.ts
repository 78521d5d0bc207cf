import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, Omittable, PageQuery } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { refusals } from '../refusals.read-model';
import { ListRefusals } from './list-refusals.query';

export class ListRefusalsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only refusals of uses of this person’s data' })
  @Omittable()
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId?: string;
}

export class RefusalView {
  @ApiProperty()
  refusalId!: string;

  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ example: 'PlaceOrder' })
  act!: string;

  @ApiProperty({ example: 'C-1' })
  activity!: string;

  @ApiProperty()
  purpose!: string;

  @ApiProperty({ type: [String] })
  categories!: readonly string[];

  @ApiProperty({ example: 'restricted' })
  rule!: string;

  @ApiProperty({ example: 'GDPR art. 18(2)' })
  legal!: string;

  @ApiProperty({ type: String, nullable: true })
  statementVersion!: string | null;

  @ApiProperty({ format: 'date-time' })
  refusedAt!: string;

  @ApiProperty()
  actor!: string;

  @ApiProperty()
  role!: string;

  @ApiProperty({ description: 'Position of the refusal in the log' })
  position!: string;
}

export class RefusalList {
  @ApiProperty({ type: [RefusalView] })
  items!: readonly RefusalView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('refusals')
export class ListRefusalsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Allow('case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({ summary: 'Uses of personal data that were refused, newest first, with rule and article' })
  @ApiOkResponse({ type: RefusalList })
  async list(@Query() { after, limit, cursor, subjectId }: ListRefusalsQuery): Promise<RefusalList> {
    const place = decodeCursor(cursor, isPosition);
    await this.consistency.waitFor(refusals.name, after);
    const { items, next } = await this.queries.execute(
      new ListRefusals({ limit, behind: place === undefined ? undefined : BigInt(place), subjectId }),
    );
    return {
      items: items.map((row) => ({ ...row, position: String(row.position) })),
      ...(next !== undefined && { next: encodeCursor(String(next)) }),
    };
  }
}

const isPosition = (value: unknown): value is string => typeof value === 'string' && /^\d{1,18}$/.test(value);
