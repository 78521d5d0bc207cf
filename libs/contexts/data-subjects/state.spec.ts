import { fold } from '@hjemmel/kernel';
import type { LedgerEvent, LedgerSummarised } from './events';
import { evolve, Ledger, outcomeOf, summary, unknownSubject } from './state';
import {
  admitted,
  announced,
  disclosed,
  forSending,
  objected,
  periodBegan,
  relationEnded,
  relationRecorded,
  restricted,
  upheld,
  withdrawn,
} from './testing/facts';
import { at, consentGiven, customer, kari, objectionOf, registered, restrictionOf, sending } from './testing/kari';

/** Something of everything that a ledger can hold. */
const eventful: readonly LedgerEvent[] = [
  registered({ keys: [{ keyId: 'k1', retentionClass: 'contact', commitment: 'AA' }] }),
  consentGiven('k'),
  admitted('c1'),
  admitted('c2', 0, forSending),
  admitted('c2', 1, forSending),
  disclosed('c3', admitted('c2', 1).data.admissionId),
  restricted('c4'),
  announced('c5', restrictionOf('c4')),
  objected('c6'),
  upheld('c7', objectionOf('c6')),
  periodBegan('c8', 'contract-ended', customer),
  withdrawn('c9', 'k'),
  relationEnded('c10'),
];
const stream = `dataSubject-${kari}`;
const summarised = (state: Ledger): LedgerSummarised => JSON.parse(JSON.stringify(summary.of(state, stream))) as LedgerSummarised;

describe('what a ledger knows of a person', () => {
  const standingAfter = (...events: readonly LedgerEvent[]) => fold(evolve, unknownSubject, [registered(), ...events]).standing;
  const later = new Date(at.getTime() + 1);
  const [now, then] = [at.toISOString(), later.toISOString()];

  it('is one relation for each customer and capacity, which lives again where it is taken up again', () => {
    const representative = { customer, capacity: 'company-representative' } as const;
    expect(standingAfter(relationRecorded(customer, 'sole-trader')).relations).toEqual([
      representative,
      { customer, capacity: 'sole-trader' },
    ]);
    expect(standingAfter(relationEnded('c1')).relations).toEqual([{ ...representative, endedAt: now }]);
    expect(standingAfter(relationEnded('c1'), relationRecorded()).relations).toEqual([representative]);
  });
  it('is the end of a relation that was first, not one of another’s that came later', () => {
    const ended = standingAfter(relationEnded('c1'), relationRecorded(customer, 'worker'), relationEnded('c2', customer, later));
    expect(ended.relations).toEqual([
      { customer, capacity: 'company-representative', endedAt: now },
      { customer, capacity: 'worker', endedAt: then },
    ]);
  });
  it('is the last beginning of each period, towards each customer and towards all', () => {
    const all = [periodBegan('c1'), periodBegan('c2', 'contract-ended', customer), periodBegan('c3', 'card-issued')];
    expect(standingAfter(...all, periodBegan('c4', 'contract-ended', undefined, later)).periods).toEqual([
      { trigger: 'contract-ended', customer, since: now },
      { trigger: 'card-issued', since: now },
      { trigger: 'contract-ended', since: then },
    ]);
  });
  it('is how many steps the giving of a consent took, also when it is withdrawn (art. 7(3))', () => {
    const { choices } = fold(evolve, unknownSubject, [registered(), consentGiven('k'), withdrawn('c1', 'k', { steps: 9 })]);
    expect(choices).toEqual({ marketing: { consentId: 'k', stepsToGive: 1 } });
  });
});

describe('the summary of a ledger', () => {
  const state = fold(evolve, unknownSubject, eventful);
  const written = summarised(state);

  it('names the person by pseudonym alone, and the fold whose state it is', () => {
    expect(written).toMatchObject({ type: 'LedgerSummarised', data: { subjectId: kari, fold: 3 } });
  });
  it('gives back the state that it was made of', () => {
    expect(summary.from(written)).toStrictEqual(state);
    expect(summary.from(summarised(unknownSubject))).toStrictEqual(unknownSubject);
  });
  it('holds all that a decision asks for: standing, keys, what may be sent, the last commands', () => {
    const held = summary.from(written)!;
    expect(held.standing).toMatchObject({
      relations: [{ customer, endedAt: expect.any(String) as string }],
      consents: { marketing: { state: 'withdrawn' } },
      restrictions: [{ toldOfLifting: true }],
      objections: [{ state: 'upheld' }],
      periods: [{ trigger: 'contract-ended', customer }],
    });
    expect(held).toMatchObject({ registered: true, keys: ['k1'], choices: { marketing: { consentId: 'k', stepsToGive: 1 } } });
    expect(held.disclosable).toEqual({ [admitted('c2').data.admissionId]: sending.recipient });
    expect(outcomeOf(held, 'c2').admitted).toHaveLength(2);
    expect(outcomeOf(held, 'c10').settled).toBe(true);
  });
  it('of another fold, older or newer, is passed over', () => {
    for (const other of [0, 2]) expect(summary.from({ ...written, data: { ...written.data, fold: other } })).toBeUndefined();
  });
  it('is no other event', () => {
    for (const event of eventful) expect(summary.from(event)).toBeUndefined();
  });
  it('changes nothing of what is known, of whichever fold it is', () => {
    expect(evolve(state, written)).toBe(state);
    expect(evolve(state, { ...written, data: { ...written.data, fold: 99, state: {} } })).toBe(state);
  });
});
