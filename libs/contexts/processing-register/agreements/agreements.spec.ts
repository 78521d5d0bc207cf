import type { Actor } from '@hjemmel/kernel';
import { fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { ConcludeAgreement, EndAgreement, GiveInstruction, processingAgreement, WithdrawInstruction } from './decider';
import type { AgreementEvent } from './events';
import { evolveAgreement } from './state';

const customer = '334115739';
const by: Actor = { id: 'shop', role: 'service' };
const at = new Date('2026-03-02T10:00:00.000Z');
const later = new Date('2026-06-01T10:00:00.000Z');
const sha256 = 'ab'.repeat(32);
const known = ['D-1', 'D-2', 'D-7'];

const conclude = (changes: Partial<ConcludeAgreement> = {}): ConcludeAgreement => ({
  type: 'ConcludeAgreement',
  customer,
  version: '2026-01',
  sha256,
  from: at,
  at,
  activities: ['D-1', 'D-7'],
  known,
  by,
  ...changes,
});
const concluded = (changes: object = {}): AgreementEvent => ({
  type: 'ProcessingAgreementConcluded',
  data: { customer, version: '2026-01', sha256, from: at.toISOString(), activities: ['D-1', 'D-7'], concludedBy: by, ...changes },
});
const instruct: GiveInstruction = { type: 'GiveInstruction', customer, activities: ['D-2'], document: 'archive 7', from: later, known, by };
const instructed: AgreementEvent = {
  type: 'InstructionGiven',
  data: { customer, activities: ['D-2'], document: 'archive 7', from: later.toISOString(), recordedBy: by },
};
const withdraw: WithdrawInstruction = {
  type: 'WithdrawInstruction',
  customer,
  activities: ['D-1'],
  document: 'archive 8',
  until: later,
  by,
};
const withdrawn: AgreementEvent = {
  type: 'InstructionWithdrawn',
  data: { customer, activities: ['D-1'], document: 'archive 8', until: later.toISOString(), recordedBy: by },
};
const end: EndAgreement = { type: 'EndAgreement', customer, until: later, reason: 'contract over', by };
const ended: AgreementEvent = {
  type: 'ProcessingAgreementEnded',
  data: { customer, until: later.toISOString(), reason: 'contract over', endedBy: by },
};

const agreements = given(processingAgreement);
const after = (...events: readonly AgreementEvent[]) => fold(evolveAgreement, undefined, events);

describe('a data processing agreement (GDPR art. 28(3))', () => {
  it('is concluded with the activities that it instructs', () => {
    agreements().when(conclude()).then(concluded());
    const from = at.toISOString();
    expect(after(concluded())).toEqual({ version: '2026-01', from, instructions: { 'D-1': { from }, 'D-7': { from } } });
  });
  it('names its text by a hash, and activities that the company does for others', () => {
    agreements()
      .when(conclude({ sha256: 'none' }))
      .refused('malformed-hash');
    agreements()
      .when(conclude({ activities: [] }))
      .refused('no-activity');
    agreements()
      .when(conclude({ activities: ['D-1', 'C-1'] }))
      .refused('activity-unknown');
  });
  it('is recorded when it holds, not before', () => {
    agreements()
      .when(conclude({ from: later }))
      .refused('begins-in-the-future');
  });
  it('says nothing new when the same version comes again', () => agreements(concluded()).when(conclude()).nothing());
  it('in its next version goes on without a gap, with the activities of that version alone', () => {
    const next = concluded({ version: '2026-06', from: later.toISOString(), activities: ['D-1', 'D-2'] });
    agreements(concluded())
      .when(conclude({ version: '2026-06', from: later, at: later, activities: ['D-1', 'D-2'] }))
      .then(next);
    expect(after(concluded(), next)).toEqual({
      version: '2026-06',
      from: at.toISOString(),
      instructions: { 'D-1': { from: at.toISOString() }, 'D-2': { from: later.toISOString() } },
    });
  });
  it('ends once, with a reason and not before it began (art. 28(3)(g))', () => {
    agreements(concluded()).when(end).then(ended);
    agreements(concluded(), ended).when(end).nothing();
    agreements().when(end).refused('no-agreement');
    agreements(concluded())
      .when({ ...end, reason: ' ' })
      .refused('no-reason');
    agreements(concluded())
      .when({ ...end, until: new Date(0) })
      .refused('ends-before-it-begins');
    expect(after(concluded(), ended)).toMatchObject({ until: later.toISOString() });
  });
  it('that has ended is concluded anew, from then on', () => {
    const anew = concluded({ from: later.toISOString() });
    agreements(concluded(), ended)
      .when(conclude({ from: later, at: later }))
      .then(anew);
    const from = later.toISOString();
    expect(after(concluded(), ended, anew)).toEqual({ version: '2026-01', from, instructions: { 'D-1': { from }, 'D-7': { from } } });
  });
});

describe('an instruction (GDPR art. 28(3)(a))', () => {
  it('is documented, and given under an agreement that holds', () => {
    agreements(concluded()).when(instruct).then(instructed);
    agreements().when(instruct).refused('no-agreement');
    agreements(concluded(), ended).when(instruct).refused('agreement-ended');
    agreements(concluded())
      .when({ ...instruct, document: ' ' })
      .refused('no-document');
    agreements(concluded())
      .when({ ...instruct, activities: ['D-99'] })
      .refused('activity-unknown');
  });
  it('that is given already says nothing new', () => {
    agreements(concluded())
      .when({ ...instruct, activities: ['D-1'] })
      .nothing();
  });
  it('is withdrawn by a document too, once, and only what was given', () => {
    agreements(concluded()).when(withdraw).then(withdrawn);
    agreements(concluded(), withdrawn).when(withdraw).nothing();
    agreements(concluded())
      .when({ ...withdraw, activities: ['D-2'] })
      .refused('not-instructed');
    agreements().when(withdraw).refused('no-agreement');
    expect(after(concluded(), withdrawn)!.instructions['D-1']).toEqual({ from: at.toISOString(), until: later.toISOString() });
  });
  it('that was withdrawn is given anew, from then on', () => {
    const again: AgreementEvent = { ...instructed, data: { ...instructed.data, activities: ['D-1'] } };
    expect(after(concluded(), withdrawn, again)!.instructions['D-1']).toEqual({ from: later.toISOString() });
  });
});
