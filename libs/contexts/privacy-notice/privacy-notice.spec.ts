import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { privacyNotice, PublishStatement } from './decider';
import { coverageOf, sectionsNeeded } from './coverage';
import { CoveredPart, PartKind, PrivacyStatementPublished } from './events';
import { PublicationContext, publishStatement, StatementDraft } from './publish-statement/publish-statement.command';
import { seedActivities } from '../processing-register/seed/activities';
import { statement20231220 } from './seed/statement-2023-12-20';
import { statementInForce, statementsFrom } from './state';

const officer: Actor = { id: 'officer-1', role: 'privacy-officer' };
const approved: Omit<PublicationContext, 'publishedAt'> = {
  approvedBy: officer,
  proposedBy: 'editor',
  classification: { kind: 'minor', reasons: 'wording only' },
};
const on = (publishedAt: string, draft: Partial<StatementDraft> = {}): PublishStatement =>
  publishStatement({ ...draftOf('2027-01-01'), ...draft }, { publishedAt: new Date(publishedAt), ...approved });

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

const published = (
  { type: _, adds: _adds, coveredBefore: _before, needs: _needs, ...data }: PublishStatement,
  additions?: readonly CoveredPart[],
): PrivacyStatementPublished => ({ type: 'PrivacyStatementPublished', data: { ...data, ...(additions && { additions }) } });

const first = (command: PublishStatement) => published(command);
const further = (command: PublishStatement) => published(command, command.adds);
const installer: Actor = { id: 'first-start', role: 'system' };
const seed = publishStatement(statement20231220, { publishedAt: new Date('2026-01-02T10:00:00Z'), approvedBy: installer });
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
    publishing().when(seed).then(first(seed));
    expect(seed.effectiveFrom).toBe('2023-12-19T23:00:00.000Z');
  });

  it('has sixteen sections, each heading a line of the text', () => {
    expect(seed.texts[0]!.sections).toHaveLength(16);
    expect(statementsFrom([published(seed)])[0]!.sections).toContain('erasure-and-rectification');
  });
});

describe('publishing a further version', () => {
  it('is done', () => publishing(published(seed)).when(next).then(further(next)));

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
      .then(further(printing('01.01.2027')));
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

describe('a further version is classified (P-82)', () => {
  const before: readonly CoveredPart[] = ['purpose:C-1:deliver-service', 'basis:C-1:6(1)(b)'];
  const context = (changes: Partial<PublicationContext>): PublishStatement =>
    publishStatement(draftOf('2027-01-01'), { publishedAt: new Date('2026-12-01T10:00:00Z'), ...approved, covers: before, ...changes });
  const after = published({ ...seed, covers: before });
  const material = { kind: 'material', reasons: 'a purpose is added' } as const;

  it('with reasons', () => {
    const { classification: _none, ...unclassified } = context({});
    publishing(after).when(unclassified).refused('not-classified');
    publishing(after)
      .when(context({ classification: { kind: 'minor', reasons: ' ' } }))
      .refused('classified-without-reasons');
    publishing(after)
      .when(context({}))
      .then(published(context({}), []));
  });

  const additions: Readonly<Record<PartKind, CoveredPart>> = {
    purpose: 'purpose:C-4:marketing',
    recipient: 'recipient:C-1:crm-provider',
    category: 'category:C-1:invoice',
    basis: 'basis:C-1:6(1)(f)',
  };
  it.each(Object.entries(additions) as [PartKind, CoveredPart][])('never as minor where it adds a %s (GDPR art. 13–14)', (kind, part) => {
    const covers = [...before, part];
    publishing(after).when(context({ covers })).refused(`minor-adds-${kind}`);
    publishing(after)
      .when(context({ covers, adds: [part] }))
      .refused(`minor-adds-${kind}`);
    publishing(after)
      .when(context({ covers, classification: material }))
      .refused('addition-not-named');
    const told = context({ covers, adds: [part], classification: material });
    publishing(after)
      .when(told)
      .then(published(told, [part]));
  });

  it('and never as minor where its authors say that it adds something, even what was done before without telling', () => {
    const adds: readonly CoveredPart[] = ['purpose:C-1:deliver-service'];
    publishing(after).when(context({ adds })).refused('minor-adds-purpose');
    publishing(after)
      .when(context({ adds, classification: material }))
      .then(published(context({ adds, classification: material }), adds));
  });

  it('and names nothing that the register does not declare (P-07)', () => {
    publishing(after)
      .when(context({ adds: ['purpose:C-9:horses'], classification: material }))
      .refused('addition-not-declared');
  });

  it('a removal may be minor', () => {
    const less = context({ covers: [before[0]!] });
    publishing(after).when(less).then(published(less, []));
  });

  it('a version that was published before the register was there is compared with what the program came with', () => {
    const { covers: _none, ...data } = published(seed).data;
    const old: PrivacyStatementPublished = { type: 'PrivacyStatementPublished', data };
    publishing(old)
      .when(context({ coveredBefore: [] }))
      .refused('minor-adds-purpose');
    publishing(old)
      .when(context({ coveredBefore: before }))
      .then(published(context({ coveredBefore: before }), []));
  });

  it('is approved by a named person, and prepared by another', () => {
    publishing(after)
      .when(context({ proposedBy: officer.id }))
      .refused('four-eyes');
    publishing(after)
      .when(context({ approvedBy: { id: 'shop', role: 'service' } }))
      .refused('approver-not-named');
  });

  it('keeps the sections that activities refer to (P-02)', () => {
    publishing(after)
      .when(context({ needs: ['introduction', 'sharing'] }))
      .refused('section-still-needed');
  });
});

describe('what people must be told', () => {
  const entry = seedActivities['C-8']!;
  const { suspended: _off, ...switchedOn } = entry;
  const of = (changes: object) => coverageOf([{ activityId: 'C-8', entry: { ...switchedOn, ...changes }, retired: false }]);

  it('is what is carried out: nothing of what is retired, suspended, or sent nowhere', () => {
    expect(coverageOf([{ activityId: 'C-8', entry, retired: false }])).toEqual([]);
    expect(coverageOf([{ activityId: 'C-8', entry: switchedOn, retired: true }])).toEqual([]);
    expect(of({})).toEqual(['purpose:C-8:advertising', 'category:C-8:device', 'basis:C-8:6(1)(a)']);
    expect(of({ recipients: [{ id: 'ad-networks', capacity: 'controller', location: 'EEA' }] })).toContain('recipient:C-8:ad-networks');
  });

  it('needs the sections that cover it', () => {
    expect(sectionsNeeded([{ activityId: 'C-8', entry: switchedOn, retired: false }])).toEqual(['sources']);
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
