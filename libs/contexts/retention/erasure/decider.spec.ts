import type { Standing } from '@hjemmel/admission';
import { given } from '@hjemmel/kernel/testing/given';
import {
  at,
  company,
  contact,
  decide,
  decided,
  deferred,
  facts,
  invoice2019,
  invoice2025,
  photo,
  reconsider,
  request,
  resumed,
  steps,
  waiting,
  withStanding,
} from '../testing/erasing';
import { erasure } from './decider';
import type { ErasureGround } from './events';

const known = given(erasure);
const on = (ground: ErasureGround) => ({ request: request(ground) });
const restrictedBy = (ground: string) => withStanding({ restrictions: [{ restrictionId: 'r1', ground }] });
const hold = { holdId: 'h1', document: 'case 7', placedAt: at.toISOString() };

describe('an erasure that a person asks for (GDPR art. 17(1))', () => {
  it('is decided for each retention class and the fields of it, with its keys', () => {
    known()
      .when(decide({ held: [contact, photo] }))
      .then(decided([contact, photo]));
  });
  it('of somebody of whom nothing is held still closes the ledger', () =>
    known()
      .when(decide({ held: [] }))
      .then(decided([])));
  it('that comes again by the same command adds nothing; under another one it is refused', () => {
    known(decided([contact]))
      .when(decide())
      .nothing();
    known(decided([contact]))
      .when(decide({}, { commandId: 'c2' }))
      .refused('erasure-exists');
  });
  it('is refused for a person whom nobody knows', () =>
    known()
      .when(decide({ registered: false }))
      .refused('unknown-subject'));
  it('is refused for a person who is erased already', () =>
    known()
      .when(decide(withStanding({ erased: true })))
      .refused('already-erased'));
  it('is refused without a ground', () =>
    known()
      .when(decide({}, on('because' as ErasureGround)))
      .refused('no-ground'));
  it('is refused without a paper that it can be looked up in (art. 5(2))', () =>
    known()
      .when(decide({}, { request: { ...request(), document: ' ' } }))
      .refused('no-document'));

  const consent = (state: 'given' | 'withdrawn'): Partial<Standing> => ({ consents: { marketing: { state } } });
  it('because consent was withdrawn is refused while one lives, and where there was none (art. 17(1)(b))', () => {
    known()
      .when(decide(withStanding(consent('given')), on('consent-withdrawn')))
      .refused('consent-live');
    known()
      .when(decide({}, on('consent-withdrawn')))
      .refused('no-consent-withdrawn');
    known()
      .when(decide(withStanding(consent('withdrawn')), on('consent-withdrawn')))
      .then(decided([contact], on('consent-withdrawn')));
  });
  it('because of an objection is refused until one is upheld (art. 17(1)(c))', () => {
    const objection = (state: 'pending' | 'upheld'): Partial<Standing> => ({
      objections: [{ objectionId: 'o', kind: 'situation', purpose: 'renewal', state }],
    });
    known()
      .when(decide({}, on('objection-upheld')))
      .refused('no-objection-upheld');
    known()
      .when(decide(withStanding(objection('pending')), on('objection-upheld')))
      .refused('no-objection-upheld');
    known()
      .when(decide(withStanding(objection('upheld')), on('objection-upheld')))
      .then(decided([contact], on('objection-upheld')));
  });
  it.each(['processed-unlawfully', 'legal-obligation', 'child-information-society-service'] as const)(
    'is decided on the ground %s',
    (ground) =>
      known()
        .when(decide({}, on(ground)))
        .then(decided([contact], on(ground))),
  );
});

describe('what a retention rule erases (art. 5(1)(e))', () => {
  it('is the classes that are due, and no others', () => {
    known()
      .when(decide({ held: [contact, photo] }, { ...on('retention'), only: ['photo'] }))
      .then(decided([photo], { ...on('retention'), whole: false }));
  });
  it('is nothing where nothing of it is held', () =>
    known()
      .when(decide({}, { ...on('retention'), only: ['photo'] }))
      .refused('nothing-held'));
  it('waits for every restriction, also one because accuracy is contested (P-61)', () => {
    known()
      .when(decide(restrictedBy('accuracy-contested'), on('retention')))
      .then(deferred([{ ...contact, deferred: waiting.restriction }], on('retention')));
  });
});

