import { given } from '@hjemmel/kernel/testing/given';
import { rightsRequests } from './decider';
import type { RightsRequestEvent, RightsRequestReceived } from './events';

const requestId = '8d1c2bd4-8c1f-8c3b-9d8e-2a4b6d1f0a11';
const received: Omit<RightsRequestReceived['data'], 'requestId' | 'commandId'> = {
  right: 'access',
  subjectId: '0a'.repeat(16),
  admission: 'a1',
  controller: '915376215',
  handling: 'decide',
  channel: 'letter',
  receivedAt: '2026-01-30T09:00:00.000Z',
  recordedAt: '2026-02-02T10:00:00.000Z',
  deadlines: { promise: '2026-03-01', law: '2026-02-28', due: '2026-02-28', dueInstant: '2026-02-28T23:00:00.000Z' },
};

const request = given(rightsRequests);
const receive = (commandId: string, changes: Partial<typeof received> = {}) =>
  ({ type: 'ReceiveRequest', requestId, commandId, received: { ...received, ...changes } }) as const;
const abandon = (commandId: string) => ({ type: 'AbandonRequest', requestId, commandId }) as const;
const isReceived = (commandId: string, changes: Partial<typeof received> = {}): RightsRequestEvent => ({
  type: 'RightsRequestReceived',
  data: { requestId, commandId, ...received, ...changes },
});
const isAbandoned = (commandId: string): RightsRequestEvent => ({ type: 'RightsRequestAbandoned', data: { requestId, commandId } });

describe('a request for access (art. 15)', () => {
  it('is recorded with its deadlines, also where it is recorded late (art. 12(3): the clock runs from receipt)', () => {
    request().when(receive('c1')).then(isReceived('c1'));
  });
  it('is recorded where it is recorded at the moment of receipt', () => {
    const now = { receivedAt: received.recordedAt };
    request().when(receive('c1', now)).then(isReceived('c1', now));
  });
  it('cannot have come in later than it is recorded, not by a millisecond', () => {
    request()
      .when(receive('c1', { receivedAt: '2026-02-02T10:00:00.001Z' }))
      .refused('received-after-recorded');
  });
  it('that comes again by the same command adds nothing', () => {
    request(isReceived('c1')).when(receive('c1')).nothing();
  });
  it('under an id that another command used is refused', () => {
    request(isReceived('c1')).when(receive('c2')).refused('request-exists');
  });
  it('is refused where its command broke off and was closed', () => {
    request(isAbandoned('c1')).when(receive('c1')).refused('request-abandoned');
  });
});

describe('abandoning a request whose command broke off', () => {
  it('ends its stream', () => request().when(abandon('c1')).then(isAbandoned('c1')));
  it('does nothing where it was recorded', () => request(isReceived('c1')).when(abandon('c1')).nothing());
  it('does nothing where it is abandoned', () => request(isAbandoned('c1')).when(abandon('c2')).nothing());
});

describe('a request’s stream', () => {
  it('is named by its id', () => expect(rightsRequests.stream(receive('c1'))).toBe(`rightsRequest-${requestId}`));
  it('passes by a fact of a later version of the program', () => {
    request(isReceived('c1'), { type: 'RightsRequestAnswered', data: {} } as never)
      .when(receive('c1'))
      .nothing();
  });
});
