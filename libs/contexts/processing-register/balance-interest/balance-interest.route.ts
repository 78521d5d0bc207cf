import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags, IntersectionType } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody, SEMANTIC } from '@hjemmel/http';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { ActivityParams, Prepared, ThreeSteps } from '../change.body';
import { DAY } from '../declare-activity/entry.body';
import { PurposeCode, purposes as codes } from '../events';
import { BalanceLegitimateInterest } from './balance-interest.command';

export class BalanceInterestBody extends IntersectionType(Prepared, ThreeSteps) {
  @ApiProperty({ enum: codes, isArray: true, description: 'All purposes that the basis carries' })
  @IsIn(codes, { ...SEMANTIC, each: true })
  @ArrayUnique()
  @ArrayMinSize(1)
  @ArrayMaxSize(60)
  @IsArray()
  purposes!: PurposeCode[];

  @ApiProperty({ example: 'LIA 2026-11/2', description: 'Where the test is written down' })
  @NamesNobody(300)
  document!: string;

  @ApiProperty({ format: 'date', description: 'Last day on which it stands; after it nothing is admitted on this interest' })
  @Matches(DAY, { message: 'must be a day, YYYY-MM-DD' })
  reviewBy!: string;
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('processing-activities')
export class BalanceInterestRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':activityId/balancing-tests')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Record the test of a legitimate interest (GDPR art. 6(1)(f)); the caller approves what somebody else prepared',
  })
  balance(
    @Param() { activityId }: ActivityParams,
    @Body() body: BalanceInterestBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const { proposedBy, purposes, ...test } = body;
    const route = 'POST /processing-activities/{id}/balancing-tests';
    return this.gateway.run({ caller, key, route, body: { activityId, ...body } }, (context) =>
      this.commands.execute(new BalanceLegitimateInterest(activityId, { purposes, test, proposedBy }, context)),
    );
  }
}
