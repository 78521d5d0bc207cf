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
    return pastInstant(this.receivedAt, '/receivedAt', now);
  }
}

/**
 * When something happened that is recorded now; now where nobody says.
 * @throws Problem 422 where it lies in the future
 */
export function pastInstant(text: string | undefined, pointer: string, now: Date): Date {
  if (text === undefined) return now;
  const instant = new Date(text);
  if (instant <= now) return instant;
  throw invalidValue(pointer, 'in-the-future', 'lies in the future');
}

/** What the shape of a body can't say of one of its values. */
export const invalidValue = (pointer: string, rule: string, detail: string, legal?: string): Problem =>
  new Problem({
    type: '/problems/invalid-values',
    title: 'Some values are not valid',
    status: 422,
    ...(legal !== undefined && { rule, legal }),
    errors: [{ pointer, rule, detail, ...(legal !== undefined && { legal }) }],
  });
