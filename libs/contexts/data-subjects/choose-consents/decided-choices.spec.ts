import { consentWordings } from '@hjemmel/contexts/processing-register/contract';
import { Problem } from '@hjemmel/kernel';
import type { ConsentChoices } from './choose-consents.command';
import { decidedChoices } from './decided-choices';

const hashOf = (purpose: string, locale = 'nb'): string =>
  consentWordings.find((one) => one.purpose === purpose && one.locale === locale)!.hash;
const chosen = (...choices: readonly (readonly [purpose: string, choice: 'give' | 'refuse'])[]): ConsentChoices => ({
  choices: choices.map(([purpose, choice]) => ({ purpose, choice, wording: hashOf(purpose) })),
  locale: 'nb',
  surface: 'cookie-dialog',
  steps: 2,
  gpc: false,
});
const brief = (asked: ConsentChoices) => decidedChoices(asked).map(({ purpose, choice, signal }) => [purpose, choice, signal]);

describe('what was chosen', () => {
  it('is what was clicked, purpose by purpose, with the words beside it', () => {
    expect(decidedChoices(chosen(['marketing', 'give'], ['site-analytics', 'refuse']))).toEqual([
      { purpose: 'marketing', choice: 'give', steps: 2, wording: { version: '2023-12-20', locale: 'nb', hash: hashOf('marketing') } },
      {
        purpose: 'site-analytics',
        choice: 'refuse',
        steps: 2,
        wording: { version: '2023-12-20', locale: 'nb', hash: hashOf('site-analytics') },
      },
    ]);
  });

  it('is a no to what devices give where the device says so, and the person’s own for the rest', () => {
    const asked = { ...chosen(['marketing', 'give'], ['site-analytics', 'give']), gpc: true };
    expect(brief(asked)).toEqual([
      ['marketing', 'give', undefined],
      ['site-analytics', 'refuse', 'gpc'],
      ['advertising', 'refuse', 'gpc'],
    ]);
  });

  it('stays the person’s own no where the device says the same: nobody clicks less for having the signal on', () => {
    expect(brief({ ...chosen(['site-analytics', 'refuse']), gpc: true })[0]).toEqual(['site-analytics', 'refuse', undefined]);
  });

  it('cites words of its purpose and language', () => {
    const problemOf = (asked: ConsentChoices): Problem['problem'] | undefined => {
      try {
        decidedChoices(asked);
        return undefined;
      } catch (error) {
        return (error as Problem).problem;
      }
    };
    const others = [
      { purpose: 'marketing', choice: 'give', wording: hashOf('site-analytics') },
      { purpose: 'site-analytics', choice: 'give', wording: hashOf('site-analytics', 'en') },
    ] as const;
    expect(problemOf({ ...chosen(), choices: others })).toMatchObject({
      status: 422,
      rule: 'wording-unknown',
      legal: 'GDPR art. 7(1)',
      errors: [{ pointer: '/choices/0/wording' }, { pointer: '/choices/1/wording' }],
    });
    expect(problemOf({ ...chosen(), choices: others.slice(1), locale: 'en' })).toBeUndefined();
  });
});
