import type { Standing } from '@hjemmel/admission';
import { fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import {
  at,
  company,
  completed,
  contact,
  decide,
  decided,
  deferred,
  erasureId,
  facts,
  invoice2019,
  invoice2025,
  kari,
  photo,
  reconsider,
  request,
  resumed,
  steps,
  waiting,
  withStanding,
} from '../testing/erasing';
import { erasure, StepOfErasure } from './decider';
import type { ErasureEvent, ErasureGround } from './events';
import { evolveErasure, nextLook, noErasure, statusOf } from './state';

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

describe('the steps of an erasure', () => {
  const rule = { ruleId: 'backup', version: 1, length: 'P35D' };
  const destroyed = steps[0] as Extract<ErasureEvent, { type: 'KeysDestroyed' }>;
  const rescan = { tables: ['read.orders'], rows: 0, sealedRows: 3, readable: 0 };
  const template = { id: 'erased-at-source', version: 1, hash: 'ab' };
  const base = { erasureId, round: 1, at };
  const afterwards = new Date('2026-04-06T22:00:00.000Z');
  const commands: readonly StepOfErasure[] = [
    { ...base, type: 'RecordKeysDestroyed', keys: destroyed.data.keys, left: destroyed.data.left },
    { ...base, type: 'RecordBlobsDeleted' },
    { ...base, type: 'RecordBlindIndexesRemoved' },
    { ...base, type: 'RecordRescan', rescan },
    { ...base, type: 'RecordRecipientsNotified', expected: [], template },
    { ...base, type: 'ScheduleBackupExpiry', rule },
    { ...base, type: 'ReachBackupExpiry', at: afterwards },
  ];
  it('come in one order, each once: the decision, keys, files, look-ups, the scan, recipients, backups', () => {
    commands.forEach((command, i) => {
      known(decided([contact]), ...steps.slice(0, i))
        .when(command)
        .then(steps[i]!);
      known(decided([contact]), ...steps.slice(0, i + 1))
        .when(command)
        .nothing();
      if (i > 0)
        known(decided([contact]), ...steps.slice(0, i - 1))
          .when(command)
          .nothing();
    });
  });
  it('are none where nothing was decided', () => known().when(commands[0]!).refused('no-such-erasure'));
  it('stop where the scan still finds something: the process looks again', () => {
    const found = (changes: object) => ({ ...base, type: 'RecordRescan', rescan: { ...rescan, ...changes } }) as const;
    for (const changes of [{ readable: 1 }, { rows: 1 }])
      known(decided([contact]), ...steps.slice(0, 3))
        .when(found(changes))
        .refused('still-readable');
  });
  it('do not say that the backups are gone on the last day, only when it is over in Oslo', () => {
    known(decided([contact]), ...steps.slice(0, 6))
      .when({ ...base, type: 'ReachBackupExpiry', at: new Date('2026-04-06T21:59:59.999Z') })
      .nothing();
  });
  const finish = { type: 'CompleteErasure', erasureId, at: afterwards } as const;
  it('end when all rounds are through and nothing is deferred', () => {
    known(decided([contact]), ...steps)
      .when(finish)
      .then(completed);
    known(decided([contact]), ...steps, completed)
      .when(finish)
      .nothing();
    known(decided([contact]), ...steps.slice(0, 6))
      .when(finish)
      .nothing();
    known(decided([contact, { ...invoice2025, deferred: waiting.books2025 }]), ...steps)
      .when(finish)
      .nothing();
    known().when(finish).nothing();
  });
});

describe('telling recipients (art. 19)', () => {
  const before = [decided([contact]), ...steps.slice(0, 4)];
  const inform = (delivery: object, now = at) =>
    ({ type: 'InformRecipient', erasureId, round: 1, recipient: 'arbeidstilsynet', delivery, at: now }) as Extract<
      StepOfErasure,
      { type: 'InformRecipient' }
    >;
  const informed = (attempt: number, told: object, now = at): ErasureEvent =>
    ({
      type: 'RecipientInformed',
      data: { erasureId, subjectId: kari, round: 1, recipient: 'arbeidstilsynet', attempt, at: now.toISOString(), told },
    }) as ErasureEvent;
  const failed = { delivered: false, permanent: false, reason: 'ETIMEDOUT' };
  const retry = (retryAt: string) => ({ outcome: 'retry', reason: 'ETIMEDOUT', retryAt });
  const done = { type: 'RecordRecipientsNotified', erasureId, round: 1, at, template: { id: 't', version: 1, hash: 'ab' } } as const;

  it('says what went out', () => {
    const told = { outcome: 'told', messageId: 'm1', transport: 'smtp' };
    known(...before)
      .when(inform({ delivered: true, messageId: 'm1', transport: 'smtp' }))
      .then(informed(1, told));
    known(...before, informed(1, told))
      .when(inform(failed))
      .nothing();
  });
  it('is tried again after a minute, ten, sixty, six hours, and then given up', () => {
    let now = at;
    const history = [...before];
    for (const minutes of [1, 10, 60, 360]) {
      const next = new Date(now.getTime() + minutes * 60_000);
      const event = informed(history.length - before.length + 1, retry(next.toISOString()), now);
      known(...history)
        .when(inform(failed, now))
        .then(event);
      history.push(event);
      known(...history)
        .when(inform(failed, new Date(next.getTime() - 1)))
        .nothing();
      now = next;
    }
    known(...history)
      .when(inform(failed, now))
      .then(informed(5, { outcome: 'given-up', reason: 'ETIMEDOUT' }, now));
  });
  it('is given up at once where it is impossible', () => {
    known(...before)
      .when(inform({ ...failed, permanent: true, reason: 'no-address' }))
      .then(informed(1, { outcome: 'given-up', reason: 'no-address' }));
  });
  it('is not said to be done while one of them waits', () => {
    known(...before)
      .when({ ...done, expected: ['arbeidstilsynet'] })
      .refused('recipient-not-told');
    known(...before, informed(1, retry('2026-03-02T10:01:00.000Z')))
      .when({ ...done, expected: ['arbeidstilsynet'] })
      .refused('recipient-not-told');
  });
});

describe('the status of an erasure', () => {
  const after = (...events: readonly ErasureEvent[]) => statusOf(fold(evolveErasure, noErasure, events));
  it('is never done before the last backup is gone', () => {
    const statuses = steps.map((_, i) => after(decided([contact]), ...steps.slice(0, i)));
    expect(statuses).toEqual([
      'decided',
      'erasing',
      'erasing',
      'erasing',
      'erasing',
      'erasing',
      'unreadable-in-operation-expiring-in-backups',
    ]);
    expect(after(decided([contact]), ...steps, completed)).toBe('completed');
  });
  it('is that of what is deferred where all else is through', () => {
    const books = { ...invoice2025, deferred: waiting.books2025 };
    expect(after(deferred([books]))).toBe('deferred');
    expect(after(decided([contact, books]), ...steps.slice(0, 6))).toBe('unreadable-in-operation-expiring-in-backups');
    expect(after(decided([contact, books]), ...steps)).toBe('deferred');
  });
  it('passes by a fact of a later version of the program', () =>
    expect(after(decided([contact]), { type: 'ErasureAudited', data: {} } as never)).toBe('decided'));
});

describe('when an erasure can go on', () => {
  const look = (...events: readonly ErasureEvent[]) => nextLook(fold(evolveErasure, noErasure, events));
  it('is at once while there are steps to take', () =>
    expect(look(decided([contact]))).toEqual({ dueAt: at.toISOString(), waitsForCondition: false }));
  it('is the end of the last day of the backups, in Oslo', () =>
    expect(look(decided([contact]), ...steps.slice(0, 6)).dueAt).toBe('2026-04-06T22:00:00.000Z'));
  it('is the end of the last day of keeping, and whenever a condition may have come about', () => {
    expect(look(deferred([{ ...invoice2025, deferred: waiting.books2025 }])).dueAt).toBe('2030-12-31T23:00:00.000Z');
    expect(look(deferred([{ ...contact, deferred: waiting.hold }]))).toEqual({ dueAt: undefined, waitsForCondition: true });
  });
  it('is once more when all rounds are through, to say so; and never after', () => {
    expect(look(decided([contact]), ...steps).dueAt).toBe('2026-04-06T22:00:00.000Z');
    expect(look(decided([contact]), ...steps, completed)).toEqual({ dueAt: undefined, waitsForCondition: false });
  });
  it('is the next try where a recipient took nothing', () => {
    const told = { outcome: 'retry', reason: 'ETIMEDOUT', retryAt: '2026-03-02T10:01:00.000Z' } as const;
    const tried = { erasureId, subjectId: kari, round: 1, recipient: 'arbeidstilsynet', attempt: 1, at: at.toISOString(), told };
    expect(look(decided([contact]), ...steps.slice(0, 4), { type: 'RecipientInformed', data: tried }).dueAt).toBe(told.retryAt);
  });
});

it('an erasure of a worker is decided on the customer’s account (art. 28(3)(e))', () => {
  known()
    .when(decide(withStanding({ controller: '334115739' })))
    .then(decided([contact], { controller: '334115739' }));
  expect(company).not.toBe('334115739');
});
