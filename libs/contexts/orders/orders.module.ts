import { Module } from '@nestjs/common';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { PlaceOrderHandler } from './place-order/place-order.handler';
import { PlaceOrderRoute } from './place-order/place-order.route';
import { GetOrderHandler } from './read-models/get-order/get-order.handler';
import { GetOrderRoute } from './read-models/get-order/get-order.route';
import { ListOrdersHandler } from './read-models/list-orders/list-orders.handler';
import { ListOrdersRoute } from './read-models/list-orders/list-orders.route';

@Module({
  imports: [DataSubjectsModule],
  controllers: [PlaceOrderRoute, ListOrdersRoute, GetOrderRoute],
  providers: [PlaceOrderHandler, GetOrderHandler, ListOrdersHandler],
})
export class OrdersModule {}
