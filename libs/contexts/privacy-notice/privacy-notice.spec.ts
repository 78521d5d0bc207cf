import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { privacyNotice, PublishStatement } from './decider';
import { PrivacyStatementPublished } from './events';
import { publishStatement, StatementDraft } from './publish-statement/publish-statement.command';
import { statement20231220 } from './seed/statement-2023-12-20';
import { statementInForce, statementsFrom } from './state';

const officer: Actor = { id: 'officer-1', role: 'privacy-officer' };
const on = (publishedAt: string, draft: Partial<StatementDraft> = {}): PublishStatement =>
  publishStatement({ ...draftOf('2027-01-01'), ...draft }, { publishedAt: new Date(publishedAt), approvedBy: officer });

const draftOf = (day: string, text = 'Erklæring\n\nHva\n\nTekst'): StatementDraft => ({
  version: day,
  effectiveOn: day,
  reason: 'New law',
  texts: [
    {
      language: 'nb',
      text,
      sections: [
        { id: 'introduction', heading: 'Erklæring' },
        { id: 'what', heading: 'Hva' },
      ],
    },
  ],
});

const published = ({ type: _, ...data }: PublishStatement): PrivacyStatementPublished => ({ type: 'PrivacyStatementPublished', data });

const seed = publishStatement(statement20231220, { publishedAt: new Date('2026-01-02T10:00:00Z'), approvedBy: officer });
const next = on('2026-12-01T10:00:00Z');
const publishing = given(privacyNotice);

describe('the statement of 2023-12-20', () => {
  const file = readFileSync(join(__dirname, '../../../test/data/statement-2023-12-20.nb.txt'));

  it('is the text that stands in the file, byte for byte', () => {
    expect(Buffer.from(seed.texts[0]!.text, 'utf8').equals(file)).toBe(true);
    expect(seed.texts[0]!.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    expect(seed.texts[0]!.sha256).toBe('a1dd64726f4d128d5ca643eea9fce0f175dcc57b9f0b45d5ea59bbcd96d748b5');
  });

  it('is published in an empty log, effective from the beginning of the day that it prints, in Oslo', () => {
    publishing().when(seed).then(published(seed));
    expect(seed.effectiveFrom).toBe('2023-12-19T23:00:00.000Z');
  });

  it('has sixteen sections, each heading a line of the text', () => {
    expect(seed.texts[0]!.sections).toHaveLength(16);
    expect(statementsFrom([published(seed)])[0]!.sections).toContain('erasure-and-rectification');
  });
});

describe('publishing a further version', () => {
  it('is done', () => publishing(published(seed)).when(next).then(published(next)));

  it('does nothing where the same comes again', () => {
    publishing(published(seed)).when(seed).nothing();
    publishing(published(seed), published(next))
      .when({ ...next, publishedAt: '2026-12-02T10:00:00.000Z' })
      .nothing();
  });

  it('needs a reason (P-81)', () =>
    publishing()
      .when(on('2026-12-01T10:00:00Z', { reason: ' ' }))
      .refused('no-reason'));

  it('needs a version of its own (P-84)', () => {
    publishing(published(seed), published(next))
      .when(on('2026-12-01T10:00:00Z', { texts: draftOf('', 'Erklæring\nHva\nx').texts }))
      .refused('version-exists');
    publishing(published(seed), published(next))
      .when(on('2026-12-01T10:00:00Z', { effectiveOn: '2027-02-01' }))
      .refused('version-exists');
  });

  it('takes effect after the one in force', () => {
    for (const effectiveOn of ['2023-12-19', '2023-12-20'])
      publishing(published(seed)).when(on('2026-12-01T10:00:00Z', { effectiveOn })).refused('effective-before-the-one-in-force');
  });

  it('takes effect no earlier than it is published (GDPR art. 13), the first one apart', () => {
    publishing(published(seed)).when(on('2027-01-02T10:00:00Z')).refused('effective-before-publication');
  });

  it('says on what day it was changed, and means it (P-84)', () => {
    const printing = (date: string) => on('2026-12-01T10:00:00Z', { texts: draftOf('', `Erklæring\nHva\nsist oppdatert ${date}.`).texts });
    publishing(published(seed)).when(printing('31.12.2026')).refused('printed-date-differs');
    publishing(published(seed))
      .when(printing('01.01.2027'))
      .then(published(printing('01.01.2027')));
  });

  describe('has a text whose sections can be referred to (P-02)', () => {
    const [nb] = draftOf('').texts;
    const [introduction, what] = nb!.sections;
    const withTexts = (...texts: StatementDraft['texts']) => publishing(published(seed)).when(on('2026-12-01T10:00:00Z', { texts }));

    it('no text at all', () => withTexts().refused('no-text'));
    it('an empty one', () => withTexts({ ...nb!, text: ' \n' }).refused('no-text'));
    it('no sections', () => withTexts({ ...nb!, sections: [] }).refused('no-section'));
    it('an anchor used twice', () =>
      withTexts({ ...nb!, sections: [introduction!, { ...what!, id: 'introduction' }] }).refused('duplicate-section'));
    it('a heading that is no line of the text', () =>
      withTexts({ ...nb!, sections: [introduction!, { id: 'what', heading: 'Tek' }] }).refused('section-not-in-text'));
    it('headings in another order', () => withTexts({ ...nb!, sections: [what!, introduction!] }).refused('section-not-in-text'));
    it('a translation without one of them', () =>
      withTexts(nb!, { language: 'en', text: 'Statement', sections: [{ id: 'introduction', heading: 'Statement' }] }).refused(
        'languages-differ-in-sections',
      ));
  });
});

describe('the version in force', () => {
  const statements = statementsFrom([published(seed), published(next)]);

  it.each([
    ['2023-12-19T22:59:59.999Z', undefined],
    ['2023-12-19T23:00:00Z', '2023-12-20'],
    ['2026-12-31T22:59:59Z', '2023-12-20'],
    ['2026-12-31T23:00:00Z', '2027-01-01'],
    ['2027-01-01T00:30:00+01:00', '2027-01-01'],
  ])('at %s is %s', (instant, version) => {
    expect(statementInForce(statements, instant)?.version).toBe(version);
    expect(statementInForce(statements, new Date(instant))?.version).toBe(version);
  });

  it('cites the hash of the authoritative text', () => {
    expect(statementInForce(statements, '2026-06-01T00:00:00Z')).toMatchObject({ hash: seed.texts[0]!.sha256, reason: seed.reason });
  });
});
