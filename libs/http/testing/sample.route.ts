import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Problem } from '@hjemmel/kernel';
import type { Caller } from '../access';
import { Allow, CallerOf, IdempotencyKey, Public } from '../access';
import { Consistency } from '../consistency';
import { CommandGateway, CommandReply } from '../idempotency';
import { AfterQuery, PageQuery } from '../paging';
import { ChecksMore, refuseFaults } from '../validation/dto-pipe';
import { Omittable, PlainText, SEMANTIC } from '../validation/rules';

/** A route of each kind, as a context would write them. */

export class Line {
  @PlainText(40)
  name!: string;

  @IsInt()
  @Min(1, SEMANTIC)
  @Max(9, SEMANTIC)
  count!: number;

  @Omittable()
  @PlainText(10, { each: true })
  @IsArray()
  tags?: string[];

  /** A method: a field of this name must not slip by the rule against unknown ones. */
  total(): number {
    return this.count;
  }
}

export class Sample {
  @PlainText(80)
  title!: string;

  @IsIn(['a', 'b'])
  kind!: string;

  @Omittable()
  @PlainText(500, { lines: true, blank: true })
  note?: string;

  @IsBoolean()
  yes!: boolean;

  @IsNumber()
  amount!: number;

  @IsObject()
  @ValidateNested()
  @Type(() => Line)
  first!: Line;

  @ArrayMinSize(1, SEMANTIC)
  @ArrayMaxSize(3, SEMANTIC)
  @ValidateNested({ each: true })
  @Type(() => Line)
  @IsArray()
  lines!: Line[];
}

@ChecksMore()
export class Checked {
  @PlainText(10)
  title!: string;

  @PlainText(10)
  code!: string;
}

export class IdParam {
  @Matches(/^[0-9a-f]{4}$/)
  id!: string;
}

/** What the commands of {@link SampleRoute} do; tests hand it in. */
export abstract class Work {
  abstract do(commandId: string, now: Date, body: Sample): Promise<{ readonly position: string }>;
}

@Controller('samples')
export class SampleRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly consistency: Consistency,
    @Inject(Work) private readonly work: Work,
  ) {}

  @Post()
  @Allow('service', 'case-worker')
  make(@Body() body: Sample, @IdempotencyKey() key: string, @CallerOf() caller: Caller): Promise<CommandReply> {
    return this.gateway.run({ caller, key, route: 'POST /samples', body }, async ({ commandId, now }) => ({
      status: 201,
      body: await this.work.do(commandId, now, body),
    }));
  }

  @Public()
  @Post('open')
  open(@Body() body: Sample): object {
    return { title: body.title, tags: body.first.tags?.length ?? 0 };
  }

  @Public()
  @Post('checked')
  check(@Body() body: Checked): object {
    refuseFaults(body, body.code === 'good' ? [] : [{ pointer: '/code', rule: 'not-good', detail: 'is not good' }]);
    return {};
  }

  @Public()
  @Get('page')
  page(@Query() query: PageQuery): object {
    return { ...query };
  }

  @Public()
  @Get('after')
  async after(@Query() { after }: AfterQuery): Promise<object> {
    await this.consistency.waitFor('samples', after);
    return { after };
  }

  @Get('who')
  @Allow('privacy-officer', 'service', 'case-worker')
  who(@CallerOf() { actor }: Caller): object {
    return actor;
  }

  @Get('forgotten')
  forgotten(): object {
    return { seen: 'what nobody was allowed to see' };
  }

  @Public()
  @Get('fails/:how')
  fails(@Param('how') how: string): never {
    throw FAILURES[how] ?? new Error('Kari Nordmann, 44826136097');
  }

  @Public()
  @Get(':id')
  one(@Param() { id }: IdParam): object {
    return { id };
  }
}

const named = (name: string, code?: string): Error => Object.assign(new Error('Kari Nordmann'), { name, ...(code && { code }) });

const FAILURES: Record<string, Error> = {
  log: named('LogUnavailable'),
  revision: named('WrongExpectedRevision'),
  keys: named('CannotSeal'),
  erased: named('ErasedKey'),
  blobs: named('BlobStoreUnavailable'),
  database: named('Error', 'ECONNREFUSED'),
  shutdown: named('error', '57P01'),
  constraint: named('error', '23505'),
  contended: new Problem({ type: '/problems/contended', title: 'Others were quicker', status: 503, retryAfterSeconds: 1 }),
  law: new Problem({ type: '/problems/refused', title: 'Refused', status: 409, rule: 'restricted', legal: 'GDPR art. 18(2)' }),
};

@Allow('auditor')
@Controller('audit')
export class AuditRoute {
  @Get()
  all(): object {
    return {};
  }

  @Get('published')
  @Public()
  published(): object {
    return {};
  }
}
