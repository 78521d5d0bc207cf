import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsBoolean } from 'class-validator';
import { RequestRetentionRun } from './request-run.command';

export class RequestRunBody {
  @ApiProperty({ description: 'True counts what a run would do, and erases nothing' })
  @IsBoolean()
  dryRun!: boolean;
}

@ApiTags('retention')
@ApiBearerAuth()
@Controller('retention-runs')
export class RequestRunRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @HttpCode(202)
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary:
      'Run the retention now, or count what a run would do; the worker makes it, and GET /retention-runs/{id} tells how far it has come',
  })
  request(@Body() body: RequestRunBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /retention-runs', body: { ...body } }, (context) =>
      this.commands.execute(new RequestRetentionRun(body.dryRun, context)),
    );
  }
}
