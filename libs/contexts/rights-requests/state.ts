import type { RightsRequestEvent } from './events';

export type RightsRequest = { readonly status: 'none' } | { readonly status: 'received'; readonly commandId: string };

export const noRequest: RightsRequest = { status: 'none' };

export function evolve(request: RightsRequest, event: RightsRequestEvent): RightsRequest {
  return event.type === 'RightsRequestReceived' ? { status: 'received', commandId: event.data.commandId } : request;
}
