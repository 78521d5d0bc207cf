import { given } from '@hjemmel/kernel/testing/given';
import { ledger } from './decider';
import { overrulingGrounds } from './events';
import { admitted, forMail, objected, overruled, refused, restricted, takenBack, unconsented, upheld } from './testing/facts';
import {
  admitUses,
  consentGiven,
  customer,
  delivering,
  mailing,
  object,
  objectionOf,
  officer,
  overrule,
  registered,
  takeBack,
  uphold,
} from './testing/kari';

const person = given(ledger);
const id = objectionOf('c1');
const marketing = objectionOf('c1', 'marketing');
const objecting = [registered(), objected('c1')];
const stopped = refused('c9', 0, { rule: 'objected', legal: 'GDPR art. 21(1)' });
const unmailed = refused('c9', 0, { ...unconsented, rule: 'objected-to-marketing', legal: 'GDPR art. 21(3)' });

describe('objecting on grounds of one’s situation (art. 21(1))', () => {
  it('is on record with the purpose, and by which way and when it came in', () => {
    person(registered()).when(object('c1')).then(objected('c1'));
  });
  it('stops what rests on an interest before anybody has decided', () => {
    person(...objecting)
      .when(admitUses('c9', delivering))
      .refused('not-admitted', stopped);
  });
  it('leaves standing what was admitted before', () => {
    person(registered(), admitted('c9'), objected('c1')).when(admitUses('c9', delivering)).nothing();
  });
  it('does nothing where it stands, also where it was upheld, or the command comes again', () => {
    person(...objecting)
      .when(object('c2'))
      .nothing();
    person(...objecting, upheld('c2', id))
      .when(object('c3'))
      .nothing();
    person(...objecting)
      .when(object('c1'))
      .nothing();
  });
  it('is for one purpose at a time', () => {
    person(...objecting)
      .when(object('c2', 'situation', 'invoicing'))
      .then(objected('c2', 'situation', 'invoicing'));
  });
  it('may come again after it was overruled or taken back, and then stops the use again', () => {
    for (const ended of [overruled('c2', id), takenBack('c2', id)]) {
      person(...objecting, ended)
        .when(object('c3'))
        .then(objected('c3'));
      person(...objecting, ended, objected('c3'))
        .when(admitUses('c9', delivering))
        .refused('not-admitted', stopped);
    }
  });
  it('is the controller’s to decide: a processor passes it on (art. 28(3)(e))', () => {
    const worker = registered({ controller: customer, relations: [{ customer, capacity: 'worker' }] });
    person(worker).when(object('c1')).refusedUnder('GDPR art. 21(1), 28(3)(e)', 'controller-decides');
    person(worker).when(object('c1', 'direct-marketing')).refusedUnder('GDPR art. 21(1), 28(3)(e)', 'controller-decides');
  });
  it('is open to those who are restricted', () => {
    person(registered(), restricted('c0')).when(object('c1')).then(objected('c1'));
  });
  it('is refused for somebody nobody knows', () => {
    person().when(object('c1')).refused('unknown-subject');
  });
});

describe('objecting to direct marketing (art. 21(2)–(3))', () => {
  it.each(['marketing', 'advertising'])('is for purposes that are marketing: %s', (purpose) => {
    person(registered())
      .when(object('c1', 'direct-marketing', purpose))
      .then(objected('c1', 'direct-marketing', purpose));
  });
  it('is for no other purpose: there the person’s situation is asked for (art. 21(1))', () => {
    person(registered())
      .when(object('c1', 'direct-marketing', 'deliver-service'))
      .refusedUnder('GDPR art. 21(2)', 'not-direct-marketing');
  });
  it('stops it at once, whatever was consented to', () => {
    person(registered(), consentGiven('k'), objected('c1', 'direct-marketing'))
      .when(admitUses('c9', mailing))
      .refused('not-admitted', unmailed);
  });
  it('stands beside one on grounds of the situation against the same purpose', () => {
    person(registered(), objected('c1', 'situation', 'marketing'))
      .when(object('c2', 'direct-marketing'))
      .then(objected('c2', 'direct-marketing'));
  });
  it('is absolute: nobody overrules it (art. 21(3))', () => {
    person(registered(), objected('c1', 'direct-marketing'))
      .when(overrule('c2', marketing))
      .refusedUnder('GDPR art. 21(3)', 'marketing-objection-is-absolute');
  });
  it('needs nobody to uphold it: it is upheld', () => {
    person(registered(), objected('c1', 'direct-marketing'))
      .when(uphold('c2', marketing))
      .refusedUnder('GDPR art. 21', 'objection-decided');
  });
  it('is taken back by the person: then a consent carries again', () => {
    const history = [registered(), consentGiven('k'), objected('c1', 'direct-marketing')];
    person(...history)
      .when(takeBack('c2', marketing))
      .then(takenBack('c2', marketing));
    person(...history, takenBack('c2', marketing))
      .when(admitUses('c9', mailing))
      .then(admitted('c9', 0, forMail));
  });
});

