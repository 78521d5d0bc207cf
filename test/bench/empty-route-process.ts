import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { PlaceOrderBody } from '@hjemmel/contexts/orders/place-order/place-order.body';
import { settings } from '@hjemmel/host';
import { Allow, createHttpApplication, httpSettings, programLogger, readHttpKeys } from '@hjemmel/http';

/** The route of PlaceOrder with its validation and the whole edge in front of it, and nothing behind: what HTTP alone costs. */
@Controller('orders')
class EmptyRoute {
  @Post()
  @Allow('service')
  place(@Body() { orderId }: PlaceOrderBody) {
    return { orderId };
  }
}

@Module({ controllers: [EmptyRoute] })
class EmptyModule {}

async function main(): Promise<void> {
  const env = settings(process.env);
  const secrets = env.required('HJEMMEL_SECRETS');
  const parts = {
    settings: { ...httpSettings(env, secrets), rateLimit: 0 },
    keys: await readHttpKeys(secrets),
    log: programLogger('bench', 'warn'),
  };
  const app = await createHttpApplication(EmptyModule, parts);
  await app.listen(env.port('PORT', 0), '127.0.0.1');
  process.send?.('ready');
}

void main();
