import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import { ObjectionParams } from '../objection-params';
import type { Channel } from '../received';
import { channels } from '../received';
import { WithdrawObjection } from './withdraw-objection.command';

export class ObjectionWithdrawalBody {
  @ApiProperty({ enum: channels, description: 'By which way the person took it back' })
  @IsIn(channels)
  channel!: Channel;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class WithdrawObjectionRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/objections/:objectionId/withdrawals')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that a person takes an objection back; nobody else can' })
  withdraw(
    @Param() { subjectId, objectionId }: ObjectionParams,
    @Body() { channel }: ObjectionWithdrawalBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /data-subjects/{id}/objections/{id}/withdrawals';
    return this.gateway.run({ caller, key, route, body: { subjectId, objectionId, channel } }, (context) =>
      this.commands.execute(new WithdrawObjection(subjectId, objectionId, channel, context)),
    );
  }
}
