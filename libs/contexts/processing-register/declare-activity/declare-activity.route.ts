import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { Type } from 'class-transformer';
import { IsObject, Matches, ValidateNested } from 'class-validator';
import { Prepared } from '../change.body';
import { DeclareProcessingActivity } from './declare-activity.command';
import { EntryBody } from './entry.body';

export class DeclareActivityBody extends Prepared {
  @ApiProperty({ example: 'C-16', description: 'C-… as controller, D-… as processor' })
  @Matches(/^[CD]-[1-9]\d{0,3}$/, { message: 'must be the id of a processing activity' })
  activityId!: string;

  @ApiProperty({ type: EntryBody })
  @ValidateNested()
  @Type(() => EntryBody)
  @IsObject()
  entry!: EntryBody;
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class DeclareActivityRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Declare a processing activity (GDPR art. 30); the caller approves what somebody else prepared',
    description: 'Unknown codes are refused, each with its place; so is what law or statement rules out, with rule and article.',
  })
  declare(@Body() body: DeclareActivityBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { activityId, ...change } = body;
    return this.gateway.run({ caller, key, route: 'POST /processing-activities', body }, (context) =>
      this.commands.execute(new DeclareProcessingActivity(activityId, change, context)),
    );
  }
}
