import { Query } from '@nestjs/cqrs';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ActivityEntry } from '../../events';
import type { Moment } from '../../register-history';
import type { Balancing, Confirmation } from '../activity-versions.read-model';

export class ActivityView {
  @ApiProperty({ example: 'C-1' })
  activityId!: string;

  @ApiProperty({ description: '1 when declared, one more with each revision' })
  version!: number;

  @ApiProperty({ format: 'date-time', description: 'Since when this version stands' })
  since!: string;

  @ApiProperty({ description: 'Pseudonym of who approved it' })
  approvedBy!: string;

  @ApiProperty()
  retired!: boolean;

  @ApiProperty({ description: 'False while a part waits for a person' })
  confirmed!: boolean;

  @ApiProperty({ type: Object, description: 'The entry; what is confirmed by then is not marked any more' })
  entry!: ActivityEntry;
}

export class RetentionRuleView {
  @ApiProperty({ example: 'order-3y' })
  ruleId!: string;

  @ApiProperty()
  version!: number;

  @ApiProperty()
  trigger!: string;

  @ApiPropertyOptional({ example: 'P3Y' })
  length?: string;

  @ApiProperty()
  basis!: string;

  @ApiPropertyOptional()
  note?: string;

  @ApiProperty({ description: 'False where the length is assumed' })
  confirmed!: boolean;
}

export class VersionView {
  @ApiProperty()
  version!: number;

  @ApiProperty({ format: 'date-time' })
  validFrom!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  validUntil?: string;

  @ApiPropertyOptional()
  reason?: string;

  @ApiProperty()
  approvedBy!: string;

  @ApiProperty()
  approvedAs!: string;

  @ApiPropertyOptional()
  proposedBy?: string;

  @ApiProperty({ type: Object })
  entry!: ActivityEntry;

  @ApiProperty({ type: [Object], description: 'Parts that a person stood for while it stood: who, why, by which document' })
  confirmations!: readonly Confirmation[];

  @ApiProperty({ type: [Object], description: 'Tests of legitimate interests that were approved while it stood' })
  balancings!: readonly Balancing[];

  @ApiPropertyOptional({ type: Object })
  retired?: { readonly at: string; readonly by: string; readonly because: string };

  @ApiProperty({ description: 'Position of the log' })
  position!: string;
}

export class ActivityWithHistory {
  @ApiPropertyOptional({ type: ActivityView, description: 'As of the moment asked for; absent where it was not declared yet' })
  activity?: ActivityView;

  @ApiProperty({ type: [VersionView], description: 'All versions, oldest first' })
  history!: readonly VersionView[];
}

export class GetRegister extends Query<{ readonly items: readonly ActivityView[] }> {
  constructor(readonly moment: Moment) {
    super();
  }
}

export class GetActivity extends Query<ActivityWithHistory> {
  constructor(
    readonly activityId: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

export class ListRetentionRules extends Query<{ readonly items: readonly RetentionRuleView[] }> {
  constructor(readonly moment: Moment) {
    super();
  }
}
