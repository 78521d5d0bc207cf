import { admit, Standing } from '@hjemmel/admission';
import { statementsFrom } from '@hjemmel/contexts/privacy-notice/contract';
import { decide, isRefusal } from '@hjemmel/kernel';
import { publishStatement } from '../../privacy-notice/publish-statement/publish-statement.command';
import { statement20231220 } from '../../privacy-notice/seed/statement-2023-12-20';
import { dataCatalogue } from '../catalogue';
import { declareActivities, knownParts } from '../declare-activities/declare-activities.command';
import { processingActivity } from '../decider';
import { ProcessingActivityEvent, purposes } from '../events';
import { registerFrom } from '../state';
import { seedActivities } from './activities';
import { retentionRules } from './retention-rules';

const approvedBy = { id: 'first-start', role: 'system' } as const;
const { type: _, ...published } = publishStatement(statement20231220, { publishedAt: new Date('2026-01-02T00:00:00Z'), approvedBy });
const [statement] = statementsFrom([{ type: 'PrivacyStatementPublished', data: published }]);
const known = knownParts(statement!.sections, Object.keys(retentionRules));
const entries = Object.entries(seedActivities);
const facts = declareActivities(seedActivities, known, approvedBy).flatMap((command): readonly ProcessingActivityEvent[] => {
  const decision = decide(processingActivity, command, undefined);
  if (isRefusal(decision)) throw new Error(`${command.activityId} refused: ${decision.refused}`);
  return decision;
});
const register = registerFrom(facts);

const company = '915376215';
const worker: Standing = {
  controller: '314159265',
  relations: [{ customer: '314159265', capacity: 'worker' }],
  consents: {},
  restrictions: [],
  objections: [],
  erased: false,
};
const contact: Standing = { ...worker, controller: company, relations: [{ customer: '314159265', capacity: 'company-representative' }] };
const soleTrader: Standing = { ...contact, relations: [{ customer: 'enk-1', capacity: 'sole-trader' }] };

const ask = (standing: Standing, activity: string, purpose: string, categories: readonly string[], day = '2026-06-01') =>
  admit({
    standing,
    activity: register.get(activity),
    statement,
    use: { activity, purpose, categories, kind: 'processing' },
    at: new Date(`${day}T12:00:00Z`),
    company,
  });
const on = (code: string, more: object = {}) => ({ admitted: true, ground: { basis: { code, ...more } } });
const refusedBy = (rule: string) => ({ admitted: false, rule });

describe('the register that the first start declares', () => {
  it('holds all activities of the record, and each is accepted', () => {
    expect([...register.keys()]).toEqual([
      ...Array.from({ length: 15 }, (_, i) => `C-${i + 1}`),
      ...Array.from({ length: 7 }, (_, i) => `D-${i + 1}`),
    ]);
  });

  it('uses every purpose, every retention rule and every category of the catalogue', () => {
    const used = <T>(of: (entry: (typeof entries)[number][1]) => readonly T[]) => new Set(entries.flatMap(([, entry]) => of(entry)));
    expect([...used(({ purposes: codes }) => codes)].sort()).toEqual([...purposes].sort());
    expect([...used(({ retention }) => retention.map(({ rule }) => rule))].sort()).toEqual(Object.keys(retentionRules).sort());
    expect([...used(({ categories }) => categories.map(({ category }) => category))].sort()).toEqual(Object.keys(dataCatalogue).sort());
  });

  it('names promises of the statement, and the sections in which they stand', () => {
    for (const [, entry] of entries) for (const promise of entry.promises) expect(promise).toMatch(/^P-(0[1-9]|[1-7][0-9]|8[0-4])$/);
    expect(seedActivities['C-3']!.promises).toEqual([10, 53, 54, 55, 56, 60, 61, 62, 63, 64, 65, 78].map((number) => `P-${number}`));
    expect(seedActivities['C-3']!.policySections).toEqual([
      'controller',
      'access',
      'portability-restriction-objection',
      'erasure-and-rectification',
      'complaint',
    ]);
  });

  it('says what the company has not confirmed', () => {
    expect(seedActivities['C-1']!.unconfirmed).toEqual(expect.arrayContaining(['retention:order-3y', 'security:per-subject-encryption']));
    expect(seedActivities['C-2']!.unconfirmed.filter((part) => part.startsWith('retention:'))).toEqual([]);
    expect(seedActivities['D-7']!.unconfirmed).toContain('duty:forward-within-2-working-days');
    for (const [, entry] of entries) expect(entry.unconfirmed).not.toContain('security:risk-assessment');
  });

  it('has worker data in the processor’s activities alone (P-11, P-12)', () => {
    for (const [id, entry] of entries)
      if (entry.categories.some(({ category }) => /nationalId|photo|idCopy/.test(category))) expect(id).toMatch(/^D-/);
  });

  it('keeps national identity numbers where cards are ordered and where that is hosted, nowhere else (personopplysningsloven § 12)', () => {
    const holding = entries.filter(([, { categories }]) => categories.some(({ category }) => category === 'subject.nationalId'));
    expect(holding.map(([id]) => id)).toEqual(['D-1', 'D-6']);
  });
});

