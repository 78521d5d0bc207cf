import { conflicts } from '../../../privacy-notice/conflicts';
import { REGISTER_MODEL } from '../../../privacy-notice/register-model';
import { dataCatalogue } from '../../catalogue';
import { dataSubjectKinds, purposes } from '../../events';
import type { ActivityAt } from '../../register-history';
import { seedActivities } from '../../seed/activities';
import { retentionRules } from '../../seed/retention-rules';
import { activityVersions } from '../activity-versions.read-model';
import { cell, csvOf } from './csv';
import { htmlOf } from './html';
import { durationIn, label } from './labels';
import { processingRecord, RecordParts } from './record';

const since = '2026-01-01T00:00:00.000Z';
const activities: readonly ActivityAt[] = Object.entries(seedActivities).map(([activityId, entry]) => ({
  activityId,
  version: 1,
  entry,
  retired: false,
  since,
  approvedBy: 'first-start',
}));
const rules = Object.entries(retentionRules).map(([ruleId, rule]) => ({ ruleId, version: 1, rule }));
const recordOf = (changes: Partial<RecordParts> = {}) =>
  processingRecord({ article: '30(1)', asOf: new Date(since), language: 'nb', activities, rules, conflicts, ...changes });

describe('the record', () => {
  it('has all of one role, and leaves out what was retired by then', () => {
    expect(recordOf().entries).toHaveLength(15);
    expect(recordOf({ article: '30(2)' }).entries).toHaveLength(7);
    expect(recordOf({ activities: activities.map((one) => ({ ...one, retired: true })) }).entries).toEqual([]);
  });

  it('marks a part as unconfirmed while the entry or its retention rule is', () => {
    const orderRule = (confirmed: boolean, unconfirmed: readonly string[]) =>
      recordOf({
        activities: activities.slice(0, 1).map((one) => ({ ...one, entry: { ...one.entry, unconfirmed } })),
        rules: rules.map((one) => (one.ruleId === 'order-3y' ? { ...one, rule: { ...one.rule, confirmed } } : one)),
      }).entries[0]!.retention[0]!.unconfirmed;
    expect(orderRule(true, [])).toBeUndefined();
    expect(orderRule(false, [])).toBe(true);
    expect(orderRule(true, ['retention:order-3y'])).toBe(true);
  });

  it('names a transfer only where something is sent out of the EEA', () => {
    const c8 = activities.filter(({ activityId }) => activityId === 'C-8');
    expect(recordOf({ activities: c8 }).entries[0]).toMatchObject({ transfers: [], recipients: [{ suspended: 'T-6' }] });
    const sending = c8.map((one) => ({
      ...one,
      entry: { ...one.entry, recipients: [{ id: 'ad-networks', capacity: 'controller', location: 'third-country' } as const] },
    }));
    expect(recordOf({ activities: sending }).entries[0]!.transfers).toEqual(['annonsenettverk']);
  });

  it('says every code in Norwegian', () => {
    const codes = [
      ...purposes,
      ...dataSubjectKinds,
      ...Object.keys(dataCatalogue),
      ...Object.values(retentionRules).map(({ trigger }) => trigger),
      ...Object.values(seedActivities).flatMap(({ title, recipients, securityMeasures }) => [
        title,
        ...recipients.map(({ id }) => id),
        ...securityMeasures,
      ]),
    ];
    const same = ['administrator', 'bank'];
    for (const code of codes) if (!same.includes(code)) expect([code, label(code, 'nb')]).not.toEqual([code, label(code, 'en')]);
    expect(durationIn('P3Y6M', 'nb')).toBe('3 år 6 måneder');
    expect(durationIn('P1D', 'en')).toBe('1 day');
  });
});

describe('as CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])('%j stays text', (formula) => {
    expect(cell(formula)).toMatch(/^"?'/);
  });
  it('quotes what would break a line, and has one line for each activity', () => {
    expect(cell('a,"b"')).toBe('"a,""b"""');
    const lines = csvOf(recordOf()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(16);
    expect(lines[0]).toMatch(/^\uFEFFarticle,/);
  });
});

describe('as a page', () => {
  it('lets no markup of an entry through', () => {
    const hostile = activities.slice(0, 1).map((one) => ({ ...one, entry: { ...one.entry, title: '<script>alert("x")</script>' } }));
    const html = htmlOf(recordOf({ activities: hostile, language: 'en' }));
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });
});

it('the publication waits for the model that the register is answered from', () => {
  expect(REGISTER_MODEL).toBe(activityVersions.name);
});
