import { DynamicModule, Module, Provider } from '@nestjs/common';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { NATIONAL_IDS } from '@hjemmel/contexts/orders/settings';
import { KeysHeld } from '@hjemmel/contexts/retention/contract';
import { Decisions, EVENT_LOG } from '@hjemmel/event-store';
import { IDEMPOTENCY_POOL, POSITION_WAITER } from '@hjemmel/http';
import { Identities, Vault } from '@hjemmel/vault';
import { DataSource } from 'typeorm';
import { PROBES } from './health/readiness';
import type { ApiParts } from './parts';

/** Hands the opened parts to whatever injects them. */
@Module({})
export class PartsModule {
  static with(parts: ApiParts): DynamicModule {
    const providers: Provider[] = [
      { provide: EVENT_LOG, useValue: parts.log },
      { provide: Decisions, useValue: parts.decisions },
      { provide: InForce, useValue: parts.inForce },
      { provide: Vault, useValue: parts.vault },
      { provide: Identities, useValue: parts.identities },
      { provide: KeysHeld, useValue: parts.keysHeld },
      { provide: DataSource, useValue: parts.dataSource },
      { provide: IDEMPOTENCY_POOL, useValue: parts.pool },
      { provide: POSITION_WAITER, useValue: parts.positions },
      { provide: PROBES, useValue: parts.probes },
      { provide: NATIONAL_IDS, useValue: parts.nationalIds },
    ];
    return {
      module: PartsModule,
      global: true,
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}
