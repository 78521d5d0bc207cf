import { DynamicModule, Module } from '@nestjs/common';
import { HttpEdgeModule, IDEMPOTENCY_POOL, POSITION_WAITER } from '@hjemmel/http';
import { HealthRoute } from './health/health.route';
import { PROBES } from './health/readiness';
import type { ApiParts } from './parts';

/** The map of the API: the edge and what it needs, health, and the contexts with their routes. */
@Module({})
export class ApiModule {
  static with(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      global: true,
      imports: [HttpEdgeModule.with(parts.http, parts.keys)],
      controllers: [HealthRoute],
      providers: [
        { provide: IDEMPOTENCY_POOL, useValue: parts.pool },
        { provide: POSITION_WAITER, useValue: parts.positions },
        { provide: PROBES, useValue: parts.probes },
      ],
      exports: [IDEMPOTENCY_POOL, POSITION_WAITER],
    };
  }
}
