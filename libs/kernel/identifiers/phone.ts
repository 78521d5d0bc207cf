import { createRequire } from 'node:module';

type Library = typeof import('libphonenumber-js');

const load = createRequire(__filename);
let library: Library | undefined;

/**
 * A telephone number in E.164 (`+4792361226`). Without a country code it is Norwegian. Spaces, dots, hyphens and brackets may stand between digits; other
 * text, an extension, letters and other scripts' digits may not.
 *
 * @returns undefined where no such number can exist by its country's numbering plan, or where it is a short number of a country's own network (in
 *   Norway those of five digits, elsewhere those of fewer). Never throws.
 */
export function normalisePhone(value: string): string | undefined {
  const text = value.trim();
  if (text.length > 40 || !/^\+?[0-9 ().\-\u00a0]+$/.test(text)) return undefined;
  // The numbering plans (9 MB) are those that class-validator loads; a process that reads no number does without them.
  library ??= load('libphonenumber-js') as Library;
  const phone = library.parsePhoneNumberFromString(text, { defaultCountry: 'NO', extract: false });
  if (!phone?.isValid() || phone.ext !== undefined) return undefined;
  const shortest = phone.countryCallingCode === '47' ? 8 : 5;
  return phone.nationalNumber.length < shortest ? undefined : phone.number;
}
