import { refusalRules, restrictionExceptions } from '@hjemmel/admission';
import { liftingReasons, objectionKinds, overrulingGrounds, restrictionGrounds } from '@hjemmel/contexts/data-subjects/events';
import { purposes } from '@hjemmel/contexts/processing-register/events';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import { command, factsOf, kari, orderStream, read, recorded, requested } from '../testing/recorded';
import { ledgerEntry, readingEntries, requestEntry } from './entries';
import type { HistoryEntry } from './entries';
import { countsOf, rowOf, shownOf } from './rows';
import { english, norwegian } from './texts';

const facts = factsOf(kari);
const followed = new Map([[orderStream, new Set([command])]]);
const entryOf = (event: Parameters<typeof recorded>[0], recordedBy = followed): HistoryEntry => ledgerEntry(recorded(event), recordedBy);
const line = (entry: HistoryEntry, texts = english): string =>
  rowOf(entry, texts)
    .map(({ text }) => text)
    .join(' | ');

describe('a line of a history', () => {
  it.each([
    [entryOf(facts.registered), '2026-07-01 12:00:01 | registered | demo (service) |  | from the orderer, for 915376215'],
    [entryOf(facts.related), '2026-07-01 12:00:01 | relation recorded | demo (service) |  | representative of 334115739'],
    [
      entryOf(facts.admitted),
      '2026-07-01 12:00:01 | PlaceOrder admitted | demo (service) | C-1 deliver-service | GDPR art. 6(1)(f), statement 2023-12-20',
    ],
    [
      entryOf(facts.refused),
      '2026-07-01 12:00:01 | PlaceOrder REFUSED | demo (service) | C-1 deliver-service | restricted: GDPR art. 18(2), statement 2023-12-20',
    ],
    [entryOf(facts.closed), '2026-07-01 12:00:01 | admission closed, unused | demo (service) |  | refused-elsewhere'],
    [entryOf(facts.consented), '2026-07-01 12:00:01 | consent given | demo (service) | marketing | order-form'],
    [
      entryOf(facts.consentRefused),
      '2026-07-01 12:00:01 | consent refused | demo (service) | site-analytics | cookie-dialog, signal of the device',
    ],
    [
      entryOf(facts.disclosed),
      '2026-07-01 12:00:01 | disclosed | demo (service) | subject.contact.name, subject.contact.email | to mail-provider',
    ],
    [entryOf(facts.relationEnded), '2026-07-01 12:00:01 | relation ended | demo (service) |  | 334115739, 2026-02-01'],
    [entryOf(facts.liftingAnnounced), '2026-07-01 12:00:01 | told of the lifting | demo (service) |  | accuracy-verified, letter'],
    [entryOf(facts.lifted), '2026-07-01 12:00:01 | restriction lifted | demo (service) |  | accuracy-verified'],
    [entryOf(facts.objected), '2026-07-01 12:00:01 | objection received | demo (service) | deliver-service | situation, e-mail'],
    [entryOf(facts.objectionUpheld), '2026-07-01 12:00:01 | objection upheld | demo (service) |  | vedtak 2026-11/4'],
    [entryOf(facts.objectionOverruled), '2026-07-01 12:00:01 | objection OVERRULED | demo (service) |  | legal-claims, vedtak 2026-11/4'],
    [entryOf(facts.objectionWithdrawn), '2026-07-01 12:00:01 | objection withdrawn | demo (service) |  | phone'],
    [entryOf(facts.periodBegan), '2026-07-01 12:00:01 | time to keep began | demo (service) |  | contract-ended, 2026-01-31, 334115739'],
    [entryOf(facts.restricted), '2026-07-01 12:00:01 | processing restricted | demo (service) |  | accuracy-contested, e-mail'],
    [
      requestEntry(recorded(requested(kari, 'request-1'))),
      '2026-07-01 12:00:01 | access requested | demo (service) | decide | due 2026-02-05, e-mail',
    ],
  ])('tells the time in Oslo, what, by whom, and why: %#', (entry, expected) => {
    expect(line(entry)).toBe(expected);
  });

  it('says where nothing followed an admission', () => {
    expect(line(entryOf(facts.admitted, new Map()))).toMatch(/statement 2023-12-20, no fact followed$/);
  });

  it('in Norwegian cites law as Norwegian law is cited', () => {
    expect(line(entryOf(facts.admitted), norwegian)).toBe(
      '2026-07-01 12:00:01 | bestilling tillatt | demo (tjeneste) | C-1 levere tjenesten | GDPR art. 6 nr. 1 bokstav f, erklæring 2023-12-20',
    );
    expect(line(entryOf(facts.refused), norwegian)).toContain('bestilling NEKTET');
    expect(line(entryOf(facts.refused), norwegian)).toContain('begrenset: GDPR art. 18 nr. 2, erklæring 2023-12-20');
  });

  it('names the agreement under which a processor acts, to whom data is to go, and what a restriction leaves', () => {
    const more = {
      agreement: '2',
      recipient: { id: 'evry-card', fields: ['subject.card.number'] },
      exception: { ground: 'legal-claims', reason: 'case 7' },
    } as const;
    const entry = entryOf({ ...facts.admitted, data: { ...facts.admitted.data, ...more } });
    expect(line(entry)).toBe(
      '2026-07-01 12:00:01 | PlaceOrder admitted | demo (service) | C-1 deliver-service to evry-card | ' +
        'GDPR art. 6(1)(f), agreement 2, statement 2023-12-20, in spite of the restriction: legal-claims',
    );
    expect(line(entry, norwegian)).toMatch(/til evry-card \| .*, databehandleravtale 2, .*, tross begrensningen: rettskrav$/);
  });

  it('has Norwegian words for every rule, every reason and every event of a ledger', () => {
    const codes = [
      ...refusalRules,
      ...restrictionGrounds,
      ...liftingReasons,
      ...objectionKinds,
      ...overrulingGrounds,
      ...restrictionExceptions,
    ];
    expect(codes.filter((code) => norwegian.word(code) === code)).toEqual([]);
    const triggers = Object.values(retentionRules).map(({ trigger }) => trigger);
    expect([...triggers, ...purposes].filter((code) => norwegian.word(code) === code)).toEqual([]);
    for (const fact of Object.values(facts)) expect(line(entryOf(fact), norwegian)).not.toBe(line(entryOf(fact)));
  });

  it('shortens pseudonyms, names the controller for whom a processor acts, and tells refusals apart by tone', () => {
    const forCustomer = { ...facts.admitted, data: { ...facts.admitted.data, role: 'processor' as const, controller: `enk-${kari}` } };
    expect(line(entryOf(forCustomer))).toContain('C-1 deliver-service for enk-a757a28a…');
    expect(rowOf(entryOf(facts.refused), english)[1]?.tone).toBe('bad');
  });
});

describe('a summary', () => {
  it('is not shown, and not counted', () => {
    const entries = [entryOf(facts.admitted), entryOf(facts.summarised)];
    expect(shownOf(entries).map(({ kind }) => kind)).toEqual(['admitted']);
    expect(countsOf(entries).entries).toBe(1);
  });
});

describe('the last line', () => {
  it('counts', () => {
    const entries = [entryOf(facts.admitted), entryOf(facts.refused), ...readingEntries(recorded(read([kari], [])), kari)];
    expect(english.counts(countsOf(entries))).toBe('3 entries: 1 use admitted, 1 refused or withheld, read 1 time');
    expect(norwegian.counts(countsOf(entries))).toBe('3 linjer: 1 bruk tillatt, 1 nektet eller holdt tilbake, lest 1 gang');
  });
});
