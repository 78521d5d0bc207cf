import { decider, refuse } from '@hjemmel/kernel';
import { requestStream, RightsRequestEvent, RightsRequestReceived } from './events';
import { evolve, noRequest, RightsRequest } from './state';

export type RightsRequestCommand =
  | { readonly type: 'ReceiveRequest'; readonly requestId: string; readonly commandId: string; readonly received: Received }
  | { readonly type: 'AbandonRequest'; readonly requestId: string; readonly commandId: string };

type Received = Omit<RightsRequestReceived['data'], 'requestId' | 'commandId'>;
export type RightsRequestRefusal = 'received-after-recorded' | 'request-exists' | 'request-abandoned';

export const rightsRequests = decider<RightsRequestCommand, RightsRequest, RightsRequestEvent, RightsRequestRefusal>({
  stream: ({ requestId }) => requestStream(requestId),
  initial: noRequest,
  evolve,
  decide: {
    ReceiveRequest: ({ requestId, commandId, received }, request) => {
      if (received.receivedAt > received.recordedAt) return refuse('received-after-recorded');
      if (request.status === 'none') return [{ type: 'RightsRequestReceived', data: { requestId, commandId, ...received } }];
      if (request.status === 'abandoned') return refuse('request-abandoned');
      return request.commandId === commandId ? [] : refuse('request-exists');
    },
    AbandonRequest: ({ requestId, commandId }, request) =>
      request.status === 'none' ? [{ type: 'RightsRequestAbandoned', data: { requestId, commandId } }] : [],
  },
});
