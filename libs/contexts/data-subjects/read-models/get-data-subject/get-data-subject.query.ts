import { Query } from '@nestjs/cqrs';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CommandContext } from '@hjemmel/event-store';
import { objectionKinds, restrictionGrounds } from '../../events';
import { ShownField } from '../../shown-field';

class Relation {
  @ApiProperty({ description: 'Customer: organisation number, or pseudonym of a sole trader' })
  customer!: string;

  @ApiProperty({ enum: ['company-representative', 'sole-trader', 'worker', 'visitor'] })
  capacity!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Over since; nothing new is done on its ground' })
  endedAt?: string;
}

class Consent {
  @ApiProperty()
  purpose!: string;

  @ApiProperty({ enum: ['given', 'refused', 'withdrawn'] })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

class Restriction {
  @ApiProperty({ format: 'uuid' })
  restrictionId!: string;

  @ApiProperty({ enum: restrictionGrounds })
  ground!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ description: 'The person was told that it will be lifted (GDPR art. 18(3))' })
  toldOfLifting!: boolean;
}

class Objection {
  @ApiProperty({ format: 'uuid' })
  objectionId!: string;

  @ApiProperty({ enum: objectionKinds })
  kind!: string;

  @ApiProperty()
  purpose!: string;

  @ApiProperty({ enum: ['pending', 'upheld', 'overruled', 'withdrawn'] })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

class DisclosuresTo {
  @ApiProperty({ example: 'mail-provider' })
  recipient!: string;

  @ApiProperty()
  times!: number;

  @ApiProperty({ format: 'date-time' })
  lastAt!: string;
}

class Permission {
  @ApiProperty({ example: 'C-1' })
  activity!: string;

  @ApiProperty({ example: 'deliver-service' })
  purpose!: string;

  @ApiProperty()
  admitted!: boolean;

  @ApiPropertyOptional({ example: 'GDPR art. 6(1)(f)', description: 'Legal basis, where it would be admitted' })
  basis?: string;

  @ApiPropertyOptional({ example: 'restricted' })
  rule?: string;

  @ApiPropertyOptional({ example: 'GDPR art. 18(2)' })
  legal?: string;
}

/** A person under one controller, with what may be done with their data now. */
export class DataSubjectView {
  @ApiProperty()
  subjectId!: string;

  @ApiProperty()
  controller!: string;

  @ApiProperty()
  source!: string;

  @ApiProperty({ format: 'date-time' })
  registeredAt!: string;

  @ApiPropertyOptional()
  name?: ShownField;

  @ApiPropertyOptional()
  email?: ShownField;

  @ApiProperty({ type: [Relation] })
  relations!: readonly Relation[];

  @ApiProperty({ type: [Consent] })
  consents!: readonly Consent[];

  @ApiProperty({ type: [Restriction] })
  restrictions!: readonly Restriction[];

  @ApiProperty({ type: [Objection] })
  objections!: readonly Objection[];

  @ApiProperty({ type: [DisclosuresTo], description: 'To whom data of this person went (GDPR art. 15(1)(c))' })
  disclosures!: readonly DisclosuresTo[];

  @ApiProperty({ type: [Permission], description: 'For every declared use of this person’s kind: would it be admitted now?' })
  permissions!: readonly Permission[];

  @ApiProperty({ description: 'Uses admitted so far' })
  admitted!: number;

  @ApiProperty({ description: 'Uses refused so far' })
  refused!: number;

  @ApiPropertyOptional({ format: 'date-time' })
  lastUseAt?: string;
}

export class GetDataSubject extends Query<DataSubjectView> {
  constructor(
    readonly subjectId: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
