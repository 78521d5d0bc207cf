import { Module } from '@nestjs/common';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import { Erasures } from './erasure/erasures';
import { KeysHeld } from './erasure/facts';
import { RequestErasureHandler } from './erasure/request-erasure/request-erasure.handler';
import { RequestErasureRoute } from './erasure/request-erasure/request-erasure.route';
import { PlaceLegalHoldHandler } from './holds/place-hold/place-hold.handler';
import { PlaceHoldRoute } from './holds/place-hold/place-hold.route';
import { ReleaseLegalHoldHandler } from './holds/release-hold/release-hold.handler';
import { ReleaseHoldRoute } from './holds/release-hold/release-hold.route';
import { GetCertificateHandler } from './read-models/get-certificate/get-certificate.handler';
import { GetCertificateRoute } from './read-models/get-certificate/get-certificate.route';
import { GetErasureHandler } from './read-models/get-erasure/get-erasure.handler';
import { GetErasureRoute } from './read-models/get-erasure/get-erasure.route';
import { ListErasuresHandler } from './read-models/list-erasures/list-erasures.handler';
import { ListErasuresRoute } from './read-models/list-erasures/list-erasures.route';
import { PlacedHolds } from './read-models/placed-holds';

/** How personal data ends: erasures that persons ask for, legal holds, and what is kept meanwhile. */
@Module({
  controllers: [RequestErasureRoute, PlaceHoldRoute, ReleaseHoldRoute, ListErasuresRoute, GetErasureRoute, GetCertificateRoute],
  providers: [
    {
      provide: Erasures,
      inject: [Decisions, KeysHeld, InForce],
      useFactory: (decisions: Decisions, keys: KeysHeld, inForce: InForce) =>
        new Erasures(decisions, { keys, norms: (at) => inForce.at(at) }),
    },
    PlacedHolds,
    RequestErasureHandler,
    PlaceLegalHoldHandler,
    ReleaseLegalHoldHandler,
    ListErasuresHandler,
    GetErasureHandler,
    GetCertificateHandler,
  ],
  exports: [Erasures],
})
export class RetentionModule {}
