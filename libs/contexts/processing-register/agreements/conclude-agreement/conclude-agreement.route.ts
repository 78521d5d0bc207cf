import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { NationalIds } from '@hjemmel/contexts/orders/contract';
import { NATIONAL_IDS } from '@hjemmel/contexts/orders/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Instant, Omittable, PlainText, refuseFaults } from '@hjemmel/http';
import { checkOrganisationNumber } from '@hjemmel/kernel/identifiers';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsObject, IsString, Matches, ValidateNested } from 'class-validator';
import { ConcludeProcessingAgreement } from './conclude-agreement.command';

class AgreeingCustomerBody {
  @ApiProperty({ example: '334115739', description: 'Organisation number, modulus 11' })
  @IsString()
  organisationNumber!: string;

  @ApiProperty({ example: 'Vik Bygg AS', description: 'Registered business name, with its form' })
  @PlainText(200)
  name!: string;
}

export class ActivitiesBody {
  @ApiProperty({ example: ['D-1', 'D-2', 'D-7'], description: 'Activities of the register that the customer instructs' })
  @Matches(/^D-[1-9]\d{0,3}$/, { each: true, message: 'each must be the id of an activity as processor' })
  @ArrayUnique()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsArray()
  activities!: string[];
}

export class ConcludeAgreementBody extends ActivitiesBody {
  @ApiProperty({ type: AgreeingCustomerBody })
  @IsObject()
  @ValidateNested()
  @Type(() => AgreeingCustomerBody)
  customer!: AgreeingCustomerBody;

  @ApiProperty({ example: '2026-01', description: 'Version of the agreement’s text' })
  @PlainText(60)
  version!: string;

  @ApiProperty({ description: 'SHA-256 of the text, hex' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in hex' })
  sha256!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Since when it holds; now where absent' })
  @Omittable()
  @Instant()
  from?: string;
}

@ApiTags('processing agreements')
@ApiBearerAuth()
@Controller('processing-agreements')
export class ConcludeAgreementRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
    @Inject(NATIONAL_IDS) private readonly nationalIds: NationalIds,
  ) {}

  @Post()
  @Allow('service', 'privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Record that a customer concluded the data processing agreement (GDPR art. 28(3)), or its next version',
    description: 'Without an agreement in force and an instruction for the activity, no data of the customer’s workers is taken.',
  })
  conclude(@Body() body: ConcludeAgreementBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { customer, version, sha256, activities, from } = body;
    const number = checkOrganisationNumber(customer.organisationNumber, this.nationalIds);
    refuseFaults(
      body,
      number.ok ? [] : [{ pointer: '/customer/organisationNumber', rule: number.fault, detail: 'is no organisation number in use here' }],
    );
    return this.gateway.run({ caller, key, route: 'POST /processing-agreements', body }, (context) => {
      const agreement = { version, sha256, activities, from: from === undefined ? context.now : new Date(from) };
      return this.commands.execute(new ConcludeProcessingAgreement(customer, agreement, context));
    });
  }
}
