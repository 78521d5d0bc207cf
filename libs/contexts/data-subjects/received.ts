import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Instant, Omittable } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { IsIn } from 'class-validator';

export const channels = ['contact-form', 'e-mail', 'phone', 'letter', 'service'] as const;
export type Channel = (typeof channels)[number];

/** What every request of a person carries: by which way and when it came in. The clock runs from there, not from when it is recorded. */
export class Received {
  @ApiProperty({ enum: channels })
  @IsIn(channels)
  channel!: Channel;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it came in, with its offset; now where absent. Recording late is allowed and shown',
  })
  @Omittable()
  @Instant()
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
