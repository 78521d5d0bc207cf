import { admit, Norms, questionOf, RequestedUse, Standing } from '@hjemmel/admission';
import { statementsFrom } from '@hjemmel/contexts/privacy-notice/contract';
import { decide, isRefusal } from '@hjemmel/kernel';
import { publishStatement } from '../../privacy-notice/publish-statement/publish-statement.command';
import { statement20231220 } from '../../privacy-notice/seed/statement-2023-12-20';
import { dataCatalogue } from '../catalogue';
import { wordingsFor } from '../consent-wordings/consent-wordings';
import { declareActivities, knownParts } from '../declare-activities/declare-activities.command';
import { processingActivity } from '../decider';
import { ProcessingActivityEvent, purposes } from '../events';
import { entriesFrom, registerOf } from '../state';
import { seedActivities } from './activities';
import { renewedEntry } from './renewed-entry';
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
const register = registerOf(entriesFrom(facts), new Map(Object.entries(retentionRules)));

const company = '915376215';
const worker: Standing = {
  controller: '314159265',
  relations: [{ customer: '314159265', capacity: 'worker' }],
  consents: {},
  restrictions: [],
  objections: [],
  periods: [],
  erased: false,
};
const contact: Standing = { ...worker, controller: company, relations: [{ customer: '314159265', capacity: 'company-representative' }] };
const soleTrader: Standing = { ...contact, relations: [{ customer: 'enk-1', capacity: 'sole-trader' }] };

const from = '2020-01-01T00:00:00.000Z';
const agreement = { version: '1', from, instructions: { 'D-1': { from }, 'D-6': { from }, 'D-7': { from } } };
const norms: Norms = { register, statement, agreements: new Map([[worker.controller, agreement]]), knownUpTo: '1', company };

