import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import type { LiftingReason } from '../events';
import { liftingReasons } from '../events';
import type { Channel } from '../received';
import { channels } from '../received';
import { RestrictionParams } from '../restriction-params';
import { AnnounceLifting } from './announce-lifting.command';

export class LiftingAnnouncementBody {
  @ApiProperty({ enum: liftingReasons, description: 'Why it will be lifted' })
  @IsIn(liftingReasons)
  because!: LiftingReason;

  @ApiProperty({ enum: channels, description: 'By which way the person was told' })
  @IsIn(channels)
  channel!: Channel;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class AnnounceLiftingRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/restrictions/:restrictionId/announcements')
  @Allow('case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that the person was told of the lifting of a restriction (GDPR art. 18(3))' })
  announce(
    @Param() { subjectId, restrictionId }: RestrictionParams,
    @Body() body: LiftingAnnouncementBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const route = 'POST /data-subjects/{id}/restrictions/{id}/announcements';
    return this.gateway.run({ caller, key, route, body: { subjectId, restrictionId, ...body } }, (context) =>
      this.commands.execute(new AnnounceLifting(subjectId, restrictionId, { ...body }, context)),
    );
  }
}
