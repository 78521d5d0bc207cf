import { given } from '@hjemmel/kernel/testing/given';
import { at, contact, decide, decided, deferred, photo, reconsider, request, resumed, waiting, withStanding } from '../testing/erasing';
import { erasure } from './decider';

const known = given(erasure);
const bySchedule = { request: request('retention') };
const until = { exception: 'retention-not-over', legal: 'GDPR art. 5(1)(e)', until: '2029-01-10' } as const;
const open = { exception: 'retention-not-over', legal: 'GDPR art. 5(1)(e)', condition: 'retention-over' } as const;

describe('an erasure by schedule (GDPR art. 5(1)(e))', () => {
  it('erases what no rule keeps, class by class', () => {
    known()
      .when(decide({ held: [contact, photo], kept: [{ retentionClass: 'photo', until: '2029-01-10' }] }, bySchedule))
      .then(decided([contact, { ...photo, deferred: until }], { ...bySchedule, whole: false }));
  });

  it('leaves what was ordered anew since it was found to be over', () => {
    const ordered = { kept: [{ retentionClass: 'contact' }] };
    known()
      .when(decide(ordered, bySchedule))
      .then(deferred([{ ...contact, deferred: open }], bySchedule));
    known(decided([contact], bySchedule))
      .when(reconsider(ordered))
      .then(deferred([{ ...contact, deferred: open }], bySchedule));
  });

  it('goes on once it is over again', () => {
    known(deferred([{ ...contact, deferred: open }], bySchedule))
      .when(reconsider())
      .then(resumed([contact], bySchedule));
  });

  it('names a restriction first, on whatever ground it rests (art. 18(2), P-61)', () => {
    const restricted = withStanding({ restrictions: [{ restrictionId: 'r1', ground: 'accuracy-contested' }] });
    known()
      .when(decide({ ...restricted, kept: [{ retentionClass: 'contact' }] }, bySchedule))
      .then(deferred([{ ...contact, deferred: waiting.restriction }], bySchedule));
  });

  it('has no say in what a person asks for: that is erased though a rule keeps it', () => {
    known()
      .when(decide({ kept: [{ retentionClass: 'contact' }] }, { at }))
      .then(decided([contact]));
  });
});
