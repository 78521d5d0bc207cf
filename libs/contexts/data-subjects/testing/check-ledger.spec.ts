import type { LedgerEvent } from '../events';
import { Entry, faultsOfLedger } from './check-ledger';
import {
  admitted,
  announced,
  closed,
  consentId,
  disclosed,
  forInvoice,
  forMail,
  forSending,
  lifted,
  objected,
  overruled,
  periodBegan,
  refused,
  relationEnded,
  relationRecorded,
  restricted,
  takenBack,
  upheld,
  withdrawn,
} from './facts';
import { at, consentGiven, customer, kari, objectionOf, officer, registered, restrictionOf, soleTrader } from './kari';

const entriesOf = (events: readonly LedgerEvent[]): Entry[] =>
  events.map((event, i) => ({ id: `e${i}`, revision: BigInt(i), event, metadata: { decidedAt: at.toISOString() } }));
const faultsIn = (...events: readonly LedgerEvent[]): string[] => faultsOfLedger(entriesOf([registered(), ...events]));

const sent = admitted('c1', 0, forSending);
const { admissionId } = sent.data;
const id = objectionOf('c1');
const marketing = objectionOf('c1', 'marketing');
const restriction = restrictionOf('c1');
const refusedOnce: LedgerEvent = {
  type: 'ConsentRefused',
  data: { ...consentGiven('k').data, consentId: 'r', refusedAt: at.toISOString() },
};

it('a ledger in which all is well has no faults', () => {
  const well = [
    consentGiven('k'),
    admitted('c0', 0, forMail),
    withdrawn('c2', 'k'),
    restricted('c1'),
    refused('c3'),
    announced('c4', restriction),
    lifted('c5', restriction),
    sent,
    disclosed('c6', admissionId),
    objected('c7', 'situation', 'invoicing'),
    admitted('c8'),
    closed(admitted('c8')),
    relationEnded('c9'),
    periodBegan('c10', 'contract-ended', customer),
    relationRecorded(),
  ];
  expect(faultsIn(...well)).toEqual([]);
});

