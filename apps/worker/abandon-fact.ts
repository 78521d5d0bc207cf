import type { AbandonFact } from '@hjemmel/contexts/data-subjects/abandoned-commands/close-abandoned';
import { ordering, photos } from '@hjemmel/contexts/orders/contract';
import { rightsRequests } from '@hjemmel/contexts/rights-requests/contract';
import type { CommandContext, Decisions } from '@hjemmel/event-store';

/** Knows, for each kind of fact, how its stream is ended. */
export function abandonFacts(decisions: Decisions): AbandonFact {
  const byCategory: Readonly<
    Record<string, (id: string, context: CommandContext) => Promise<{ readonly commandId?: string; readonly status: string }>>
  > = {
    order: async (orderId, context) =>
      (await decisions.run(ordering, { type: 'AbandonOrder', orderId, commandId: context.commandId }, context)).state,
    photo: async (photoId, context) =>
      (await decisions.run(photos, { type: 'AbandonPhoto', photoId, commandId: context.commandId }, context)).state,
    rightsRequest: async (requestId, context) =>
      (await decisions.run(rightsRequests, { type: 'AbandonRequest', requestId, commandId: context.commandId }, context)).state,
  };
  return async (factStream, context) => {
    const dash = factStream.indexOf('-');
    const abandon = byCategory[factStream.slice(0, dash)];
    if (!abandon) throw new Error(`nobody knows how to abandon a fact of ${factStream.slice(0, dash)}`);
    const fact = await abandon(factStream.slice(dash + 1), context);
    // The fact of another command under this id does not complete this one.
    return fact.status === 'abandoned' || fact.commandId !== context.commandId;
  };
}
