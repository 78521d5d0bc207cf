import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Admissions } from '@hjemmel/contexts/data-subjects/contract';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { Identities, Vault } from '@hjemmel/vault';
import { ordering, OrderRefusal } from '../decider';
import { peopleOf } from './people';
import { OrderPlacedAnswer, PlaceOrder } from './place-order.command';
import { sealOrder } from './seal-order';

/** Finds the people, has every use admitted, seals, and only then appends the order's own fact. The order's values were checked before. */
@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly decisions: Decisions,
    private readonly admissions: Admissions,
    private readonly identities: Identities,
    private readonly vault: Vault,
  ) {}

  async execute({ order, context }: PlaceOrder): Promise<CommandAnswer<OrderPlacedAnswer>> {
    const people = await peopleOf(order, this.identities, this.vault, context.now);
    const admitted = await this.admissions.admit(people.requests, context);
    const placed = await sealOrder(order, people, admitted, this.vault, context);
    const { refusal, position } = await this.decisions.run(
      ordering,
      { type: 'PlaceOrder', orderId: order.orderId, commandId: context.commandId, placed },
      context,
      { isNew: true },
    );
    if (refusal)
      await this.refuse(
        refusal.refused,
        admitted.map(({ subjectId }) => subjectId),
        context,
      );
    const [contact, ...cardHolders] = admitted.map(({ subjectId }) => ({ subjectId }));
    return { status: 201, body: { orderId: order.orderId, contact: contact!, cardHolders, position: String(position) } };
  }

  private async refuse(rule: OrderRefusal, subjectIds: readonly string[], context: CommandContext): Promise<never> {
    await this.admissions.close(subjectIds, 'fact-refused', context);
    throw new Problem({ type: `/problems/${rule}`, title: titles[rule], status: 409, rule });
  }
}

const titles: Readonly<Record<OrderRefusal, string>> = {
  'order-exists': 'Another command placed an order under this id',
  'order-abandoned': 'A command under this id broke off and was closed; place the order under a new id and key',
};
