import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, PageQuery } from '@hjemmel/http';
import { isUUID } from 'class-validator';
import { rightsRequestsModel } from '../rights-requests.read-model';
import { ListRightsRequests, RequestPlace } from './list-rights-requests.query';

export class RightsRequestView {
  @ApiProperty()
  requestId!: string;

  @ApiProperty({ example: 'access' })
  right!: string;

  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ description: 'Under whom the data is held' })
  controller!: string;

  @ApiProperty({ enum: ['decide', 'forward-to-controller'] })
  handling!: string;

  @ApiProperty()
  channel!: string;

  @ApiProperty()
  status!: string;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;

  @ApiProperty({ format: 'date', description: 'Thirty days, as the statement promises' })
  promise!: string;

  @ApiProperty({ format: 'date', description: 'One month (GDPR art. 12(3))' })
  law!: string;

  @ApiProperty({ format: 'date', description: 'The earlier of the two, in Europe/Oslo' })
  due!: string;

  @ApiProperty({ format: 'date-time', description: 'End of that day' })
  dueInstant!: string;
}

export class RightsRequestList {
  @ApiProperty({ type: [RightsRequestView] })
  items!: readonly RightsRequestView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('rights requests')
@ApiBearerAuth()
@Controller('rights-requests')
export class ListRightsRequestsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Allow('case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({ summary: 'Requests of data subjects with their due dates, the most pressing first' })
  @ApiOkResponse({ type: RightsRequestList })
  async list(@Query() { after, limit, cursor }: PageQuery): Promise<RightsRequestList> {
    const behind = decodeCursor(cursor, isPlace);
    await this.consistency.waitFor(rightsRequestsModel.name, after);
    const { items, next } = await this.queries.execute(new ListRightsRequests({ limit, behind }));
    return { items, ...(next && { next: encodeCursor({ ...next }) }) };
  }
}

/** What Postgres would not take as a value is no place in the list either. */
export const isPlace = (value: unknown): value is RequestPlace & { readonly [key: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  'due' in value &&
  typeof value.due === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value.due) &&
  'requestId' in value &&
  isUUID(value.requestId);