const ask = (
  standing: Standing,
  activity: string,
  purpose: string,
  categories: readonly string[],
  day = '2026-06-01',
  more: Partial<RequestedUse> = {},
) => admit(questionOf(norms, standing, { activity, purpose, categories, kind: 'processing', ...more }, new Date(`${day}T12:00:00Z`)));
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
    const [wording] = wordingsFor('marketing');
    const consenting = (state: 'given' | 'withdrawn'): Standing => ({
      ...contact,
      consents: { marketing: { state, ...(state === 'given' && { wording: wording! }) } },
    });
    expect(ask(contact, 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('consent-missing'));
    expect(ask(consenting('given'), 'C-4', 'marketing', ['subject.contact'])).toMatchObject(on('6(1)(a)'));
    expect(ask(consenting('withdrawn'), 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('consent-withdrawn'));
    const toOtherWords: Standing = { ...contact, consents: { marketing: { state: 'given', wording: 'ab'.repeat(32) } } };
    expect(ask(toOtherWords, 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('consent-for-another-wording'));
  });

  it('analytics cookies rest on the statute of their day (T-11)', () => {
    const wording = wordingsFor('site-analytics')[0]!;
    const visitor: Standing = {
      ...contact,
      consents: { 'site-analytics': { state: 'given', wording, givenAt: '2024-12-01T12:00:00.000Z' } },
    };
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2024-12-31')).toMatchObject(on('6(1)(a)', { statute: 'ekomloven § 2-7 b' }));
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2025-01-01')).toMatchObject(on('6(1)(a)', { statute: 'ekomloven § 3-15' }));
    // The choice is asked for again after a year.
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2025-12-01')).toMatchObject(on('6(1)(a)'));
    expect(ask(visitor, 'C-7', 'site-analytics', ['device'], '2025-12-02')).toMatchObject(refusedBy('consent-lapsed'));
  });

  it('advertising cookies are off, consent or not (T-6)', () => {
    const visitor: Standing = { ...contact, consents: { advertising: { state: 'given' } } };
    expect(ask(visitor, 'C-8', 'advertising', ['device'])).toMatchObject(refusedBy('no-such-activity'));
  });

  it('a worker’s data is used where the customer has an agreement and instructed it, and nowhere else (art. 28(3))', () => {
    const cards = ['subject.contact', 'subject.nationalId', 'subject.photo'];
    const elsewhere: Standing = { ...worker, controller: '889640782', relations: [{ customer: '889640782', capacity: 'worker' }] };
    expect(ask(elsewhere, 'D-1', 'hms-card-ordering', cards)).toMatchObject(refusedBy('no-agreement-in-force'));
    expect(ask(worker, 'D-2', 'card-lifecycle', ['subject.card'])).toMatchObject(refusedBy('no-instruction'));
  });

  it('a national id is used to order the card; where that is hosted it is stored (personopplysningsloven § 12)', () => {
    const hosting = (kind: RequestedUse['kind']) =>
      ask(worker, 'D-6', 'hosting-and-support', ['subject.nationalId'], '2026-06-01', { kind });
    expect(hosting('processing')).toMatchObject(refusedBy('national-id-without-need'));
    expect(hosting('storage')).toMatchObject(on('28(3)(a)'));
  });

  it('the card maker gets what is printed on the card; the number goes to the authority alone (P-48, P-49)', () => {
    const send = (id: string, field: string, category: string) =>
      ask(worker, 'D-1', 'hms-card-ordering', [category], '2026-06-01', { recipient: { id, fields: [field] } });
    expect(send('evry-card-services', 'subject.photo.photo', 'subject.photo')).toMatchObject({ admitted: true });
    expect(send('arbeidstilsynet', 'subject.nationalId.number', 'subject.nationalId')).toMatchObject({ admitted: true });
    expect(send('evry-card-services', 'subject.nationalId.number', 'subject.nationalId')).toMatchObject(
      refusedBy('field-not-allowed-for-recipient'),
    );
    expect(send('courier', 'subject.contact.name', 'subject.contact')).toMatchObject(refusedBy('recipient-unknown'));
  });

  it('an order’s data is used until the contract is over, and kept for three years after it (foreldelsesloven)', () => {
    const left: Standing = {
      ...contact,
      relations: [{ customer: '314159265', capacity: 'company-representative', endedAt: '2026-03-01T12:00:00.000Z' }],
      periods: [{ trigger: 'contract-ended', customer: '314159265', since: '2026-03-01T12:00:00.000Z' }],
    };
    const use = (day: string, kind: RequestedUse['kind']) => ask(left, 'C-1', 'deliver-service', ['subject.contact'], day, { kind });
    expect(use('2026-06-01', 'processing')).toMatchObject(refusedBy('contract-over'));
    expect(use('2029-03-01', 'storage')).toMatchObject(on('6(1)(f)'));
    expect(use('2029-03-02', 'storage')).toMatchObject(refusedBy('retention-over'));
  });

  it('every interest was balanced, in words that wait for a person (P-29)', () => {
    for (const [, { legalBases, purposes: all, unconfirmed }] of entries) {
      for (const { code, balancing, purposes: carried = all } of legalBases) {
        expect(balancing !== undefined).toBe(code === '6(1)(f)');
        if (balancing) expect(unconfirmed).toEqual(expect.arrayContaining(carried.map((purpose) => `balancing:${purpose}`)));
      }
    }
  });

  it('a worker’s number is not used for anything of the company’s own', () => {
    expect(ask(contact, 'C-1', 'deliver-service', ['subject.nationalId'])).toMatchObject(refusedBy('category-not-declared'));
    expect(ask(worker, 'C-4', 'marketing', ['subject.contact'])).toMatchObject(refusedBy('role-mismatch'));
  });
});

describe('what a newer version of the program knows of an activity that an older one declared', () => {
  const seed = seedActivities['C-1']!;
  const older = { ...seed, title: 'Orders' };

  it('is nothing where they say the same, whatever people have confirmed or tested since', () => {
    expect(renewedEntry(seed, seed)).toBeUndefined();
    expect(renewedEntry({ ...seed, unconfirmed: [] }, seed)).toBeUndefined();
  });
  it('takes its place, and keeps what people have confirmed and tested', () => {
    const test = { necessity: 'n', balance: 'b', safeguards: 's', document: 'LIA 1', reviewBy: '2030-01-01' };
    const known = {
      ...older,
      legalBases: older.legalBases.map((basis) => (basis.code === '6(1)(f)' ? { ...basis, balancing: test } : basis)),
      unconfirmed: older.unconfirmed.filter((part) => part !== 'retention:order-3y' && !part.startsWith('balancing:')),
    };
    const renewed = renewedEntry(known, seed)!;
    expect(renewed.title).toBe(seed.title);
    expect(renewed.unconfirmed).toEqual(known.unconfirmed);
    expect(renewed.legalBases.find(({ code }) => code === '6(1)(f)')!.balancing).toEqual(test);
  });
  it('adds what nobody could confirm yet as unconfirmed', () => {
    const before = { ...older, recipients: [], unconfirmed: older.unconfirmed.filter((part) => !part.startsWith('fields:')) };
    expect(renewedEntry(before, seed)!.unconfirmed).toEqual(expect.arrayContaining(['fields:mail-provider']));
  });
});
