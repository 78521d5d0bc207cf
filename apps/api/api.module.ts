import { DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { OrdersModule } from '@hjemmel/contexts/orders/orders.module';
import { PrivacyNoticeModule } from '@hjemmel/contexts/privacy-notice/privacy-notice.module';
import { ProcessingRegisterModule } from '@hjemmel/contexts/processing-register/processing-register.module';
import { RetentionModule } from '@hjemmel/contexts/retention/retention.module';
import { RetentionRunsModule } from '@hjemmel/contexts/retention/run/retention-runs.module';
import { RightsRequestsModule } from '@hjemmel/contexts/rights-requests/rights-requests.module';
import { HttpEdgeModule } from '@hjemmel/http';
import { HealthRoute } from './health/health.route';
import type { ApiParts } from './parts';
import { PartsModule } from './parts.module';

/** The map of the API: the edge and what it needs, health, and the contexts with their routes. */
@Module({})
export class ApiModule {
  static with(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        CqrsModule.forRoot(),
        HttpEdgeModule.with(parts.http, parts.keys),
        PartsModule.with(parts),
        DataSubjectsModule,
        OrdersModule,
        RightsRequestsModule,
        ProcessingRegisterModule,
        PrivacyNoticeModule,
        RetentionModule,
        RetentionRunsModule,
      ],
      controllers: [HealthRoute],
    };
  }
}