// A reader who finds nothing wrong anywhere would show nothing of the program.
it.each<[string, string, readonly LedgerEvent[]]>([
  ['a use behind a restriction (art. 18(2))', 'stands behind a restriction', [restricted('c1'), admitted('c2')]],
  ['a use behind an objection (art. 21(1))', 'stands behind an objection', [objected('c1'), admitted('c2')]],
  ['a use behind an objection that was upheld', 'stands behind an objection', [objected('c1'), upheld('c2', id), admitted('c3')]],
  [
    'a mailing behind an objection (art. 21(3))',
    'is marketing to somebody who objected',
    [consentGiven('k'), objected('c1', 'direct-marketing'), admitted('c2', 0, forMail)],
  ],
  [
    'a mailing behind a withdrawal (art. 7(3))',
    'there is no consent for it',
    [consentGiven('k'), withdrawn('c1', 'k'), admitted('c2', 0, forMail)],
  ],
  ['a use when the contract is over (art. 6(1)(b))', 'the person represents nobody', [relationEnded('c1'), admitted('c2')]],
  ['a lifting without telling (art. 18(3))', 'lifts what the person was not told of', [restricted('c1'), lifted('c2', restriction)]],
  ['a telling twice', 'tells of no restriction, or twice', [restricted('c1'), announced('c2', restriction), announced('c3', restriction)]],
  ['a restriction twice', 'restricts twice for one ground', [restricted('c1'), restricted('c2')]],
  ['a disclosure without an admission (art. 30(1)(d))', 'no admission names a recipient', [disclosed('c2', 'nothing')]],
  ['a disclosure under an admission for no recipient', 'no admission names a recipient', [admitted('c1'), disclosed('c2', admissionId)]],
  [
    'a disclosure to somebody else',
    'gives other data, or to somebody else, than was admitted',
    [admitted('c1', 0, { recipient: { id: 'printer', fields: [] } }), disclosed('c2', admissionId)],
  ],
  ['a disclosure twice', 'its admission was used or closed', [sent, disclosed('c2', admissionId), disclosed('c3', admissionId)]],
  ['a disclosure of what was closed', 'its admission was used or closed', [sent, closed(sent), disclosed('c2', admissionId)]],
  ['the closing of what was used', 'closes an admission that was used or closed', [sent, disclosed('c2', admissionId), closed(sent)]],
  ['a closing twice', 'closes an admission that was used or closed', [sent, closed(sent), closed(sent)]],
  [
    'an objection to marketing that was overruled (art. 21(3))',
    'decides on an objection to marketing, or on none',
    [objected('c1', 'direct-marketing'), overruled('c2', marketing)],
  ],
  ['a decision on an objection that is decided', 'decides on what is decided', [objected('c1'), upheld('c2', id), overruled('c3', id)]],
  ['a decision on none', 'decides on an objection to marketing, or on none', [upheld('c2', id)]],
  [
    'an overruling by one alone',
    'was decided by one alone',
    [objected('c1'), { type: 'ObjectionOverruled', data: { ...overruled('c2', id).data, proposedBy: officer.id } }],
  ],
  [
    'a decision without reasons',
    'gives no reasons, or nowhere',
    [objected('c1'), { type: 'ObjectionUpheld', data: { ...upheld('c2', id).data, reasons: ' ' } }],
  ],
  ['an objection twice', 'objects to what is objected to', [objected('c1'), objected('c2')]],
  [
    'an objection that another controller decides',
    'is another controller’s to decide',
    [{ type: 'RelationRecorded', data: { subjectId: kari, customer: '915376215', capacity: 'worker' } }, objected('c1')],
  ],
  ['the taking back of what does not stand', 'takes back what does not stand', [takenBack('c2', id)]],
  ['a refusal of what was given', 'refuses what was answered', [consentGiven('k'), refusedOnce]],
  ['a consent given twice', 'gives what is given under that wording', [consentGiven('k'), consentGiven('l')]],
  ['a withdrawal of another consent', 'withdraws a consent that does not live', [consentGiven('k'), withdrawn('c1', 'l')]],
  [
    'a withdrawal that hides what the giving took (art. 7(3))',
    'does not say what the giving took',
    [consentGiven('k'), withdrawn('c1', 'k', { stepsToGive: 9 })],
  ],
  ['the end of nothing', 'ends nothing that lasted', [relationEnded('c1', soleTrader)]],
  ['an end twice', 'ends nothing that lasted', [relationEnded('c1'), relationEnded('c2')]],
  ['a relation twice', 'records a relation that lives', [relationRecorded()]],
  ['a period towards a stranger', 'begins towards a stranger', [periodBegan('c1', 'contract-ended', soleTrader)]],
  ['a command that changes the standing twice', 'its command has changed the standing before', [periodBegan('c1'), periodBegan('c1')]],
  ['a command that is refused and admitted', 'its command was refused', [refused('c1'), admitted('c1')]],
  ['a command that is admitted and refused', 'its command was admitted', [admitted('c1'), refused('c1')]],
  ['an admission twice', 'an admission stands twice', [admitted('c1'), admitted('c1')]],
  ['a person registered twice', 'a second registration', [registered()]],
  ['a verdict that does not say what was known', 'does not say what was known', [admitted('c1', 0, { knownUpTo: '' })]],
  ['a use for another controller', 'is for another controller than the person’s', [admitted('c1', 0, { controller: customer })]],
  ['a processor without agreement', 'a processor names its agreement, nobody else does', [admitted('c1', 0, { role: 'processor' })]],
  [
    'a contract with somebody who has none',
    'the person is no party to a contract',
    [admitted('c1', 0, { ...forInvoice, basis: { code: '6(1)(b)', because: 'sole-trader' } })],
  ],
  [
    'an instruction on somebody whom the controller does not employ',
    'the person is no worker of the controller',
    [admitted('c1', 0, { basis: { code: '28(3)(a)', because: 'controller-instruction' } })],
  ],
  ['a fact that it does not know', 'unknown', [{ type: 'SubjectMoved', data: {} } as never]],
])('%s is found', (_, fault, events) => {
  expect(faultsIn(...events)).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`: ${fault}$`))]));
});

it('events twice, gaps and what comes before the registration are found', () => {
  const [first, second] = entriesOf([registered(), consentGiven(consentId('c1'))]);
  expect(faultsOfLedger([first!, { ...second!, id: first!.id }])).toEqual(['1 ConsentGiven: an event id stands twice']);
  expect(faultsOfLedger([first!, { ...second!, revision: 2n }])).toEqual(['1 ConsentGiven: revision 2']);
  expect(faultsOfLedger([{ ...second!, revision: 0n }])).toEqual(['0 ConsentGiven: comes before the registration']);
});
