import { decider, refuse } from '@hjemmel/kernel';
import { requestStream, RightsRequestEvent, RightsRequestReceived } from './events';
import { evolve, noRequest, RightsRequest } from './state';

export type RightsRequestCommand = { readonly type: 'ReceiveRequest'; readonly received: RightsRequestReceived['data'] };
export type RightsRequestRefusal = 'received-after-recorded' | 'request-exists';

export const rightsRequests = decider<RightsRequestCommand, RightsRequest, RightsRequestEvent, RightsRequestRefusal>({
  stream: ({ received }) => requestStream(received.requestId),
  initial: noRequest,
  evolve,
  decide: {
    ReceiveRequest: ({ received }, request) => {
      if (received.receivedAt > received.recordedAt) return refuse('received-after-recorded');
      if (request.status === 'none') return [{ type: 'RightsRequestReceived', data: received }];
      return request.commandId === received.commandId ? [] : refuse('request-exists');
    },
  },
});
