import { decide, derivedUuid, fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { AdmitUses, ledger, LedgerCommand } from './decider';
import type { AdmissionClosed, ConsentWithdrawn, LedgerEvent, ProcessingAdmitted, ProcessingRefused, ProcessingRestricted } from './events';
import { restrictionGrounds } from './events';
import { evolve, outcomeOf, unknownSubject } from './state';
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
  evidence,
  invoicing,
  kari,
  mailing,
  register,
  registered,
  restrict,
  soleTrader,
  statement,
  storing,
  withdraw,
} from './testing/kari';

const person = given(ledger);
const cited = { version: statement.version, hash: statement.hash };

const admitted = (commandId: string, line = 0, changes: Partial<ProcessingAdmitted['data']> = {}): ProcessingAdmitted => ({
  type: 'ProcessingAdmitted',
  data: {
    admissionId: derivedUuid('admission', commandId, kari, String(line)),
    subjectId: kari,
    commandId,
    act: 'PlaceOrder',
    asked: { kind: 'processing', customer },
    activity: 'C-1',
    activityVersion: 1,
    purpose: 'deliver-service',
    role: 'controller',
    controller: company,
    categories: ['subject.contact'],
    basis: { code: '6(1)(f)', because: 'company-representative' },
    statement: cited,
    ...changes,
  },
});
const forInvoice = { activity: 'C-2', purpose: 'invoicing', categories: ['invoice'] };
const forMail = {
  activity: 'C-4',
  purpose: 'marketing',
  basis: { code: '6(1)(a)', statute: 'markedsføringsloven § 15', because: 'consent' },
} as const;
const forEvidence = {
  activity: 'C-9',
  purpose: 'consent-evidence',
  categories: ['consent.record'],
  basis: { code: '6(1)(c)', statute: 'GDPR art. 7(1)', because: 'legal-duty' },
} as const;

const refused = (commandId: string, line = 0, changes: Partial<ProcessingRefused['data']> = {}): ProcessingRefused => ({
  type: 'ProcessingRefused',
  data: {
    refusalId: derivedUuid('refusal', commandId, kari, String(line)),
    subjectId: kari,
    commandId,
    act: 'PlaceOrder',
    activity: 'C-1',
    purpose: 'deliver-service',
    categories: ['subject.contact'],
    asked: { kind: 'processing', customer },
    rule: 'restricted',
    legal: 'GDPR art. 18(2)',
    statement: cited,
    ...changes,
  },
});
const unconsented = {
  activity: 'C-4',
  purpose: 'marketing',
  categories: ['subject.contact'],
  rule: 'consent-missing',
  legal: 'GDPR art. 6(1)(a)',
} as const;

const restricted = (commandId: string, ground: ProcessingRestricted['data']['ground'] = 'accuracy-contested'): ProcessingRestricted => ({
  type: 'ProcessingRestricted',
  data: {
    restrictionId: derivedUuid('restriction', commandId, kari),
    subjectId: kari,
    commandId,
    ground,
    channel: 'e-mail',
    receivedAt: at.toISOString(),
  },
});
const consentId = (commandId: string, purpose = 'marketing'): string => derivedUuid('consent', commandId, kari, purpose);
const withdrawn = (commandId: string, of: string): ConsentWithdrawn => ({
  type: 'ConsentWithdrawn',
  data: {
    consentId: of,
    subjectId: kari,
    commandId,
    purpose: 'marketing',
    surface: 'unsubscribe-link',
    steps: 1,
    withdrawnAt: at.toISOString(),
  },
});
const closed = (admission: ProcessingAdmitted, because: AdmissionClosed['data']['because'] = 'refused-elsewhere'): AdmissionClosed => ({
  type: 'AdmissionClosed',
  data: {
    admissionId: admission.data.admissionId,
    subjectId: kari,
    commandId: admission.data.commandId,
    outcome: 'unused',
    because,
  },
});

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

  it('cites no statement where none is in force', () => {
    const { statement: _, ...unstated } = refused('c1', 0, { rule: 'no-statement-in-force', legal: 'GDPR art. 13(1)' }).data;
    person(registered())
      .when({ ...admitUses('c1', delivering), statement: undefined })
      .refused('not-admitted', { type: 'ProcessingRefused', data: unstated });
  });

  it('is for what the register does not know as well', () => {
    person(registered())
      .when({ ...admitUses('c1', delivering), register: new Map([...register].slice(1)) })
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

describe('withdrawing a consent (art. 7(3))', () => {
  it('names the consent that it ends, surface and steps', () => {
    person(registered(), consentGiven('k')).when(withdraw('c1')).then(withdrawn('c1', 'k'));
  });
  it('ends the one that was given last', () => {
    person(registered(), consentGiven('k'), consentGiven('l', 'marketing', 'cc'))
      .when(withdraw('c1'))
      .then(withdrawn('c1', 'l'));
  });
  it('does nothing where it is withdrawn', () => {
    person(registered(), consentGiven('k'), withdrawn('c1', 'k')).when(withdraw('c2')).nothing();
  });
  it('that comes again ends no consent that was given since', () => {
    person(registered(), consentGiven('k'), withdrawn('c1', 'k'), consentGiven('l')).when(withdraw('c1')).nothing();
    person(registered(), consentGiven('k'), withdrawn('c1', 'k'), consentGiven('l')).when(withdraw('c2')).then(withdrawn('c2', 'l'));
  });
  it('is refused where there is none, or none for that purpose', () => {
    person(registered()).when(withdraw('c1')).refused('no-such-consent');
    person(registered(), consentGiven('k')).when(withdraw('c1', 'site-analytics')).refused('no-such-consent');
    person(registered()).when(withdraw('c1', 'constructor')).refused('no-such-consent');
  });
  it('is refused for somebody nobody knows', () => {
    person().when(withdraw('c1')).refused('unknown-subject');
  });
  it('stops what rests on it, and leaves standing what was admitted before', () => {
    person(registered(), consentGiven('k'), admitted('c1', 0, forMail), withdrawn('c2', 'k'))
      .when(admitUses('c3', mailing))
      .refused('not-admitted', refused('c3', 0, { ...unconsented, rule: 'consent-withdrawn', legal: 'GDPR art. 7(3)' }));
  });
});

describe('restricting the processing of a person’s data (art. 18(1))', () => {
  it.each(restrictionGrounds)('for the ground %s', (ground) => {
    person(registered()).when(restrict('c1', ground)).then(restricted('c1', ground));
  });
  it('does nothing where it is restricted for that ground, or the command comes again', () => {
    person(registered(), restricted('c1')).when(restrict('c2')).nothing();
    person(registered(), restricted('c1')).when(restrict('c1')).nothing();
  });
  it('adds another ground: each is lifted by itself (art. 18(3))', () => {
    person(registered(), restricted('c1')).when(restrict('c2', 'objection-pending')).then(restricted('c2', 'objection-pending'));
  });
  it('is refused for somebody nobody knows', () => {
    person().when(restrict('c1')).refused('unknown-subject');
  });
  it('stops every use but storing, and leaves standing what was admitted before', () => {
    const history = [registered(), admitted('c1'), restricted('c2')];
    person(...history)
      .when(admitUses('c3', delivering))
      .refused('not-admitted', refused('c3'));
    person(...history)
      .when(admitUses('c3', storing))
      .then(admitted('c3', 0, { asked: { kind: 'storage', customer } }));
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
    expect(evolve(known, { type: 'RestrictionLifted', data: {} } as never)).toEqual(known);
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
