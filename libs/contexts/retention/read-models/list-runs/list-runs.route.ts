import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { AfterQuery, Allow, Consistency, decodeCursor, encodeCursor, isInstant, PageQuery } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { RetentionRunRow, retentionRuns } from '../retention-runs.read-model';
import { GetRetentionRun, ListRetentionRuns, RunPlace } from './list-runs.query';

const RUN_ID = /^(\d{4}-\d{2}-\d{2}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export class RunParams {
  @ApiProperty({ example: '2026-03-02', description: 'The night of a run by schedule, or the id of one that was asked for' })
  @Matches(RUN_ID, { message: 'must be the id of a run' })
  runId!: string;
}

export class DeferredCount {
  @ApiProperty({ example: 'restriction' })
  exception!: string;

  @ApiProperty({ example: 'GDPR art. 18(2)' })
  legal!: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day on which it is kept, where one is known' })
  until?: string;

  @ApiProperty()
  count!: number;
}

/** Retention classes of persons, counted. */
export class RunCountsView {
  @ApiProperty({ description: 'Over under a confirmed rule: deleted, deferred or failed' })
  due!: number;

  @ApiProperty({ description: 'Erasure begun; in a dry run: would be' })
  deleted!: number;

  @ApiProperty({ type: [DeferredCount] })
  deferred!: readonly DeferredCount[];

  @ApiProperty({ description: 'Refused to be erased; the next run tries anew' })
  failed!: number;

  @ApiProperty({ description: 'Over under a rule whose length is assumed: nothing goes before somebody confirms it' })
  waiting!: number;

  @ApiProperty({ description: 'Under a rule that needs a length and has none' })
  refused!: number;

  @ApiProperty({ description: 'Under no rule at all, where nothing may be stored' })
  unruled!: number;
}

export class RetentionRunView {
  @ApiProperty()
  runId!: string;

  @ApiProperty({ enum: ['requested', 'running', 'completed'] })
  status!: string;

  @ApiProperty()
  dryRun!: boolean;

  @ApiProperty({ description: 'Who asked for it; `retention` by schedule' })
  actor!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'What was over at this instant was due' })
  at?: string;

  @ApiProperty({ type: [Object], description: 'The retention rules as they stood: id, version, confirmed' })
  rules!: RetentionRunRow['rules'];

  @ApiProperty({ description: 'Erasures that were decided on so far' })
  dealtWith!: number;

  @ApiPropertyOptional({ format: 'date-time' })
  completedAt?: string;

  @ApiPropertyOptional({ type: RunCountsView })
  counts?: RunCountsView;
}

export class RetentionRunList {
  @ApiProperty({ type: [RetentionRunView] })
  items!: readonly RetentionRunView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('retention')
@ApiBearerAuth()
@Controller('retention-runs')
@Allow('case-worker', 'privacy-officer', 'auditor', 'admin')
export class ListRunsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Runs of the retention, the newest first' })
  @ApiOkResponse({ type: RetentionRunList })
  async list(@Query() { after, limit, cursor }: PageQuery): Promise<RetentionRunList> {
    const behind = decodeCursor(cursor, isPlace);
    await this.consistency.waitFor(retentionRuns.name, after);
    const { items, next } = await this.queries.execute(new ListRetentionRuns({ limit, behind }));
    return { items: items.map(viewOf), ...(next && { next: encodeCursor({ ...next }) }) };
  }

  @Get(':runId')
  @ApiOperation({ summary: 'One run: by which rules, how far it has come, and what became of what was due' })
  @ApiOkResponse({ type: RetentionRunView })
  async one(@Param() { runId }: RunParams, @Query() { after }: AfterQuery): Promise<RetentionRunView> {
    await this.consistency.waitFor(retentionRuns.name, after);
    return viewOf(await this.queries.execute(new GetRetentionRun(runId)));
  }
}

function viewOf({ role: _, position: __, at, completedAt, counts, ...row }: RetentionRunRow): RetentionRunView {
  return { ...row, ...(at !== null && { at }), ...(completedAt !== null && { completedAt }), ...(counts !== null && { counts }) };
}

/** What Postgres would not take as a value is no place in the list either. */
const isPlace = (value: unknown): value is RunPlace & { readonly [key: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  'since' in value &&
  typeof value.since === 'string' &&
  isInstant(value.since) &&
  'runId' in value &&
  typeof value.runId === 'string' &&
  RUN_ID.test(value.runId);
