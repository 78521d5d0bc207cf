import { ApiProperty } from '@nestjs/swagger';
import { NamesNobody } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { ACTOR } from '@hjemmel/kernel';

/** Who prepared a change: the caller approves it, and nobody approves what is their own (four eyes). */
export class Prepared {
  @ApiProperty({ description: 'Who prepared it, as the log names them: a pseudonym of 32 hex digits, or a service. Never the caller' })
  @Matches(ACTOR, { message: 'must be a pseudonym or the name of a service' })
  proposedBy!: string;
}

export class PreparedWithReason extends Prepared {
  @ApiProperty({ description: 'Why; holds no personal data' })
  @NamesNobody(1_000)
  reason!: string;
}

export class ConfirmedBody {
  @ApiProperty({ description: 'Why it may be relied on; holds no personal data' })
  @NamesNobody(1_000)
  reason!: string;

  @ApiProperty({ description: 'Where the confirmation is written down', example: 'styrevedtak 2026-11/4' })
  @NamesNobody(300)
  document!: string;
}

/** The test of a legitimate interest, step by step (GDPR art. 6(1)(f)). */
export class ThreeSteps {
  @ApiProperty({ description: 'Why the interest can’t be served with less' })
  @NamesNobody(2_000)
  necessity!: string;

  @ApiProperty({ description: 'Why the person’s interests and rights do not override it' })
  @NamesNobody(2_000)
  balance!: string;

  @ApiProperty({ description: 'What protects the person' })
  @NamesNobody(2_000)
  safeguards!: string;
}

export class ActivityParams {
  @ApiProperty({ example: 'C-1' })
  @Matches(/^[CD]-[1-9]\d{0,3}$/, { message: 'must be the id of a processing activity' })
  activityId!: string;
}

export class RuleParams {
  @ApiProperty({ example: 'order-3y' })
  @Matches(/^[a-z0-9-]{1,60}$/, { message: 'must be the id of a retention rule' })
  ruleId!: string;
}