describe('under it', () => {
  it('an order is admitted: contract for a sole trader, interest for a company’s contact person (P-27), instruction for a worker', () => {
    const contactData = ['subject.contact', 'customer.org'];
    expect(ask(soleTrader, 'C-1', 'deliver-service', contactData)).toMatchObject(on('6(1)(b)'));
    expect(ask(contact, 'C-1', 'deliver-service', contactData)).toMatchObject(on('6(1)(f)'));
    expect(ask(contact, 'C-2', 'invoicing', ['invoice'])).toMatchObject(on('6(1)(f)'));
    expect(ask(contact, 'C-5', 'renewal', ['subject.contact'])).toMatchObject(on('6(1)(f)'));
    expect(ask(worker, 'D-1', 'hms-card-ordering', ['subject.contact', 'subject.nationalId', 'subject.photo'])).toMatchObject(
      on('28(3)(a)'),
    );
  });

  it('rights requests and evidence of consent rest on the law', () => {
    expect(ask(contact, 'C-3', 'rights-requests', ['request.case'])).toMatchObject(on('6(1)(c)', { statute: 'GDPR art. 12–22' }));
    expect(ask(contact, 'C-9', 'consent-evidence', ['consent.record'])).toMatchObject(on('6(1)(c)'));
    expect(ask(worker, 'D-7', 'assist-rights-requests', ['request.case'])).toMatchObject(on('28(3)(a)'));
  });

  it('marketing needs consent, and nothing carries it on after a withdrawal', () => {
    const consenting = (state: 'given' | 'withdrawn'): Standing => ({ ...contact, consents: { marketing: { state } } });
    expect(ask(contact, 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('consent-missing'));
    expect(ask(consenting('given'), 'C-4', 'marketing', ['subject.contact'])).toMatchObject(on('6(1)(a)'));
    expect(ask(consenting('withdrawn'), 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('consent-withdrawn'));
  });

  it('analytics cookies rest on the statute of their day (T-11)', () => {
    const visitor: Standing = { ...contact, consents: { 'site-analytics': { state: 'given' } } };
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2024-12-31')).toMatchObject(on('6(1)(a)', { statute: 'ekomloven § 2-7 b' }));
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2025-01-01')).toMatchObject(on('6(1)(a)', { statute: 'ekomloven § 3-15' }));
  });

  it('advertising cookies are off, consent or not (T-6)', () => {
    const visitor: Standing = { ...contact, consents: { advertising: { state: 'given' } } };
    expect(ask(visitor, 'C-8', 'advertising', ['device'])).toMatchObject(refusedBy('no-such-activity'));
  });

  it('a worker’s number is not used for anything of the company’s own', () => {
    expect(ask(contact, 'C-1', 'deliver-service', ['subject.nationalId'])).toMatchObject(refusedBy('category-not-declared'));
    expect(ask(worker, 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('role-mismatch'));
  });
});
