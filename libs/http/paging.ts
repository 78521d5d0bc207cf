import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Json, Problem } from '@hjemmel/kernel';
import { LogPosition, Omittable, PlainText, SEMANTIC } from './validation/rules';

export const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** `?after=<position>`: the answer must have seen this position of the log. Hand it to `Consistency.waitFor`. */
export class AfterQuery {
  @ApiPropertyOptional({ example: '18344', description: 'Answer from this position of the log on: what a command answered with' })
  @Omittable()
  @LogPosition()
  after?: string;
}

/** `?limit=&cursor=&after=` of a list. A route takes one query DTO: filters of its own go into a class that extends this one. */
export class PageQuery extends AfterQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE })
  @Omittable()
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : (value as unknown)))
  @IsInt()
  @Min(1, SEMANTIC)
  @Max(MAX_PAGE_SIZE, SEMANTIC)
  limit: number = DEFAULT_PAGE_SIZE;

  @ApiPropertyOptional({ description: 'What the previous page gave as `next`, unchanged' })
  @Omittable()
  @PlainText(1_024)
  cursor?: string;
}

/** Where the next page starts, as an opaque text. It is no secret and no authority: never put personal data in it. */
export const encodeCursor = (place: Json): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * @param isPlace what the list's own cursors look like: the text comes from outside
 * @returns undefined where the list starts at its beginning
 * @throws Problem 400 for a text that is no cursor of this list
 */
export function decodeCursor<T extends Json>(cursor: string | undefined, isPlace: (value: unknown) => value is T): T | undefined {
  if (cursor === undefined) return undefined;
  const place = parsed(cursor);
  if (isPlace(place)) return place;
  throw new Problem({
    type: '/problems/invalid-request',
    title: 'The request is not valid',
    status: 400,
    errors: [{ pointer: '/cursor', rule: 'cursor', detail: 'not a cursor of this list; take `next` of the page before, unchanged' }],
  });
}

function parsed(cursor: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined; // not JSON: no cursor of ours
  }
}
