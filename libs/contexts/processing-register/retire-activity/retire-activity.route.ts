import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { ActivityParams, PreparedWithReason } from '../change.body';
import { RetireProcessingActivity } from './retire-activity.command';

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class RetireActivityRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':activityId/retirement')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Retire a processing activity: nothing is admitted under it from then on; it stays on record' })
  retire(
    @Param() { activityId }: ActivityParams,
    @Body() body: PreparedWithReason,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /processing-activities/{id}/retirement';
    return this.gateway.run({ caller, key, route, body: { activityId, ...body } }, (context) =>
      this.commands.execute(new RetireProcessingActivity(activityId, { ...body }, context)),
    );
  }
}
