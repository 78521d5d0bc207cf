import { admit, questionOf } from '@hjemmel/admission';
import { fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { ledger } from './decider';
import type { EraseData } from './erasure.decisions';
import { categoriesOf } from '@hjemmel/admission/retention-classes';
import type { DataErased } from './erasure.events';
import type { LedgerEvent, RestrictionGround } from './events';
import { evolve, summary, unknownSubject } from './state';
import { at, customer, delivering, invoicing, kari, norms, registered, storing } from './testing/kari';

const known = given(ledger);
const erase = (changes: Partial<EraseData> = {}): EraseData => ({
  type: 'EraseData',
  subjectId: kari,
  commandId: 'e1',
  erasureId: 'erasure-of-kari',
  retentionClasses: ['contact'],
  categories: ['subject.contact', 'customer.org'],
  because: 'erasure',
  whole: false,
  at,
  ...changes,
});
const erased = (changes: Partial<DataErased['data']> = {}): DataErased => {
  const { type: _, at: __, ...data } = erase();
  return { type: 'DataErased', data: { ...data, erasedAt: at.toISOString(), ...changes } };
};
const restricted = (ground: RestrictionGround): LedgerEvent => ({
  type: 'ProcessingRestricted',
  data: { restrictionId: 'r1', subjectId: kari, commandId: 'c', ground, channel: 'e-mail', receivedAt: at.toISOString() },
});
const lifted: LedgerEvent = {
  type: 'RestrictionLifted',
  data: {
    restrictionId: 'r1',
    subjectId: kari,
    commandId: 'l',
    because: 'claims-settled',
    decidedBy: { id: 'anne', role: 'privacy-officer' },
    decidedAt: at.toISOString(),
  },
};
const related: LedgerEvent = { type: 'RelationRecorded', data: { subjectId: kari, customer, capacity: 'company-representative' } };
const keyed = (retentionClass: string): LedgerEvent => ({
  type: 'KeysCommitted',
  data: { subjectId: kari, keys: [{ keyId: 'k', retentionClass, commitment: 'c' }] },
});
const standingAfter = (...events: readonly LedgerEvent[]) => fold(evolve, unknownSubject, [registered(), ...events]).standing;
const ruleFor = (use: typeof delivering, ...events: readonly LedgerEvent[]) => {
  const verdict = admit(questionOf(norms, standingAfter(...events), use, at));
  return verdict.admitted ? 'admitted' : verdict.rule;
};

describe('erasing on the person’s ledger (GDPR art. 17(1))', () => {
  it('is one fact, from which on nothing of it is admitted: not even storing', () => {
    known(registered()).when(erase()).then(erased());
    expect(ruleFor(delivering, erased())).toBe('erased');
    expect(ruleFor(storing, erased())).toBe('erased');
  });
  it('leaves what the law keeps, such as the invoice (art. 17(3)(b))', () => expect(ruleFor(invoicing, erased())).toBe('admitted'));
  it('of the whole person leaves nothing', () => expect(ruleFor(invoicing, erased({ whole: true }))).toBe('erased'));
  it('is not undone by a new relation or a new key: under this pseudonym it stays erased', () => {
    expect(ruleFor(delivering, erased(), related, keyed('contact'))).toBe('erased');
  });
  it('by schedule is refused where something came since it was found to be over: it may keep the data (art. 5(1)(e))', () => {
    const bySchedule = erase({ because: 'retention', changes: 1 });
    known(registered(), related).when(bySchedule).refused('changed-since');
    known(registered(), restricted('accuracy-contested'), lifted)
      .when(bySchedule)
      .then(erased({ because: 'retention' }));
  });
  it('that comes again by the same command adds nothing', () => known(registered(), erased()).when(erase()).nothing());
  it('of a person nobody knows is refused', () => known().when(erase()).refused('unknown-subject'));

  it.each(['unlawful-erasure-opposed', 'needed-for-legal-claims'] as const)(
    'waits while the data is restricted: %s (art. 18(1)(b), (c), 18(2))',
    (ground) => {
      known(registered(), restricted(ground)).when(erase()).refused('restricted');
      known(registered(), restricted(ground), lifted).when(erase()).then(erased());
    },
  );
  it('goes on where accuracy is contested: the person asks for it; a schedule has to wait (art. 18(1)(a), P-61)', () => {
    known(registered(), restricted('accuracy-contested')).when(erase()).then(erased());
    known(registered(), restricted('accuracy-contested'))
      .when(erase({ because: 'retention' }))
      .refused('restricted');
  });
});

describe('data erased because its retention is over (art. 5(1)(e))', () => {
  const over = erased({ because: 'retention', retentionClasses: ['contact', 'photo'], categories: ['subject.contact', 'subject.photo'] });
  it('is erased like any other', () => expect(ruleFor(delivering, over)).toBe('erased'));
  it('may be collected anew by a new relation', () => expect(ruleFor(delivering, over, related)).toBe('admitted'));
  it('may be collected anew under a new key of its class; the other classes stay erased', () => {
    expect(standingAfter(over, keyed('contact')).erasedCategories).toEqual(['subject.photo']);
  });
  it('stays erased where the person is erased as a whole: who comes back has another pseudonym', () => {
    expect(ruleFor(delivering, { ...over, data: { ...over.data, whole: true } }, related)).toBe('erased');
  });
  it('does not open what the person had erased', () => {
    expect(standingAfter(over, erased({ commandId: 'e2', categories: ['subject.photo'] }), related).erasedCategories).toEqual([
      'subject.photo',
    ]);
  });
});

describe('what a retention class seals', () => {
  it('is known for each, of whatever year', () => {
    expect(['contact', 'national-id', 'photo', 'invoice', 'invoice-2026'].map(categoriesOf)).toEqual([
      ['subject.contact', 'customer.org'],
      ['subject.nationalId'],
      ['subject.photo'],
      ['invoice'],
      ['invoice'],
    ]);
    expect(categoriesOf('something-else')).toEqual([]);
  });
});

describe('a ledger’s summary', () => {
  it('keeps what was erased', () => {
    const state = fold(evolve, unknownSubject, [registered(), erased()]);
    expect(summary.from(summary.of(state, `dataSubject-${kari}`))).toEqual(state);
  });
});
