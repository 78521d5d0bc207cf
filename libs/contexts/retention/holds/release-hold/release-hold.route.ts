import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsUUID } from 'class-validator';
import { HoldTerms } from '../place-hold/place-hold.route';
import { ReleaseLegalHold } from './release-hold.command';

export class HoldParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  holdId!: string;
}

@ApiTags('legal holds')
@ApiBearerAuth()
@Controller('legal-holds')
export class ReleaseHoldRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':holdId/release')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Release a legal hold: erasures that wait for it go on' })
  release(@Param() { holdId }: HoldParams, @Body() body: HoldTerms, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /legal-holds/{id}/release', body: { holdId, ...body } }, (context) =>
      this.commands.execute(new ReleaseLegalHold(holdId, { ...body }, context)),
    );
  }
}
