import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody, Omittable, PlainText } from '@hjemmel/http';
import { CUSTOMER, Problem, PSEUDONYM } from '@hjemmel/kernel';
import { Matches } from 'class-validator';
import { PlaceLegalHold } from './place-hold.command';

export class HoldTerms {
  @ApiProperty({ description: 'In words that name nobody' })
  @NamesNobody(500)
  reason!: string;

  @ApiProperty({ description: 'Pseudonym of who prepared it: somebody else than the caller' })
  @PlainText(100)
  proposedBy!: string;
}

export class PlaceHoldBody extends HoldTerms {
  @ApiPropertyOptional({ description: 'Pseudonym of the data subject whose data is kept; this or `customer`' })
  @Omittable()
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId?: string;

  @ApiPropertyOptional({ description: 'Everybody known through this customer: organisation number, or enk-<pseudonym>' })
  @Omittable()
  @Matches(CUSTOMER, { message: 'must be an organisation number, or enk- and a pseudonym' })
  customer?: string;

  @ApiProperty({ example: 'case 2026/7', description: 'Where the claim is written down. Names nobody' })
  @NamesNobody(200)
  reference!: string;
}

@ApiTags('legal holds')
@ApiBearerAuth()
@Controller('legal-holds')
export class PlaceHoldRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Keep data for a legal claim (GDPR art. 17(3)(e)); the caller approves what somebody else prepared' })
  place(@Body() body: PlaceHoldBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /legal-holds', body }, (context) => {
      const { reason, proposedBy, reference: document } = body;
      return this.commands.execute(new PlaceLegalHold(targetOf(body), { reason, proposedBy, document }, context));
    });
  }
}

function targetOf({ subjectId, customer }: PlaceHoldBody) {
  if (subjectId !== undefined && customer === undefined) return { subjectId };
  if (customer !== undefined && subjectId === undefined) return { customer };
  throw new Problem({
    type: '/problems/invalid-values',
    title: 'Some values are not valid',
    status: 422,
    errors: [{ pointer: '', rule: 'one-target', detail: 'a hold is on a person or on a customer: name one' }],
  });
}
