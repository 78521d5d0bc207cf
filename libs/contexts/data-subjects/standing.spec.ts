import { given } from '@hjemmel/kernel/testing/given';
import { ledger } from './decider';
import { restrictionGrounds } from './events';
import {
  admitted,
  announced,
  forMail,
  lifted,
  periodBegan,
  refused,
  relationEnded,
  relationRecorded,
  restricted,
  unconsented,
  withdrawn,
} from './testing/facts';
import {
  admitUses,
  announce,
  at,
  beginPeriod,
  consentGiven,
  customer,
  delivering,
  endRelation,
  lift,
  mailing,
  norms,
  register,
  registered,
  restrict,
  restrictionOf,
  soleTrader,
  storing,
  withdraw,
} from './testing/kari';

const person = given(ledger);

describe('withdrawing a consent (art. 7(3))', () => {
  it('names the consent that it ends, surface and steps', () => {
    person(registered(), consentGiven('k')).when(withdraw('c1')).then(withdrawn('c1', 'k'));
  });
  it('ends the one that was given last', () => {
    person(registered(), consentGiven('k'), consentGiven('l', 'marketing', 'cc'))
      .when(withdraw('c1'))
      .then(withdrawn('c1', 'l'));
  });
  it('says how many steps it took, and how many the giving, and is refused for neither: the person’s will counts', () => {
    const { type, data } = consentGiven('k');
    const arduous = { ...withdraw('c1'), steps: 9 };
    person(registered(), { type, data: { ...data, steps: 2 } })
      .when(arduous)
      .then(withdrawn('c1', 'k', { steps: 9, stepsToGive: 2 }));
    const again = { type, data: { ...data, consentId: 'l', steps: 3 } };
    person(registered(), { type, data: { ...data, steps: 2 } }, withdrawn('c0', 'k'), again)
      .when(arduous)
      .then(withdrawn('c1', 'l', { steps: 9, stepsToGive: 3 }));
  });
  it('by a signal of the device says so (art. 21(5))', () => {
    person(registered(), consentGiven('k'))
      .when({ ...withdraw('c1'), signal: 'gpc' })
      .then(withdrawn('c1', 'k', { signal: 'gpc' }));
  });
  it('does nothing where it is withdrawn', () => {
    person(registered(), consentGiven('k'), withdrawn('c1', 'k')).when(withdraw('c2')).nothing();
  });
  it('that comes again ends no consent that was given since', () => {
    person(registered(), consentGiven('k'), withdrawn('c1', 'k'), consentGiven('l')).when(withdraw('c1')).nothing();
    person(registered(), consentGiven('k'), withdrawn('c1', 'k'), consentGiven('l')).when(withdraw('c2')).then(withdrawn('c2', 'l'));
  });
  it('is refused where there is none, or none for that purpose', () => {
    person(registered()).when(withdraw('c1')).refusedUnder('GDPR art. 7(3)', 'no-such-consent');
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

describe('telling the person before a restriction is lifted (art. 18(3))', () => {
  const id = restrictionOf('c1');
  it('is on record, with reason and way', () => {
    person(registered(), restricted('c1')).when(announce('c2', id)).then(announced('c2', id));
  });
  it('is done once, and is done when it comes again', () => {
    person(registered(), restricted('c1'), announced('c2', id)).when(announce('c2', id)).nothing();
    person(registered(), restricted('c1'), announced('c2', id)).when(announce('c3', id)).nothing();
  });
  it('leaves the restriction in place', () => {
    person(registered(), restricted('c1'), announced('c2', id)).when(admitUses('c3', delivering)).refused('not-admitted', refused('c3'));
  });
  it('is refused where there is no such restriction, or none any more', () => {
    person(registered()).when(announce('c2', id)).refusedUnder('GDPR art. 18(3)', 'no-such-restriction');
    person(registered(), restricted('c1'), announced('c2', id), lifted('c3', id))
      .when(announce('c4', id))
      .refusedUnder('GDPR art. 18(3)', 'no-such-restriction');
  });
  it('is refused for somebody nobody knows', () => {
    person().when(announce('c2', id)).refused('unknown-subject');
  });
});

describe('lifting a restriction (art. 18(3))', () => {
  const id = restrictionOf('c1');
  const told = [registered(), restricted('c1'), announced('c2', id)];
  it('names reason and who decided', () => {
    person(...told)
      .when(lift('c3', id))
      .then(lifted('c3', id));
  });
  it('is refused where the person was not told before', () => {
    person(registered(), restricted('c1')).when(lift('c3', id)).refusedUnder('GDPR art. 18(3)', 'subject-not-told-before-lifting');
  });
  it('is refused where the person was told of another one’s lifting', () => {
    person(...told, restricted('c4', 'objection-pending'))
      .when(lift('c5', restrictionOf('c4')))
      .refusedUnder('GDPR art. 18(3)', 'subject-not-told-before-lifting');
  });
  it('is refused where there is no such restriction, or none any more', () => {
    person(registered()).when(lift('c3', id)).refusedUnder('GDPR art. 18(3)', 'no-such-restriction');
    person(...told, lifted('c3', id))
      .when(lift('c4', id))
      .refusedUnder('GDPR art. 18(3)', 'no-such-restriction');
  });
  it('that comes again lifts nothing', () => {
    person(...told, lifted('c3', id))
      .when(lift('c3', id))
      .nothing();
  });
  it('lets what is done with the data go on', () => {
    person(...told, lifted('c3', id))
      .when(admitUses('c4', delivering))
      .then(admitted('c4'));
  });
  it('lifts the one that it names, and leaves the others in place', () => {
    person(...told, restricted('c4', 'objection-pending'), lifted('c3', id))
      .when(admitUses('c5', delivering))
      .refused('not-admitted', refused('c5'));
  });
  it('is told anew where the person restricts on the same ground again', () => {
    const again = [...told, lifted('c3', id), restricted('c4')];
    person(...told, lifted('c3', id))
      .when(restrict('c4'))
      .then(restricted('c4'));
    person(...again)
      .when(lift('c5', restrictionOf('c4')))
      .refusedUnder('GDPR art. 18(3)', 'subject-not-told-before-lifting');
  });
  it('is refused for somebody nobody knows', () => {
    person().when(lift('c3', id)).refused('unknown-subject');
  });
});

describe('the end of a relation (art. 6(1)(b))', () => {
  const over = { rule: 'contract-over', legal: 'GDPR art. 6(1)(b)' } as const;
  it('is on record with the instant from which it counts', () => {
    person(registered()).when(endRelation('c1')).then(relationEnded('c1'));
  });
  it('is refused where the person never stood in one with that customer', () => {
    person(registered()).when(endRelation('c1', soleTrader)).refusedUnder('GDPR art. 6(1)(b)', 'no-such-relation');
  });
  it('does nothing where it has ended, or the command comes again', () => {
    person(registered(), relationEnded('c1')).when(endRelation('c2')).nothing();
    person(registered(), relationEnded('c1')).when(endRelation('c1')).nothing();
  });
  it('that comes again does not end what was taken up again in the meantime; a new command does', () => {
    person(registered(), relationEnded('c1'), relationRecorded()).when(endRelation('c1')).nothing();
    person(registered(), relationEnded('c1'), relationRecorded()).when(endRelation('c2')).then(relationEnded('c2'));
  });
  it('ends what rests on it, and leaves storing', () => {
    person(registered(), relationEnded('c1'))
      .when(admitUses('c2', delivering))
      .refused('not-admitted', refused('c2', 0, over));
    person(registered(), relationEnded('c1'))
      .when(admitUses('c2', storing))
      .then(admitted('c2', 0, { asked: { kind: 'storage', customer } }));
  });
  it('ends what rests on it from its instant on', () => {
    person(registered(), relationEnded('c1', customer, new Date(at.getTime() + 1)))
      .when(admitUses('c2', delivering))
      .then(admitted('c2'));
  });
  it('leaves those with other customers', () => {
    const byTrader = { ...delivering, customer: soleTrader };
    person(registered(), relationRecorded(soleTrader, 'sole-trader'), relationEnded('c1'))
      .when(admitUses('c2', byTrader))
      .then(admitted('c2', 0, { asked: { kind: 'processing', customer: soleTrader }, basis: { code: '6(1)(b)', because: 'sole-trader' } }));
  });
  it('is the end in each capacity, and makes none live longer that had ended before', () => {
    const later = new Date(at.getTime() + 1);
    const history = [registered(), relationEnded('c1'), relationRecorded(customer, 'worker'), relationEnded('c2', customer, later)];
    person(...history.slice(0, 3))
      .when(endRelation('c2', customer, later))
      .then(relationEnded('c2', customer, later));
    person(...history)
      .when(admitUses('c3', delivering))
      .refused('not-admitted', refused('c3', 0, { rule: 'basis-not-live', legal: 'GDPR art. 6(1)' }));
    person(...history)
      .when({ ...admitUses('c3', delivering), at: later })
      .refused('not-admitted', refused('c3', 0, { rule: 'basis-not-live', legal: 'GDPR art. 6(1)' }));
  });
  it('is refused for somebody nobody knows', () => {
    person().when(endRelation('c1')).refused('unknown-subject');
  });
});

describe('the beginning of a period of keeping (art. 5(1)(e))', () => {
  const entry = { ...register.get('C-1')!, retention: [{ rule: 'R-1', trigger: 'contract-ended', length: 'P1M' }] };
  const keeping = { ...norms, register: new Map(register).set('C-1', entry) };
  const asking = (instant: string) => ({ ...admitUses('c9', delivering), norms: keeping, at: new Date(instant) });
  const over = refused('c9', 0, { rule: 'retention-over', legal: 'GDPR art. 5(1)(e)' });
  const [afterOne, afterBoth] = ['2026-04-03T10:00:00.000Z', '2026-05-03T10:00:00.000Z'];
  const april = new Date('2026-04-02T10:00:00.000Z');

  it('is on record with what began it and when: towards one customer, or all', () => {
    person(registered()).when(beginPeriod('c1')).then(periodBegan('c1'));
    person(registered())
      .when(beginPeriod('c1', 'card-issued', customer))
      .then(periodBegan('c1', 'card-issued', customer));
  });
  it('is refused towards a customer whom the person never had to do with', () => {
    person(registered())
      .when(beginPeriod('c1', 'card-issued', soleTrader))
      .refusedUnder('GDPR art. 5(1)(e)', 'no-such-relation');
  });
  it('is kept towards a customer also when the relation has ended: that is when most begin', () => {
    person(registered(), relationEnded('c0'))
      .when(beginPeriod('c1', 'contract-ended', customer))
      .then(periodBegan('c1', 'contract-ended', customer));
  });
  it('that comes again begins nothing anew', () => {
    person(registered(), periodBegan('c1')).when(beginPeriod('c1')).nothing();
  });
  it('ends what is kept when it is over', () => {
    person(registered(), periodBegan('c1')).when(asking('2026-04-02T21:59:59.999Z')).then(admitted('c9'));
    person(registered(), periodBegan('c1')).when(asking(afterOne)).refused('not-admitted', over);
  });
  it('that begins again is counted from then', () => {
    const again = periodBegan('c2', 'contract-ended', undefined, april);
    person(registered(), periodBegan('c1'))
      .when(beginPeriod('c2', 'contract-ended', undefined, april))
      .then(again);
    person(registered(), periodBegan('c1'), again).when(asking(afterOne)).then(admitted('c9'));
    person(registered(), periodBegan('c1'), again).when(asking(afterBoth)).refused('not-admitted', over);
  });
  it('towards one customer begins beside the one towards all, and another trigger’s beside both', () => {
    const theirs = periodBegan('c2', 'contract-ended', customer, april);
    const other = periodBegan('c3', 'card-issued', customer, april);
    for (const history of [
      [periodBegan('c1'), theirs, other],
      [theirs, other, periodBegan('c1')],
    ]) {
      person(registered(), ...history)
        .when(asking(afterOne))
        .then(admitted('c9'));
      person(registered(), ...history)
        .when(asking(afterBoth))
        .refused('not-admitted', over);
    }
  });
  it('is refused for somebody nobody knows', () => {
    person().when(beginPeriod('c1')).refused('unknown-subject');
  });
});
