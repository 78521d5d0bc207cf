import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, PlainText } from '@hjemmel/http';
import { ActivityParams, ConfirmedBody } from '../change.body';
import { ConfirmActivityPart } from './confirm-part.command';

export class ConfirmPartBody extends ConfirmedBody {
  @ApiProperty({ example: 'retention:order-3y', description: 'As the entry lists it under `unconfirmed`' })
  @PlainText(200)
  part!: string;
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class ConfirmPartRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':activityId/confirmations')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Confirm a part of an entry that was assumed: once, with a reason and a document that says so' })
  confirm(
    @Param() { activityId }: ActivityParams,
    @Body() body: ConfirmPartBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /processing-activities/{id}/confirmations';
    return this.gateway.run({ caller, key, route, body: { activityId, ...body } }, (context) =>
      this.commands.execute(new ConfirmActivityPart(activityId, { ...body }, context)),
    );
  }
}
