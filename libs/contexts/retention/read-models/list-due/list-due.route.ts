import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, decodeCursor, encodeCursor, isInstant, Omittable, PageQuery, SEMANTIC, stringThat } from '@hjemmel/http';
import { PSEUDONYM, systemClock } from '@hjemmel/kernel';
import { IsIn } from 'class-validator';
import { instantAsked } from '../../due/asked-at';
import { DuePlace, DueRow, dueStates, ListDue } from './list-due.query';
import type { DueState } from './list-due.query';

export class DueQuery extends PageQuery {
  @ApiPropertyOptional({
    example: '2030-01-01',
    description: 'A day in Europe/Oslo, for all that is over by its end, or an instant with its offset; now where absent',
  })
  @Omittable()
  @stringThat('askedAt', 'must be a day (YYYY-MM-DD) or an instant with its offset', false, (text) => instantAsked(text) !== undefined)
  at?: string;

  @ApiPropertyOptional({
    enum: dueStates,
    description: 'Due and waiting where absent; what has no length or no rule has no day, and is asked for by name',
  })
  @Omittable()
  @IsIn(dueStates, SEMANTIC)
  state?: DueState;
}

export class DueView {
  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ example: 'contact' })
  retentionClass!: string;

  @ApiProperty({ enum: dueStates })
  state!: DueState;

  @ApiPropertyOptional({ example: 'order-3y', description: 'The rule that decides' })
  rule?: string;

  @ApiPropertyOptional()
  ruleVersion?: number;

  @ApiPropertyOptional({ example: 'C-1' })
  activity?: string;

  @ApiPropertyOptional({ description: 'On whose account it is kept' })
  customer?: string;

  @ApiPropertyOptional({ example: 'contract-ended' })
  trigger?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day on which it may be kept' })
  until?: string;
}

export class DueList {
  @ApiProperty({ type: [DueView] })
  items!: readonly DueView[];

  @ApiProperty({ description: 'Position of the log up to which everybody was looked at; the worker looks every few seconds' })
  lookedUpTo!: string;

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('retention')
@ApiBearerAuth()
@Controller('retention')
export class ListDueRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get('due')
  @Allow('case-worker', 'privacy-officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'What may not be kept any more at an instant, also one to come: by person and retention class, the longest over first',
  })
  @ApiOkResponse({ type: DueList })
  async list(@Query() { at, state, limit, cursor }: DueQuery): Promise<DueList> {
    const behind = decodeCursor(cursor, isPlace);
    const instant = at === undefined ? systemClock.now() : instantAsked(at)!;
    const { items, next, lookedUpTo } = await this.queries.execute(new ListDue(instant, state, { limit, behind }));
    return { items: items.map(viewOf), lookedUpTo: String(lookedUpTo), ...(next && { next: encodeCursor({ ...next }) }) };
  }
}

function viewOf({ overAt: _, subjectId, retentionClass, state, ...more }: DueRow): DueView {
  const known = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== null));
  return { subjectId, retentionClass, state, ...known };
}

/** What Postgres would not take as a value is no place in the list either. */
const isPlace = (value: unknown): value is DuePlace & { readonly [key: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  'overAt' in value &&
  typeof value.overAt === 'string' &&
  isInstant(value.overAt) &&
  'subjectId' in value &&
  typeof value.subjectId === 'string' &&
  PSEUDONYM.test(value.subjectId) &&
  'retentionClass' in value &&
  typeof value.retentionClass === 'string' &&
  /^[a-z0-9-]{1,40}$/.test(value.retentionClass);
