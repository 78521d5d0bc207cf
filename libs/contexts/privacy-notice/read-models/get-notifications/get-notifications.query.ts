import { Query } from '@nestjs/cqrs';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export const outcomes = ['notified', 'pending', 'failed', 'withheld'] as const;
export type NotificationOutcome = (typeof outcomes)[number];

export class NotificationView {
  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ enum: outcomes })
  outcome!: NotificationOutcome;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ format: 'date-time', description: 'Of the last thing that happened' })
  changedAt!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'From when on it is tried (again)' })
  dueAt?: string;

  @ApiPropertyOptional({ description: 'Why it failed, or the rule by which the address stayed closed' })
  reason?: string;

  @ApiPropertyOptional({ description: 'The article behind that rule' })
  legal?: string;

  @ApiPropertyOptional({ description: 'The admission under which the address was opened' })
  admission?: string;
}

/** Whether everybody whom a version concerns was told of it: affected − notified, and why it is not empty where it is not. */
export class NotificationsView {
  @ApiProperty()
  version!: string;

  @ApiProperty({ description: 'Whether anybody is to be told: only of material versions' })
  material!: boolean;

  @ApiProperty({ description: 'Whether everybody affected has a notification waiting or sent' })
  planned!: boolean;

  @ApiProperty({ description: 'Persons known to the company as controller when the version was published' })
  affected!: number;

  @ApiProperty()
  notified!: number;

  @ApiProperty({ description: 'Waiting, in hand, or to be tried again' })
  pending!: number;

  @ApiProperty({ description: 'Given up after so many attempts, or for good at once' })
  failed!: number;

  @ApiProperty({ description: 'Not told because a rule kept the address closed' })
  withheld!: number;

  @ApiProperty({ description: 'affected − notified' })
  outstanding!: number;

  @ApiProperty({ description: 'affected − notified = ∅' })
  complete!: boolean;

  @ApiProperty({ type: [NotificationView] })
  items!: readonly NotificationView[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

export class GetNotifications extends Query<Omit<NotificationsView, 'next'> & { readonly nextSubject: string | undefined }> {
  constructor(
    readonly asked: {
      readonly version: string;
      readonly outcome: NotificationOutcome | undefined;
      readonly limit: number;
      readonly behind: string | undefined;
    },
  ) {
    super();
  }
}
