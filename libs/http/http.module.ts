import { DynamicModule, Module } from '@nestjs/common';
import { systemClock } from '@hjemmel/kernel';
import type { Clock } from '@hjemmel/kernel';
import { Consistency } from './consistency';
import { CommandGateway } from './idempotency';
import type { HttpKeys } from './secrets';
import type { HttpSettings } from './settings';
import { HTTP_CLOCK, HTTP_KEYS, HTTP_SETTINGS } from './tokens';

/**
 * What routes inject: `CommandGateway` and `Consistency`. The program provides `IDEMPOTENCY_POOL` and `POSITION_WAITER` from a
 * global module of its own.
 */
@Module({})
export class HttpEdgeModule {
  static with(settings: HttpSettings, keys: HttpKeys, clock: Clock = systemClock): DynamicModule {
    return {
      module: HttpEdgeModule,
      global: true,
      providers: [
        { provide: HTTP_SETTINGS, useValue: settings },
        { provide: HTTP_KEYS, useValue: keys },
        { provide: HTTP_CLOCK, useValue: clock },
        CommandGateway,
        Consistency,
      ],
      exports: [HTTP_SETTINGS, HTTP_KEYS, HTTP_CLOCK, CommandGateway, Consistency],
    };
  }
}
