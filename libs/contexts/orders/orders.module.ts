import { Module } from '@nestjs/common';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { GetPhotoHandler } from './photos/get-photo/get-photo.handler';
import { GetPhotoRoute } from './photos/get-photo/get-photo.route';
import { StorePhotoHandler } from './photos/store-photo/store-photo.handler';
import { StorePhotoRoute } from './photos/store-photo/store-photo.route';
import { PlaceOrderHandler } from './place-order/place-order.handler';
import { PlaceOrderRoute } from './place-order/place-order.route';
import { GetOrderHandler } from './read-models/get-order/get-order.handler';
import { GetOrderRoute } from './read-models/get-order/get-order.route';
import { ListOrdersHandler } from './read-models/list-orders/list-orders.handler';
import { ListOrdersRoute } from './read-models/list-orders/list-orders.route';

@Module({
  imports: [DataSubjectsModule],
  controllers: [PlaceOrderRoute, ListOrdersRoute, GetOrderRoute, StorePhotoRoute, GetPhotoRoute],
  providers: [PlaceOrderHandler, GetOrderHandler, ListOrdersHandler, StorePhotoHandler, GetPhotoHandler],
})
export class OrdersModule {}
