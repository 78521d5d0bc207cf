import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { ActivityParams, PreparedWithReason } from '../change.body';
import { EntryBody } from '../declare-activity/entry.body';
import { ReviseProcessingActivity } from './revise-activity.command';

export class ReviseActivityBody extends PreparedWithReason {
  @ApiProperty({ type: EntryBody, description: 'The whole entry as it is to stand' })
  @ValidateNested()
  @Type(() => EntryBody)
  @IsObject()
  entry!: EntryBody;
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class ReviseActivityRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':activityId/revisions')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Revise a processing activity: its next version, with a reason; the caller approves what somebody else prepared',
    description: 'A part marked as unconfirmed keeps its mark: that goes by a confirmation only.',
  })
  revise(
    @Param() { activityId }: ActivityParams,
    @Body() body: ReviseActivityBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /processing-activities/{id}/revisions';
    return this.gateway.run({ caller, key, route, body: { activityId, ...body } }, (context) =>
      this.commands.execute(new ReviseProcessingActivity(activityId, { ...body }, context)),
    );
  }
}
