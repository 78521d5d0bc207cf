import { command, factsOf, kari, ola, orderStream, read, recorded, requested } from '../testing/recorded';
import { ledgerEntry, readingEntries, requestEntry } from './entries';

const facts = factsOf(kari);
const none = new Map<string, Set<string>>();

describe('an entry of a history', () => {
  it('says where it stands, when it was decided and recorded, and by whom', () => {
    expect(ledgerEntry(recorded(facts.registered, 42n), none)).toEqual({
      kind: 'registered',
      controller: '915376215',
      source: 'orderer',
      relations: [],
      keys: [],
      position: '42',
      stream: `dataSubject-${kari}`,
      revision: '0',
      eventId: '63f0b87a-a1cc-8293-aad9-ee3f25b4c67c',
      event: 'DataSubjectRegistered',
      recordedAt: '2026-07-01T10:00:01.000Z',
      decidedAt: '2026-07-01T10:00:00.000Z',
      actor: { id: 'demo', role: 'service' },
    });
  });

  it('of an admission gives the whole ground, and whether its fact followed', () => {
    const followed = new Map([[orderStream, new Set([command])]]);
    expect(ledgerEntry(recorded(facts.admitted), followed)).toMatchObject({
      kind: 'admitted',
      act: 'PlaceOrder',
      activity: 'C-1',
      purpose: 'deliver-service',
      processingRole: 'controller',
      basis: { code: '6(1)(f)' },
      statement: { version: '2023-12-20' },
      fact: { stream: orderStream, recorded: true },
    });
    expect(ledgerEntry(recorded(facts.admitted), none)).toMatchObject({ fact: { recorded: false } });
  });

  it('of a refusal names rule and article', () => {
    expect(ledgerEntry(recorded(facts.refused), none)).toMatchObject({ kind: 'refused', rule: 'restricted', legal: 'GDPR art. 18(2)' });
  });

  it.each([
    [facts.related, 'relation'],
    [facts.keyed, 'keys'],
    [facts.closed, 'closed'],
    [facts.consented, 'consent-given'],
    [facts.withdrew, 'consent-withdrawn'],
    [facts.consentRefused, 'consent-refused'],
    [facts.relationEnded, 'relation-ended'],
    [facts.disclosed, 'disclosed'],
    [facts.restricted, 'restricted'],
    [facts.liftingAnnounced, 'lifting-announced'],
    [facts.lifted, 'lifted'],
    [facts.objected, 'objected'],
    [facts.objectionUpheld, 'objection-upheld'],
    [facts.objectionOverruled, 'objection-overruled'],
    [facts.objectionWithdrawn, 'objection-withdrawn'],
    [facts.periodBegan, 'period-began'],
    [facts.summarised, 'summary'],
  ])('of %o is one of its own kind', (event, kind) => {
    expect(ledgerEntry(recorded(event), none).kind).toBe(kind);
  });

  it('of a decision has what was decided, by whom, and why', () => {
    expect(ledgerEntry(recorded(facts.objected), none)).toMatchObject({ objectionKind: 'situation', purpose: 'deliver-service' });
    expect(ledgerEntry(recorded(facts.objectionOverruled), none)).toMatchObject({
      grounds: 'legal-claims',
      reasons: 'the order is under way',
      document: 'vedtak 2026-11/4',
      decidedBy: { role: 'privacy-officer' },
      proposedBy: 'shop',
    });
    expect(ledgerEntry(recorded(facts.lifted), none)).toMatchObject({ because: 'accuracy-verified', decidedBy: { id: 'officer' } });
  });

  it('of a disclosure names the recipient and what it got', () => {
    expect(ledgerEntry(recorded(facts.disclosed), none)).toMatchObject({
      recipient: { id: 'mail-provider', fields: ['subject.contact.name', 'subject.contact.email'] },
      receipt: 'msg-7',
    });
  });

  it('of a summary leaves out the state, which the entries before it say', () => {
    expect(ledgerEntry(recorded(facts.summarised), none)).toMatchObject({ kind: 'summary', fold: 1 });
    expect(ledgerEntry(recorded(facts.summarised), none)).not.toHaveProperty('state');
  });

  it('of a request has its due day', () => {
    expect(requestEntry(recorded(requested(kari, 'request-1')))).toMatchObject({ kind: 'requested', deadlines: { due: '2026-02-05' } });
    expect(requestEntry(recorded({ type: 'RightsRequestAbandoned', data: { requestId: 'request-1', commandId: command } }))).toMatchObject({
      kind: 'request-abandoned',
    });
  });

  it('of a page that was read stands there for each ground under which this person’s fields were opened', () => {
    expect(readingEntries(recorded(read([kari, ola], [])), kari)).toMatchObject([
      { kind: 'read', query: 'ListOrders', fields: ['contact.name'], activity: 'C-1' },
    ]);
    expect(readingEntries(recorded(read([ola], [kari])), kari)).toMatchObject([
      { kind: 'withheld', query: 'ListOrders', rule: 'restricted', legal: 'GDPR art. 18(2)' },
    ]);
    expect(readingEntries(recorded(read([ola], [kari, kari])), kari)).toHaveLength(1);
    expect(readingEntries(recorded(read([ola], [])), kari)).toEqual([]);
  });

  it('stands there for what was withheld only after the record was made', () => {
    const { withheld } = read([], [kari]).data;
    expect(readingEntries(recorded({ type: 'PersonalDataReadNarrowed', data: { readId: 'read-1', withheld } }), kari)).toMatchObject([
      { kind: 'withheld', readId: 'read-1', rule: 'restricted' },
    ]);
  });

  it.each([
    ['a later program', { type: 'DataSubjectMoved', data: {} }],
    ['a hand that left out the ground', { type: 'ProcessingAdmitted', data: { act: 'PlaceOrder' } }],
    ['a hand that left out the recipient', { type: 'DisclosureMade', data: { receipt: 'msg-7' } }],
  ])('of %s is shown as what it is', (_, event) => {
    expect(ledgerEntry(recorded(event), none)).toMatchObject({ kind: 'other', event: event.type });
  });
});