describe.each([
  ['upholding', uphold, upheld],
  ['overruling', overrule, overruled],
] as const)('%s an objection (art. 21(1))', (_, decideOn, decided) => {
  it('names reasons and document, and who decided', () => {
    person(...objecting)
      .when(decideOn('c2', id))
      .then(decided('c2', id));
  });
  it('is done once, and is done when it comes again', () => {
    person(...objecting, decided('c2', id))
      .when(decideOn('c2', id))
      .nothing();
  });
  it('needs an objection that stands (art. 21)', () => {
    person(registered()).when(decideOn('c2', id)).refusedUnder('GDPR art. 21', 'no-such-objection');
    for (const ended of [overruled('c2', id), takenBack('c2', id)]) {
      person(...objecting, ended)
        .when(decideOn('c3', id))
        .refusedUnder('GDPR art. 21', 'no-such-objection');
    }
  });
  it('is not done to one that was upheld: what was decided for the person stays decided', () => {
    person(...objecting, upheld('c2', id))
      .when(decideOn('c3', id))
      .refusedUnder('GDPR art. 21', 'objection-decided');
  });
  it.each(['', ' \t'])('needs reasons (art. 5(2), 12(4)): %j is none', (reasons) => {
    person(...objecting)
      .when({ ...decideOn('c2', id), reasons })
      .refusedUnder('GDPR art. 5(2), 12(4)', 'no-reasons');
  });
  it.each(['', ' \t'])('needs to be written down (art. 5(2)): %j is nowhere', (document) => {
    person(...objecting)
      .when({ ...decideOn('c2', id), document })
      .refusedUnder('GDPR art. 5(2)', 'no-document');
  });
  it('is refused for somebody nobody knows', () => {
    person().when(decideOn('c2', id)).refused('unknown-subject');
  });
});

describe('what an objection that is decided leaves (art. 21(1))', () => {
  it('upheld, the use stays stopped', () => {
    person(...objecting, upheld('c2', id))
      .when(admitUses('c9', delivering))
      .refused('not-admitted', stopped);
  });
  it('overruled, the use goes on', () => {
    person(...objecting, overruled('c2', id))
      .when(admitUses('c9', delivering))
      .then(admitted('c9'));
  });
  it('the one that is decided, and not another', () => {
    const second = objected('c3', 'situation', 'invoicing');
    person(...objecting, second, overruled('c2', second.data.objectionId))
      .when(admitUses('c9', delivering))
      .refused('not-admitted', stopped);
    person(...objecting, second, upheld('c2', second.data.objectionId))
      .when(overrule('c4', id))
      .then(overruled('c4', id));
  });
});

describe('overruling an objection takes two people (art. 21(1), 24(1))', () => {
  it.each(overrulingGrounds)('and one of the grounds that there are: %s', (grounds) => {
    const { type, data } = overruled('c2', id);
    person(...objecting)
      .when({ ...overrule('c2', id), grounds })
      .then({ type, data: { ...data, grounds } });
  });
  it.each([
    ['who decides prepared it', officer.id],
    ['nobody prepared it', ''],
    ['nobody is named who did', '  '],
  ])('is refused where %s', (_, proposedBy) => {
    person(...objecting)
      .when({ ...overrule('c2', id), proposedBy })
      .refusedUnder('GDPR art. 21(1), 24(1)', 'four-eyes');
  });
});

describe('taking an objection back (art. 21)', () => {
  it('is on record, and lets the use go on', () => {
    person(...objecting)
      .when(takeBack('c2', id))
      .then(takenBack('c2', id));
    person(...objecting, takenBack('c2', id))
      .when(admitUses('c9', delivering))
      .then(admitted('c9'));
  });
  it('is open to the person also after it was upheld', () => {
    person(...objecting, upheld('c2', id))
      .when(takeBack('c3', id))
      .then(takenBack('c3', id));
  });
  it('is refused where it does not stand', () => {
    person(registered()).when(takeBack('c2', id)).refusedUnder('GDPR art. 21', 'no-such-objection');
    person(...objecting, takenBack('c2', id))
      .when(takeBack('c3', id))
      .refusedUnder('GDPR art. 21', 'no-such-objection');
  });
  it('that comes again takes nothing back that was raised since', () => {
    person(...objecting, takenBack('c2', id))
      .when(takeBack('c2', id))
      .nothing();
  });
  it('is refused for somebody nobody knows', () => {
    person().when(takeBack('c2', id)).refused('unknown-subject');
  });
});
