import type { RightsRequestEvent } from './events';

export type RightsRequest = { readonly status: 'none' } | { readonly status: 'received' | 'abandoned'; readonly commandId: string };

export const noRequest: RightsRequest = { status: 'none' };

export function evolve(request: RightsRequest, event: RightsRequestEvent): RightsRequest {
  switch (event.type) {
    case 'RightsRequestReceived':
      return { status: 'received', commandId: event.data.commandId };
    case 'RightsRequestAbandoned':
      return { status: 'abandoned', commandId: event.data.commandId };
    default:
      return request;
  }
}
