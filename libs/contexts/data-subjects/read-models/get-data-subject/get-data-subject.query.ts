import { Query } from '@nestjs/cqrs';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CommandContext } from '@hjemmel/event-store';
import { ShownField } from '../../shown-field';

class Relation {
  @ApiProperty({ description: 'Customer: organisation number, or pseudonym of a sole trader' })
  customer!: string;

  @ApiProperty({ enum: ['company-representative', 'sole-trader', 'worker'] })
  capacity!: string;
}

class Consent {
  @ApiProperty()
  purpose!: string;

  @ApiProperty({ enum: ['given', 'withdrawn'] })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

class Restriction {
  @ApiProperty()
  ground!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;
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
