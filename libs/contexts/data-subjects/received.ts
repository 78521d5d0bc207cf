import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Omittable } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { IsIn, IsISO8601 } from 'class-validator';

export const channels = ['contact-form', 'e-mail', 'phone', 'letter', 'service'] as const;
export type Channel = (typeof channels)[number];

/** What every request of a person carries: by which way and when it came in. The clock runs from there, not from when it is recorded. */
export class Received {
  @ApiProperty({ enum: channels })
  @IsIn(channels)
  channel!: Channel;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it came in (UTC); now where absent. Recording late is allowed and shown' })
  @Omittable()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be an instant (ISO 8601, UTC)' })
  receivedAt?: string;

  /** @throws Problem 422 where it lies in the future */
  instant(now: Date): Date {
    if (this.receivedAt === undefined) return now;
    const instant = new Date(this.receivedAt);
    if (instant <= now) return instant;
    throw new Problem({
      type: '/problems/invalid-values',
      title: 'Some values are not valid',
      status: 422,
      errors: [{ pointer: '/receivedAt', rule: 'in-the-future', detail: 'lies in the future' }],
    });
  }
}
