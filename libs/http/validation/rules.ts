import { isISO8601, IsString, registerDecorator, ValidateIf } from 'class-validator';
import type { ValidationOptions } from 'class-validator';

/**
 * Marks a rule as one of meaning: what it refuses is well-formed but not valid (422 instead of 400).
 * `@ArrayMaxSize(500, SEMANTIC)`, or with more: `@IsEmail({}, { ...SEMANTIC, each: true })`.
 */
export const SEMANTIC: ValidationOptions = { context: { status: 422 } };

/** The field may be left out. Unlike `IsOptional` of class-validator, null is not the same as absent. */
export const Omittable = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** C0 and C1 controls (tab and line feed may be allowed), line and paragraph separators, and what turns the direction of text. */
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
/** A text without any of these is blank to whoever reads it: `trim` knows no zero-width space, no filler and no Braille blank. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u;
const LINE_BREAKS = /[\t\n]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

export interface PlainTextOptions {
  /** An empty or blank text is a fault unless this is set. */
  readonly blank?: boolean;
  /** Lets tab and line feed through, for texts of several lines. */
  readonly lines?: boolean;
  /** Each element of an array. */
  readonly each?: boolean;
}

export const isPlainText = (text: string, max: number, { blank = false, lines = false }: PlainTextOptions = {}): boolean =>
  text.length <= 2 * max && // no more code points than code units: a huge text is not taken apart
  [...text].length <= max &&
  (blank || VISIBLE.test(text)) &&
  !FORBIDDEN.test(text) &&
  (lines || !LINE_BREAKS.test(text)) &&
  !LONE_SURROGATE.test(text);

/** A text of at most `max` characters (code points) without control characters, in any script; kept as it is. */
export const PlainText = (max: number, options: PlainTextOptions = {}): PropertyDecorator =>
  stringThat(
    'plainText',
    `must be text of ${options.blank ? 0 : 1} to ${max} characters without control characters`,
    options.each,
    (text) => isPlainText(text, max, options),
  );

/** Tells who somebody is: an e-mail address, or digits as many as a date of birth or a number of a person has, also in groups. */
const IDENTIFYING = /[^\s@]@[^\s@]|\p{Nd}{6}|(?:\p{Nd} ?){8}/u;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Not that no name is in it, which no rule can see: that nothing is in it by which a person is looked up. */
export const namesNobody = (text: string): boolean => !IDENTIFYING.test(text.normalize('NFKC').replace(IGNORABLE, ''));

/** A text that stands in clear where it can't be taken back, in the log: grounds and reasons, and nobody's address or number (GDPR art. 5(1)(c)). */
export const NamesNobody = (max: number): PropertyDecorator =>
  stringThat(
    'namesNobody',
    `must be text of 1 to ${max} characters without control characters, e-mail addresses or long numbers: it holds no personal data`,
    false,
    (text) => isPlainText(text, max) && namesNobody(text),
  );

/** The largest position that a log can have: positions are signed 64-bit. */
const MAX_POSITION = (1n << 63n) - 1n;

export const isLogPosition = (text: string): boolean => /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= MAX_POSITION;

/** A position of the log, in decimal. */
export const LogPosition = (): PropertyDecorator =>
  stringThat('logPosition', 'must be a position of the log, in decimal', false, isLogPosition);

/** Without an offset it would be another instant on each server's clock. */
const OFFSET = /(?:Z|[+-]\d{2}:\d{2})$/;

export const isInstant = (text: string): boolean =>
  OFFSET.test(text) && isISO8601(text, { strict: true, strictSeparator: true }) && !Number.isNaN(Date.parse(text));

/** An instant (ISO 8601) that says its offset from UTC, on a day that there is. */
export const Instant = (): PropertyDecorator => stringThat('instant', 'must be an instant (ISO 8601) with its offset', false, isInstant);

/** A string (else the type is wrong: 400) that fulfils a rule (else 422). `detail` says what is expected, never what was sent. */
export const stringThat =
  (name: string, detail: string, each: boolean | undefined, holds: (text: string) => boolean): PropertyDecorator =>
  (target, propertyName) => {
    IsString({ each: each ?? false })(target, propertyName);
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { ...SEMANTIC, each: each ?? false, message: each ? `each element ${detail}` : detail },
      validator: { validate: (value: unknown) => typeof value !== 'string' || holds(value) },
    });
  };
