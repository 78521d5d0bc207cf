import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody, Omittable } from '@hjemmel/http';
import { IsIn, Matches } from 'class-validator';
import { ACTOR } from '@hjemmel/kernel';
import type { OverrulingGround } from '../events';
import { overrulingGrounds } from '../events';
import { ObjectionParams } from '../objection-params';
import { invalidValue } from '../received';
import { DecideObjection, ObjectionDecision } from './decide-objection.command';

export class ObjectionDecisionBody {
  @ApiProperty({ enum: ['upheld', 'overruled'] })
  @IsIn(['upheld', 'overruled'])
  decision!: 'upheld' | 'overruled';

  @ApiPropertyOptional({ enum: overrulingGrounds, description: 'What weighs more (GDPR art. 21(1)); where it is overruled' })
  @Omittable()
  @IsIn(overrulingGrounds)
  grounds?: OverrulingGround;

  @ApiProperty({ description: 'Why; holds no personal data' })
  @NamesNobody(1_000)
  reasons!: string;

  @ApiProperty({ description: 'Where the decision is written down; holds no personal data', example: 'vedtak 2026-11/4' })
  @NamesNobody(300)
  document!: string;

  @ApiPropertyOptional({ description: 'Who prepared it, as the log names them, and never the caller; where it is overruled' })
  @Omittable()
  @Matches(ACTOR, { message: 'must be a pseudonym or the name of a service' })
  proposedBy?: string;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class DecideObjectionRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/objections/:objectionId/decisions')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Uphold an objection, or overrule it with grounds, reasons and four eyes (GDPR art. 21(1)); never one to direct marketing',
  })
  decide(
    @Param() { subjectId, objectionId }: ObjectionParams,
    @Body() body: ObjectionDecisionBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const decided = decisionOf(body);
    const route = 'POST /data-subjects/{id}/objections/{id}/decisions';
    return this.gateway.run({ caller, key, route, body: { subjectId, objectionId, ...body } }, (context) =>
      this.commands.execute(new DecideObjection(subjectId, objectionId, decided, context)),
    );
  }
}

/** @throws Problem 422 where grounds and preparer do not stand with a decision that overrules, and with that alone */
function decisionOf({ decision, grounds, reasons, document, proposedBy }: ObjectionDecisionBody): ObjectionDecision {
  if (decision === 'upheld') {
    if (grounds !== undefined) throw invalidValue('/grounds', 'only-where-overruled', 'stands with a decision that overrules');
    if (proposedBy !== undefined) throw invalidValue('/proposedBy', 'only-where-overruled', 'stands with a decision that overrules');
    return { decision, reasons, document };
  }
  if (grounds === undefined) throw invalidValue('/grounds', 'no-grounds', 'says what weighs more than the objection', 'GDPR art. 21(1)');
  if (proposedBy === undefined) throw invalidValue('/proposedBy', 'four-eyes', 'says who prepared it', 'GDPR art. 21(1), 24(1)');
  return { decision, grounds, reasons, document, proposedBy };
}
