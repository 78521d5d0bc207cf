import { given } from '@hjemmel/kernel/testing/given';
import { legalHolds, PlaceHold, ReleaseHold } from './decider';
import type { HoldPlaced, HoldReleased } from './events';

const at = new Date('2026-03-02T10:00:00.000Z');
const on = { subjectId: '0a5c1d2e3f405162738495a6b7c8d9e0' };
const anne = { id: 'anne', role: 'privacy-officer' } as const;
const known = given(legalHolds);
const terms = { holdId: 'h1', commandId: 'c1', on, reason: 'a claim of the customer', proposedBy: 'editor' };
const place = (changes: Partial<PlaceHold> = {}): PlaceHold => ({
  type: 'PlaceHold',
  ...terms,
  document: 'case 7',
  decidedBy: anne,
  at,
  ...changes,
});
const release = (changes: Partial<ReleaseHold> = {}): ReleaseHold => ({
  type: 'ReleaseHold',
  ...{ ...terms, commandId: 'c2', reason: 'the claim was settled' },
  decidedBy: anne,
  at,
  ...changes,
});
const placed: HoldPlaced = { type: 'HoldPlaced', data: { ...terms, document: 'case 7', placedBy: anne, placedAt: at.toISOString() } };
const released: HoldReleased = {
  type: 'HoldReleased',
  data: { ...terms, commandId: 'c2', reason: 'the claim was settled', releasedBy: anne, releasedAt: at.toISOString() },
};

describe('a legal hold (GDPR art. 17(3)(e))', () => {
  it('is placed by two people, with a reason and where the claim is written down', () => known().when(place()).then(placed));
  it('is refused by one alone (art. 24(1))', () => {
    known()
      .when(place({ proposedBy: 'anne' }))
      .refused('four-eyes');
    known(placed)
      .when(release({ proposedBy: ' ' }))
      .refused('four-eyes');
  });
  it('needs a reason and a document (art. 5(2))', () => {
    known()
      .when(place({ reason: ' ' }))
      .refused('no-reason');
    known()
      .when(place({ document: '' }))
      .refused('no-document');
  });
  it('is released once, and stays so', () => {
    known(placed).when(release()).then(released);
    known(placed, released).when(release()).nothing();
    known(placed, released).when(place()).nothing();
  });
  it('that comes again adds nothing', () => known(placed).when(place()).nothing());
  it('that nobody placed is not released', () => known().when(release()).refused('no-such-hold'));
  it('on a customer has a stream of its own', () =>
    expect(legalHolds.stream(place({ on: { customer: '334115739' } }))).toBe('legalHold-334115739'));
});
