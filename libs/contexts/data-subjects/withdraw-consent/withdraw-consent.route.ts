import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { PurposeCode } from '@hjemmel/contexts/processing-register/contract';
import { consentPurposes } from '@hjemmel/contexts/processing-register/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { SubjectParams } from '../subject-params';
import { WithdrawConsent } from './withdraw-consent.command';

const surfaces = ['contact-form', 'e-mail', 'phone', 'my-page', 'unsubscribe-link', 'cookie-dialog'] as const;

export class WithdrawConsentBody {
  @ApiProperty({ enum: consentPurposes })
  @IsIn(consentPurposes)
  purpose!: PurposeCode;

  @ApiProperty({ enum: surfaces, description: 'Where the person withdrew' })
  @IsIn(surfaces)
  surface!: (typeof surfaces)[number];

  @ApiProperty({ minimum: 1, maximum: 100, description: 'How many steps that took (GDPR art. 7(3): no more than the giving)' })
  @Min(1)
  @Max(100)
  @IsInt()
  steps!: number;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class WithdrawConsentRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/consent-withdrawals')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Withdraw a consent (GDPR art. 7(3)): takes effect at once' })
  withdraw(
    @Param() { subjectId }: SubjectParams,
    @Body() body: WithdrawConsentBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    return this.gateway.run(
      { caller, key, route: 'POST /data-subjects/{id}/consent-withdrawals', body: { subjectId, ...body } },
      (context) => this.commands.execute(new WithdrawConsent(subjectId, { ...body }, context)),
    );
  }
}
