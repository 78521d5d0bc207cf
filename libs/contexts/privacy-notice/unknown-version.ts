import { Problem } from '@hjemmel/kernel';

export const unknownVersion = (): Problem =>
  new Problem({
    type: '/problems/unknown-version',
    title: 'No such version of the privacy statement',
    status: 404,
    rule: 'unknown-version',
  });

export const noSuchLanguage = (): Problem =>
  new Problem({
    type: '/problems/no-such-language',
    title: 'This version was not published in that language',
    status: 404,
    rule: 'no-such-language',
    legal: 'GDPR art. 12(1)',
  });
