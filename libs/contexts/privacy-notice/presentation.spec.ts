import { given } from '@hjemmel/kernel/testing/given';
import { presentation, PrivacyStatementPresented, RecordPresentation } from './presentation';

const show: RecordPresentation = {
  type: 'RecordPresentation',
  presentationId: 'p-1',
  version: '2023-12-20',
  locale: 'nb',
  surface: 'order-form',
  to: { kind: 'session', session: 'ab'.repeat(16) },
  at: new Date('2026-11-01T10:00:00Z'),
  hashes: { nb: 'cd' },
};
const { type: _, at, hashes: _hashes, ...rest } = show;
const shown: PrivacyStatementPresented = {
  type: 'PrivacyStatementPresented',
  data: { ...rest, hash: 'cd', presentedAt: at.toISOString() },
};

describe('a presentation of the statement (P-03)', () => {
  it('is recorded with the hash of the text that was shown', () => given(presentation)().when(show).then(shown));
  it('is recorded once', () => given(presentation)(shown).when(show).nothing());
  it('is of a version that was published, in a language that it has', () => {
    given(presentation)()
      .when({ ...show, hashes: undefined })
      .refused('unknown-version');
    given(presentation)()
      .when({ ...show, locale: 'en' })
      .refused('no-such-language');
  });
});