describe('what is kept for the books (art. 17(3)(b), bokføringsloven § 13)', () => {
  const books = [contact, invoice2025];
  it('are the fields of invoices alone, until five years after the end of their financial year', () => {
    known()
      .when(decide({ held: books }))
      .then(decided([contact, { ...invoice2025, deferred: waiting.books2025 }]));
  });
  it('goes with the rest where its time is over', () =>
    known()
      .when(decide({ held: [invoice2019] }))
      .then(decided([invoice2019])));
  it('is kept on the last day, and not on the next', () => {
    const on2024 = (today: string) => facts({ held: [invoice2019], today });
    known()
      .when(decide(on2024('2024-12-31')))
      .then(deferred([{ ...invoice2019, deferred: { ...waiting.books2025, until: '2024-12-31' } }]));
    known()
      .when(decide(on2024('2025-01-01')))
      .then(decided([invoice2019]));
  });
  it('of a key from before classes had years counts from this year: it may seal an invoice of today', () => {
    const line = { ...invoice2025, retentionClass: 'invoice' };
    known()
      .when(decide({ held: [line] }))
      .then(deferred([{ ...line, deferred: { ...waiting.books2025, until: '2031-12-31' } }]));
  });
  it('comes back when the day has passed, as a further round', () => {
    const before = [decided([contact, { ...invoice2025, deferred: waiting.books2025 }]), ...steps];
    known(...before)
      .when(reconsider({ held: [invoice2025], today: '2030-12-31' }))
      .nothing();
    known(...before)
      .when(reconsider({ held: [invoice2025], today: '2031-01-01' }))
      .then(resumed([invoice2025], { round: 2, whole: true }));
  });
});

describe('what is kept while a card is made (P-66)', () => {
  const submitted = { disclosures: [{ recipient: 'arbeidstilsynet', madeAt: '2026-02-01T10:00:00.000Z' }] };
  const issuedAt = (since: string) => withStanding({ periods: [{ trigger: 'card-issued', since }] });
  it('is what went to Arbeidstilsynet, until the card is issued', () => {
    known()
      .when(decide({ ...submitted, held: [contact, photo, invoice2019] }))
      .then(decided([{ ...contact, deferred: waiting.card }, { ...photo, deferred: waiting.card }, invoice2019]));
  });
  it('is nothing where it went to somebody else', () =>
    known()
      .when(decide({ disclosures: [{ recipient: 'evry-card-services', madeAt: '2026-02-01T10:00:00.000Z' }] }))
      .then(decided([contact])));
  it('is nothing after the card was issued; one issued before this order is another card', () => {
    known()
      .when(decide({ ...submitted, ...issuedAt('2026-02-20T10:00:00.000Z') }))
      .then(decided([contact]));
    known()
      .when(decide({ ...submitted, ...issuedAt('2025-02-20T10:00:00.000Z') }))
      .then(deferred([{ ...contact, deferred: waiting.card }]));
  });
  it('comes back when it is issued', () => {
    const before = deferred([{ ...contact, deferred: waiting.card }]);
    known(before).when(reconsider(submitted)).nothing();
    known(before)
      .when(reconsider({ ...submitted, ...issuedAt('2026-02-20T10:00:00.000Z') }))
      .then(resumed([contact]));
  });
});

describe('a restriction (art. 18(1)(b), (c), 18(2); P-61)', () => {
  it.each(['unlawful-erasure-opposed', 'needed-for-legal-claims'])('because of %s suspends everything until it is lifted', (ground) => {
    const before = deferred([
      { ...contact, deferred: waiting.restriction },
      { ...photo, deferred: waiting.restriction },
    ]);
    known()
      .when(decide({ ...restrictedBy(ground), held: [contact, photo] }))
      .then(before);
    known(before)
      .when(reconsider({ ...restrictedBy(ground), held: [contact, photo] }))
      .nothing();
    known(before)
      .when(reconsider({ held: [contact, photo] }))
      .then(resumed([contact, photo]));
  });
  it('on another ground does not stand against what the person asks for', () =>
    known()
      .when(decide(restrictedBy('accuracy-contested')))
      .then(decided([contact])));
  it('that comes between the decision and the ledger suspends it after all', () => {
    const kept = deferred([{ ...contact, deferred: waiting.restriction }]);
    known(decided([contact]))
      .when(reconsider(restrictedBy('needed-for-legal-claims')))
      .then(kept);
    known(decided([contact]), kept)
      .when(reconsider())
      .then(resumed([contact]));
  });
  it('that comes after the ledger has said so comes too late', () => {
    known(decided([contact]))
      .when(reconsider(restrictedBy('needed-for-legal-claims'), { begun: 1 }))
      .nothing();
  });
});

describe('a legal hold (art. 17(3)(e))', () => {
  it('keeps everything until it is released', () => {
    const before = deferred([{ ...contact, deferred: waiting.hold }]);
    known()
      .when(decide({ holds: [hold] }))
      .then(before);
    known(before)
      .when(reconsider({ holds: [hold] }))
      .nothing();
    known(before)
      .when(reconsider())
      .then(resumed([contact]));
  });
  it('that takes the place of a restriction is told as such', () => {
    known(deferred([{ ...contact, deferred: waiting.restriction }]))
      .when(reconsider({ holds: [hold] }))
      .then(deferred([{ ...contact, deferred: waiting.hold }]));
  });
});

it('an erasure of a worker is decided on the customer’s account (art. 28(3)(e))', () => {
  known()
    .when(decide(withStanding({ controller: '334115739' })))
    .then(decided([contact], { controller: '334115739' }));
  expect(company).not.toBe('334115739');
});
