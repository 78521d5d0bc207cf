import { Activity, Norms } from '@hjemmel/admission';
import { decide, fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import type { AdmitUses } from './admitting.decisions';
import { ledger, LedgerCommand } from './decider';
import type { ConsentRefused, LedgerEvent } from './events';
import { evolve, outcomeOf, unknownSubject } from './state';
import {
  admitted,
  closed,
  consentId,
  disclosed,
  forEvidence,
  forInvoice,
  forMail,
  forSending,
  refused,
  relationEnded,
  relationRecorded,
  restricted,
  unconsented,
  withdrawn,
} from './testing/facts';
import {
  admitUses,
  at,
  close,
  company,
  consentGiven,
  consentTo,
  customer,
  defending,
  delivering,
  disclose,
  evidence,
  invoicing,
  kari,
  mailing,
  norms,
  register,
  registered,
  restrict,
  sending,
  soleTrader,
  storing,
  withdraw,
} from './testing/kari';

const person = given(ledger);

describe('admitting uses', () => {
  const first: Partial<AdmitUses> = {
    registration: { controller: company, source: 'orderer' },
    relation: { customer, capacity: 'company-representative' },
    keys: [{ keyId: 'k1', retentionClass: 'contact', commitment: 'AA' }],
  };

  it('of a person not known yet registers them with what is known of them, and admits', () => {
    person()
      .when({ ...admitUses('c1', delivering), ...first })
      .then(registered({ keys: first.keys }), admitted('c1'));
  });

  it('of a person who is known adds nothing but the admission', () => {
    person(registered()).when(admitUses('c1', delivering)).then(admitted('c1'));
  });

  it('of a person who is known as this one already registers nobody twice', () => {
    person(registered({ keys: first.keys }))
      .when({ ...admitUses('c1', delivering), ...first })
      .then(admitted('c1'));
  });

  it('records a relation and keys that are new, before what is admitted on the strength of them', () => {
    const relation = { customer: soleTrader, capacity: 'sole-trader' } as const;
    const keys = [
      { keyId: 'k1', retentionClass: 'contact', commitment: 'AA' },
      { keyId: 'k2', retentionClass: 'invoice', commitment: 'BB' },
    ];
    person(registered({ keys: keys.slice(0, 1) }))
      .when({ ...admitUses('c1', { ...delivering, customer: soleTrader }), relation, keys })
      .then(
        { type: 'RelationRecorded', data: { subjectId: kari, ...relation } },
        { type: 'KeysCommitted', data: { subjectId: kari, keys: keys.slice(1) } },
        admitted('c1', 0, { asked: { kind: 'processing', customer: soleTrader }, basis: { code: '6(1)(b)', because: 'sole-trader' } }),
      );
  });

  it('admits several at once, in the order asked for, each under an id of its own', () => {
    person(registered())
      .when(admitUses('c1', delivering, invoicing, delivering))
      .then(admitted('c1'), admitted('c1', 1, forInvoice), admitted('c1', 2));
  });

  it('names the stream of the fact that is to follow', () => {
    person(registered())
      .when({ ...admitUses('c1', delivering), factStream: 'order-1' })
      .then(admitted('c1', 0, { factStream: 'order-1' }));
  });

  it('keeps with the admission what was asked for beyond its ground', () => {
    const { customer: _, ...forNobody } = storing;
    person(registered(), restricted('c0'))
      .when(admitUses('c1', forNobody, defending))
      .then(admitted('c1', 0, { asked: { kind: 'storage' } }), admitted('c1', 1, { exception: defending.exception! }));
  });

  it('says by which rules, and what was known of register, statement and agreements (art. 5(2))', () => {
    person(registered())
      .when({ ...admitUses('c1', delivering), norms: { ...norms, knownUpTo: '12' } })
      .then(admitted('c1', 0, { rules: 2, knownUpTo: '12' }));
  });

  it('names recipient and fields where data is to be given to somebody (art. 30(1)(d))', () => {
    person(registered())
      .when(admitUses('c1', sending))
      .then(admitted('c1', 0, forSending));
  });

  it('of a person known under a customer names the customer’s agreement (art. 28(3))', () => {
    const ordering = { activity: 'D-1', purpose: 'hms-card-ordering', categories: ['subject.nationalId'] };
    person(registered({ controller: customer, relations: [{ customer, capacity: 'worker' }] }))
      .when(admitUses('c1', { ...delivering, ...ordering }))
      .then(
        admitted('c1', 0, {
          ...ordering,
          role: 'processor',
          controller: customer,
          agreement: '1',
          basis: { code: '28(3)(a)', because: 'controller-instruction' },
        }),
      );
  });

  describe('under a relation', () => {
    const relation = { customer, capacity: 'company-representative' } as const;
    const again = { ...admitUses('c1', delivering), relation };
    it('that had ended takes it up again, and rests on it (art. 6(1)(b))', () => {
      person(registered(), relationEnded('c0')).when(again).then(relationRecorded(), admitted('c1'));
      person(registered(), relationEnded('c0'), relationRecorded()).when(again).then(admitted('c1'));
    });
    it('that is to end rests on it, and does not put its end off', () => {
      const later = new Date(at.getTime() + 1);
      person(registered(), relationEnded('c0', customer, later))
        .when(again)
        .then(admitted('c1'));
      person(registered(), relationEnded('c0', customer, later))
        .when({ ...again, at: later })
        .then(relationRecorded(), admitted('c1'));
    });
    it('with another customer records that one too, in whichever capacity', () => {
      person(registered())
        .when({ ...admitUses('c1', evidence), relation: { customer: soleTrader, capacity: 'company-representative' } })
        .then(relationRecorded(soleTrader), admitted('c1', 0, forEvidence));
    });
    it('in another capacity than the one known records that one too', () => {
      person(registered())
        .when({ ...admitUses('c1', evidence), relation: { customer, capacity: 'sole-trader' } })
        .then(relationRecorded(customer, 'sole-trader'), admitted('c1', 0, forEvidence));
    });
  });

  it('of somebody nobody knows is refused without a trace: there is no ledger to keep it in', () => {
    person().when(admitUses('c1', delivering)).refused('unknown-subject');
  });
});

describe('refusing uses', () => {
  it('is on record with rule and article, and what was asked for', () => {
    person(registered(), restricted('c0')).when(admitUses('c1', delivering)).refused('not-admitted', refused('c1'));
  });

  it('refuses all where one is refused, and records those that were', () => {
    person(registered())
      .when(admitUses('c1', delivering, mailing, invoicing))
      .refused('not-admitted', refused('c1', 1, unconsented));
  });

  it('records each of several, and an exception that did not help', () => {
    const exception = { ground: 'legal-claims', reason: 'case 7' } as const;
    person(registered(), restricted('c0'))
      .when(admitUses('c1', delivering, { ...mailing, exception }))
      .refused('not-admitted', refused('c1'), refused('c1', 1, { ...unconsented, asked: { kind: 'processing', customer, exception } }));
  });

  it('takes nothing else of the command into the ledger: no registration, no relation, no key, no consent', () => {
    const news: Partial<AdmitUses> = {
      registration: { controller: company, source: 'orderer' },
      relation: { customer, capacity: 'company-representative' },
      keys: [{ keyId: 'k1', retentionClass: 'contact', commitment: 'AA' }],
      consents: [consentTo('marketing')],
    };
    person()
      .when({ ...admitUses('c1', mailing), ...news })
      .refused(
        'not-admitted',
        refused('c1', 0, { ...unconsented, asked: { kind: 'processing', customer, controller: company, relation: news.relation! } }),
      );
  });

  it('says on which relation it was judged, where the command brought a new one with it', () => {
    const relation = { customer: soleTrader, capacity: 'sole-trader' } as const;
    const asked = { kind: 'processing', customer, relation } as const;
    person(registered(), restricted('c0'))
      .when({ ...admitUses('c1', delivering), relation })
      .refused('not-admitted', refused('c1', 0, { asked }));
  });

  it('keeps recipient and matching, that were asked for and refused', () => {
    const { recipient } = sending;
    person(registered(), restricted('c0'))
      .when(admitUses('c1', { ...sending, matching: true }))
      .refused('not-admitted', refused('c1', 0, { asked: { kind: 'processing', customer, recipient: recipient!, matching: true } }));
  });

  it('says which relation was to be taken up again', () => {
    const relation = { customer, capacity: 'company-representative' } as const;
    person(registered(), relationEnded('c0'), restricted('c0'))
      .when({ ...admitUses('c1', delivering), relation })
      .refused('not-admitted', refused('c1', 0, { asked: { kind: 'processing', customer, relation } }));
  });

  it('is under the article of the first that was refused', () => {
    const decision = decide(ledger, admitUses('c1', delivering, mailing), fold(evolve, unknownSubject, [registered()]));
    expect(decision).toMatchObject({ refused: 'not-admitted', legal: 'GDPR art. 6(1)(a)' });
    const again = decide(ledger, admitUses('c1', delivering), fold(evolve, unknownSubject, [registered(), refused('c1')]));
    expect(again).toEqual({ refused: 'not-admitted', legal: 'GDPR art. 18(2)', events: [] });
  });

  it('cites no statement where none is in force', () => {
    const { statement: _, ...unstated } = refused('c1', 0, { rule: 'no-statement-in-force', legal: 'GDPR art. 13(1)' }).data;
    person(registered())
      .when({ ...admitUses('c1', delivering), norms: { ...norms, statement: undefined } })
      .refused('not-admitted', { type: 'ProcessingRefused', data: unstated });
  });

  it('is for what the register does not know as well', () => {
    person(registered())
      .when({ ...admitUses('c1', delivering), norms: { ...norms, register: new Map([...register].slice(1)) } })
      .refused('not-admitted', refused('c1', 0, { rule: 'no-such-activity', legal: 'GDPR art. 30(1)' }));
  });
});

describe('a command to admit that comes again', () => {
  it('is admitted still, also where the person was restricted since: what was admitted before stays admitted', () => {
    person(registered(), admitted('c1')).when(admitUses('c1', delivering)).nothing();
    person(registered(), admitted('c1'), restricted('c2')).when(admitUses('c1', delivering)).nothing();
  });
  it('is refused still, and not a second time on record', () => {
    person(registered(), restricted('c0'), refused('c1')).when(admitUses('c1', delivering)).refused('not-admitted');
  });
  it('registers nobody, gives no consent and commits to no key again', () => {
    const again = {
      ...admitUses('c1', delivering),
      consents: [consentTo('marketing')],
      keys: [{ keyId: 'k9', retentionClass: 'c', commitment: 'C' }],
    };
    person(registered(), admitted('c1'), consentGiven(consentId('c1')), withdrawn('c2', consentId('c1')))
      .when(again)
      .nothing();
  });
  it('is not admitted anew once it is closed', () => {
    person(registered(), admitted('c1'), closed(admitted('c1')))
      .when(admitUses('c1', delivering))
      .nothing();
  });
  it('is told from another command', () => {
    person(registered(), admitted('c1')).when(admitUses('c2', delivering)).then(admitted('c2'));
  });
});

describe('consent that comes with a command (art. 7(1))', () => {
  const ticking = (commandId: string, ...consents: readonly NonNullable<AdmitUses['consents']>[number][]): AdmitUses => ({
    ...admitUses(commandId, evidence),
    consents,
  });
  const kept = (commandId: string) => admitted(commandId, 0, forEvidence);

  it('is given with its wording, surface and steps, behind the admission to keep evidence of it', () => {
    person(registered())
      .when(ticking('c1', consentTo('marketing')))
      .then(kept('c1'), consentGiven(consentId('c1')));
  });
  it('is given purpose by purpose', () => {
    person(registered())
      .when(ticking('c1', consentTo('marketing'), consentTo('site-analytics')))
      .then(kept('c1'), consentGiven(consentId('c1')), consentGiven(consentId('c1', 'site-analytics'), 'site-analytics'));
  });
  it('says nothing new under the same wording', () => {
    person(registered(), consentGiven('k'))
      .when(ticking('c1', consentTo('marketing')))
      .then(kept('c1'));
  });
  it('is another one under another wording', () => {
    person(registered(), consentGiven('k'))
      .when(ticking('c1', consentTo('marketing', 'cc')))
      .then(kept('c1'), consentGiven(consentId('c1'), 'marketing', 'cc'));
  });
  it('is given anew after a withdrawal, also under the same wording', () => {
    person(registered(), consentGiven('k'), withdrawn('c0', 'k'))
      .when(ticking('c1', consentTo('marketing')))
      .then(kept('c1'), consentGiven(consentId('c1')));
  });
  describe('begins its time anew where the register takes it for a time only (art. 5(1)(e), 7(1))', () => {
    const lasting = (changes: Partial<Activity>, basis: Partial<Activity['legalBases'][number]> = {}): Norms => {
      const entry = { ...register.get('C-4')!, ...changes };
      const legalBases = entry.legalBases.map((declared) => ({ ...declared, consentLasts: 'P12M', ...basis }));
      return { ...norms, register: new Map(register).set('C-4', { ...entry, legalBases }) };
    };
    const ticked = (instant: string, known: Norms) => {
      const command = { ...ticking('c1', consentTo('marketing')), norms: known, at: new Date(instant) };
      return person(registered(), consentGiven('k')).when(command);
    };
    it('while it lives and when it has lapsed', () => {
      for (const instant of ['2026-04-01T12:00:00.000Z', '2027-03-02T23:00:00.000Z'])
        ticked(instant, lasting({})).then(kept('c1'), consentGiven(consentId('c1')));
    });
    it('and not because another purpose’s runs out', () => {
      const later = '2028-01-01T12:00:00.000Z';
      ticked(later, lasting({ purposes: ['site-analytics'] })).then(kept('c1'));
      ticked(later, lasting({ purposes: ['site-analytics', 'marketing'] }, { purposes: ['site-analytics'] })).then(kept('c1'));
      ticked(later, lasting({ purposes: ['site-analytics', 'marketing'] }, { purposes: ['marketing'] })).then(
        kept('c1'),
        consentGiven(consentId('c1')),
      );
    });
  });
  it('carries nothing in the command it comes with: whoever asks for both at once has no consent yet', () => {
    person(registered())
      .when({ ...admitUses('c1', mailing), consents: [consentTo('marketing')] })
      .refused('not-admitted', refused('c1', 0, unconsented));
  });
  it('carries the use from then on', () => {
    person(registered(), consentGiven('k'))
      .when(admitUses('c1', mailing))
      .then(admitted('c1', 0, forMail));
  });
});

describe('a refusal to consent that comes with a command (art. 7(1), 7(4))', () => {
  const { givenAt, ...asked } = consentTo('marketing');
  const no = (purpose = 'marketing') => ({ ...asked, purpose, refusedAt: givenAt });
  const consentRefused = (commandId: string, purpose = 'marketing'): ConsentRefused => ({
    type: 'ConsentRefused',
    data: { consentId: consentId(commandId, purpose), subjectId: kari, ...no(purpose) },
  });
  const refusing = (commandId: string, ...refusals: NonNullable<AdmitUses['refusals']>): AdmitUses => ({
    ...admitUses(commandId, evidence),
    refusals,
  });
  const kept = (commandId: string) => admitted(commandId, 0, forEvidence);

  it('is recorded where there was no answer before, with what was shown', () => {
    person(registered()).when(refusing('c1', no())).then(kept('c1'), consentRefused('c1'));
  });
  it('is recorded purpose by purpose, beside what was consented to', () => {
    person(registered())
      .when({ ...refusing('c1', no('site-analytics')), consents: [consentTo('marketing')] })
      .then(kept('c1'), consentGiven(consentId('c1')), consentRefused('c1', 'site-analytics'));
  });
  it('by a signal of the device says so: a signal refuses (art. 21(5))', () => {
    const { type, data } = consentRefused('c1');
    person(registered())
      .when(refusing('c1', { ...no(), signal: 'gpc' }))
      .then(kept('c1'), { type, data: { ...data, signal: 'gpc' } });
  });
  it.each<[string, readonly LedgerEvent[]]>([
    ['was refused', [consentRefused('c0')]],
    ['was given: that is withdrawn by a command of its own (art. 7(3))', [consentGiven('k')]],
    ['was withdrawn', [consentGiven('k'), withdrawn('c0', 'k')]],
  ])('says nothing new where it %s', (_, history) => {
    person(registered(), ...history)
      .when(refusing('c1', no()))
      .then(kept('c1'));
  });
  it('is not read into what every object has', () => {
    person(registered())
      .when(refusing('c1', no('constructor')))
      .then(kept('c1'), consentRefused('c1', 'constructor'));
  });
  it('is no answer for ever: a consent is given after it, and carries the use', () => {
    person(registered(), consentRefused('c0'))
      .when({ ...admitUses('c1', evidence), consents: [consentTo('marketing')] })
      .then(kept('c1'), consentGiven(consentId('c1')));
    person(registered(), consentRefused('c0'), consentGiven('k'))
      .when(admitUses('c1', mailing))
      .then(admitted('c1', 0, forMail));
  });
  it('stops what only a consent carries (art. 6(1)(a))', () => {
    person(registered(), consentRefused('c0'))
      .when(admitUses('c1', mailing))
      .refused('not-admitted', refused('c1', 0, { ...unconsented, rule: 'consent-refused' }));
  });
  it('is nothing that could be withdrawn (art. 7(3))', () => {
    person(registered(), consentRefused('c0')).when(withdraw('c1')).refusedUnder('GDPR art. 7(3)', 'no-such-consent');
  });
});

describe('closing what was admitted and not used', () => {
  it('closes each admission of the command, for the reason told', () => {
    person(registered(), admitted('c1'), admitted('c1', 1, forInvoice), admitted('c2'))
      .when(close('c1', 'fact-refused'))
      .then(closed(admitted('c1'), 'fact-refused'), closed(admitted('c1', 1), 'fact-refused'));
  });
  it('closes none twice, and those that are open still', () => {
    person(registered(), admitted('c1'), closed(admitted('c1')))
      .when(close('c1', 'abandoned'))
      .nothing();
    person(registered(), admitted('c1'), admitted('c1', 1, forInvoice), closed(admitted('c1')))
      .when(close('c1'))
      .then(closed(admitted('c1', 1)));
  });
  it('has nothing to do for a command that was refused, or never came', () => {
    person(registered(), restricted('c0'), refused('c1')).when(close('c1')).nothing();
    person(registered(), admitted('c1')).when(close('c2')).nothing();
    person().when(close('c1')).nothing();
  });
  it('leaves the admission to keep evidence of a consent: it was used when the consent was recorded', () => {
    person(registered(), admitted('c1'), admitted('c1', 1, forEvidence), consentGiven(consentId('c1')))
      .when(close('c1'))
      .then(closed(admitted('c1')));
  });

  it('leaves it also where it is named', () => {
    const kept = admitted('c1', 0, forEvidence);
    person(registered(), kept, consentGiven(consentId('c1')))
      .when({ ...close('c1'), admissions: [kept.data.admissionId] })
      .nothing();
  });
  it('leaves the admission under which data has gone out already: it is not unused', () => {
    const sent = admitted('c1', 0, forSending);
    const history = [registered(), sent, admitted('c1', 1, forInvoice), disclosed('c2', sent.data.admissionId)];
    person(...history)
      .when(close('c1'))
      .then(closed(admitted('c1', 1)));
    person(...history)
      .when({ ...close('c1'), admissions: [sent.data.admissionId] })
      .then(closed(admitted('c1', 1)));
  });

  describe('of a command that the ledger has forgotten, because many came after it', () => {
    const since = Array.from({ length: 64 }, (_, i) => admitted(`later-${i}`));
    const long = [registered(), admitted('c1'), ...since];
    const { admissionId } = admitted('c1').data;

    it('closes the admissions that are named', () => {
      person(...long)
        .when(close('c1', 'abandoned'))
        .nothing();
      person(...long)
        .when({ ...close('c1', 'abandoned'), admissions: [admissionId] })
        .then(closed(admitted('c1'), 'abandoned'));
    });
    it('closes none twice', () => {
      person(...long, closed(admitted('c1'), 'abandoned'))
        .when({ ...close('c1', 'abandoned'), admissions: [admissionId] })
        .nothing();
    });
    it('lets the command not be admitted anew behind the closing', () => {
      person(...long, closed(admitted('c1'), 'abandoned'))
        .when(admitUses('c1', delivering))
        .nothing();
    });
  });
  it('closes an admission once that is both named and remembered', () => {
    person(registered(), admitted('c1'))
      .when({ ...close('c1'), admissions: [admitted('c1').data.admissionId] })
      .then(closed(admitted('c1')));
  });
});

describe('giving data to a recipient (art. 15(1)(c), 19, 30(1)(d))', () => {
  const { admissionId } = admitted('c1').data;
  const sent = admitted('c1', 0, forSending);

  it('is recorded with the recipient and the fields of its admission, and the recipient’s receipt', () => {
    person(registered(), sent).when(disclose('c2', admissionId)).then(disclosed('c2', admissionId));
  });
  it('is recorded by the command that was admitted as well', () => {
    person(registered(), sent).when(disclose('c1', admissionId)).then(disclosed('c1', admissionId));
  });
  it('needs an admission: none is no ground (art. 5(2), 30(1)(d))', () => {
    person(registered()).when(disclose('c2', admissionId)).refusedUnder('GDPR art. 5(2), 30(1)(d)', 'no-such-admission');
    person(registered(), sent).when(disclose('c2', 'constructor')).refusedUnder('GDPR art. 5(2), 30(1)(d)', 'no-such-admission');
  });
  it('needs an admission that names a recipient: one for the company’s own use is none', () => {
    person(registered(), admitted('c1')).when(disclose('c2', admissionId)).refusedUnder('GDPR art. 5(2), 30(1)(d)', 'no-such-admission');
  });
  it('uses its admission up: a second time needs a second one', () => {
    person(registered(), sent, disclosed('c2', admissionId))
      .when(disclose('c3', admissionId))
      .refusedUnder('GDPR art. 5(2), 30(1)(d)', 'no-such-admission');
    const second = admitted('c1', 1, forSending);
    person(registered(), sent, second, disclosed('c2', admissionId))
      .when(disclose('c3', second.data.admissionId))
      .then(disclosed('c3', second.data.admissionId));
  });
  it('is none under an admission that was closed', () => {
    person(registered(), sent, closed(sent))
      .when(disclose('c2', admissionId))
      .refusedUnder('GDPR art. 5(2), 30(1)(d)', 'no-such-admission');
  });
  it('that comes again is recorded once', () => {
    person(registered(), sent, disclosed('c2', admissionId)).when(disclose('c2', admissionId)).nothing();
  });
  it('that was made is a fact, also of a person who was restricted in the meantime (art. 5(2))', () => {
    person(registered(), sent, restricted('c3')).when(disclose('c2', admissionId)).then(disclosed('c2', admissionId));
  });
  it('is found under its admission however many commands came since', () => {
    const since = Array.from({ length: 70 }, (_, i) => admitted(`later-${i}`));
    person(registered(), sent, ...since)
      .when(disclose('c2', admissionId))
      .then(disclosed('c2', admissionId));
  });
  it('is refused for somebody nobody knows', () => {
    person().when(disclose('c2', admissionId)).refused('unknown-subject');
  });
});
describe('what a ledger remembers', () => {
  const history = (commands: number): LedgerEvent[] => [registered(), ...Array.from({ length: commands }, (_, i) => admitted(`c${i}`))];

  it('is bounded, however long it grows', () => {
    const after = (commands: number) => fold(evolve, unknownSubject, history(commands));
    expect(after(1000).recent.size).toBe(64);
    expect(outcomeOf(after(64), 'c0').admitted).toHaveLength(1);
    expect(outcomeOf(after(65), 'c0').admitted).toHaveLength(0);
    expect(outcomeOf(after(65), 'c1').admitted).toHaveLength(1);
  });

  it('keeps the commands that came last, also where one of them is an old one that was closed late', () => {
    const late = fold(evolve, unknownSubject, [...history(64), closed(admitted('c0')), admitted('new')]);
    expect(outcomeOf(late, 'c0').closed).toHaveLength(1);
    expect(outcomeOf(late, 'c1').admitted).toHaveLength(0);
  });

  it('is the same for a fact of a later version of the program, which it passes by', () => {
    const known = fold(evolve, unknownSubject, history(2));
    expect(evolve(known, { type: 'SubjectMoved', data: {} } as never)).toEqual(known);
  });

  it('is never changed by being asked or added to', () => {
    const state = fold(evolve, unknownSubject, [registered(), consentGiven('k'), admitted('c1')]);
    const before = structuredClone(state);
    const commands: LedgerCommand[] = [admitUses('c2', delivering, mailing), withdraw('c3'), restrict('c4'), close('c1')];
    for (const command of commands) {
      const decision = decide(ledger, command, state);
      fold(evolve, state, Array.isArray(decision) ? (decision as LedgerEvent[]) : []);
    }
    expect(state).toEqual(before);
  });

  it('names the ledger by the pseudonym alone', () => {
    expect(ledger.stream(restrict('c1'))).toBe(`dataSubject-${kari}`);
  });
});
