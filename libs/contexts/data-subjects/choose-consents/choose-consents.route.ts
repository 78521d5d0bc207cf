import { Body, Controller, Headers, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { PurposeCode } from '@hjemmel/contexts/processing-register/contract';
import { consentPurposes } from '@hjemmel/contexts/processing-register/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, Matches, Max, Min, ValidateNested } from 'class-validator';
import { SubjectParams } from '../subject-params';
import { ChooseConsents } from './choose-consents.command';

const surfaces = ['order-form', 'cookie-dialog', 'my-page'] as const;

export class ConsentChoiceBody {
  @ApiProperty({ enum: consentPurposes })
  @IsIn(consentPurposes)
  purpose!: PurposeCode;

  @ApiProperty({ enum: ['give', 'refuse'] })
  @IsIn(['give', 'refuse'])
  choice!: 'give' | 'refuse';

  @ApiProperty({ description: 'SHA-256 (hex) of the words that were shown beside it, see GET /consent-wordings' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in hex' })
  wording!: string;
}

export class ConsentChoicesBody {
  @ApiProperty({ type: [ConsentChoiceBody], minItems: 1, maxItems: 10, description: 'One for each purpose that was asked about' })
  @ArrayUnique(({ purpose }: ConsentChoiceBody) => purpose, { message: 'each purpose may stand here once' })
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ConsentChoiceBody)
  choices!: ConsentChoiceBody[];

  @ApiProperty({ enum: ['nb', 'en'], description: 'Language of the words' })
  @IsIn(['nb', 'en'])
  locale!: 'nb' | 'en';

  @ApiProperty({ enum: surfaces, description: 'Where the person chose' })
  @IsIn(surfaces)
  surface!: (typeof surfaces)[number];

  @ApiProperty({ minimum: 1, maximum: 100, description: 'How many steps that took: a withdrawal must need no more (GDPR art. 7(3))' })
  @Min(1)
  @Max(100)
  @IsInt()
  steps!: number;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class ChooseConsentsRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/consent-choices')
  @Allow('service')
  @ApiOperation({
    summary: 'Record what a person chose when asked for consent, purpose by purpose (GDPR art. 7): given, refused or withdrawn',
    description:
      'A no to a consent that lives withdraws it. Under Global Privacy Control a yes to what a device gives is taken as a no, and what lives of that is withdrawn.',
  })
  @ApiHeader({
    name: 'Sec-GPC',
    required: false,
    description: '`1` as the device sent it, passed on: Global Privacy Control. Anything else is no signal',
    schema: { type: 'string' },
  })
  choose(
    @Param() { subjectId }: SubjectParams,
    @Body() body: ConsentChoicesBody,
    @Headers('sec-gpc') signal: string | undefined,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const asked = { ...body, gpc: signal === '1' };
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/consent-choices', body: { subjectId, ...asked } }, (context) =>
      this.commands.execute(new ChooseConsents(subjectId, asked, context)),
    );
  }
}
