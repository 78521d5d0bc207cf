import type { Purpose } from '@hjemmel/admission';
import { ConsentWording, consentWordings, devicePurposes } from '@hjemmel/contexts/processing-register/contract';
import { Fault, Problem } from '@hjemmel/kernel';
import type { Wording } from '../consent.events';
import type { ConsentChoices } from './choose-consents.command';

/** A choice as it counts. */
export interface DecidedChoice {
  readonly purpose: Purpose;
  readonly choice: 'give' | 'refuse';
  /** How many steps it took; a signal takes none. */
  readonly steps: number;
  readonly signal?: 'gpc';
  /** What was shown beside it; nothing where the signal alone speaks. */
  readonly wording?: Wording;
}

/**
 * The person's clicks with the device's signal over them. The signal speaks about what devices give, and says no: a click on "yes" beside
 * it is not unambiguous (GDPR art. 4(11), 21(5)). It gives no consent, and says nothing of other purposes.
 * @throws Problem `wording-unknown` (422) where a choice cites words that no form of the company shows
 */
export function decidedChoices({ choices, locale, steps, gpc }: ConsentChoices): DecidedChoice[] {
  const shown = choices.map(({ purpose, wording: hash }) =>
    consentWordings.find((one) => one.purpose === purpose && one.locale === locale && one.hash === hash),
  );
  const unknown = shown.flatMap((wording, line) => (wording ? [] : [line]));
  if (unknown.length > 0) throw wordingUnknown(unknown);
  const clicked = choices.map(({ purpose, choice }, line): DecidedChoice => {
    const wording = cited(shown[line]!);
    return gpc && choice === 'give' && devicePurposes.some((one) => one === purpose)
      ? { purpose, choice: 'refuse', steps: 0, signal: 'gpc', wording }
      : { purpose, choice, steps, wording };
  });
  const unasked = gpc ? devicePurposes.filter((purpose) => !choices.some((one) => one.purpose === purpose)) : [];
  return [...clicked, ...unasked.map((purpose) => ({ purpose, choice: 'refuse', steps: 0, signal: 'gpc' }) as const)];
}

const cited = ({ version, locale, hash }: ConsentWording): Wording => ({ version, locale, hash });

const wordingUnknown = (lines: readonly number[]): Problem =>
  new Problem({
    type: '/problems/wording-unknown',
    title: 'A choice cites words that are not in use for its purpose and language',
    status: 422,
    rule: 'wording-unknown',
    legal: 'GDPR art. 7(1)',
    errors: lines.map((line): Fault => ({
      pointer: `/choices/${line}/wording`,
      rule: 'wording-unknown',
      detail: 'is no hash of a wording for this purpose in this language',
      legal: 'GDPR art. 7(1)',
    })),
  });
