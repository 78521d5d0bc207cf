import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import type { LiftingReason } from '../events';
import { liftingReasons } from '../events';
import { RestrictionParams } from '../restriction-params';
import { LiftRestriction } from './lift-restriction.command';

export class LiftingBody {
  @ApiProperty({ enum: liftingReasons, description: 'Why it is lifted' })
  @IsIn(liftingReasons)
  because!: LiftingReason;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class LiftRestrictionRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/restrictions/:restrictionId/liftings')
  @Allow('privacy-officer', 'case-worker')
  @ApiOperation({ summary: 'Lift a restriction, after the person was told (GDPR art. 18(3)): the caller decides it' })
  lift(
    @Param() { subjectId, restrictionId }: RestrictionParams,
    @Body() { because }: LiftingBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /data-subjects/{id}/restrictions/{id}/liftings';
    return this.gateway.run({ caller, key, route, body: { subjectId, restrictionId, because } }, (context) =>
      this.commands.execute(new LiftRestriction(subjectId, restrictionId, because, context)),
    );
  }
}
