import { Inject, Injectable, Optional } from '@nestjs/common';
import { Problem } from '@hjemmel/kernel';
import { HTTP_SETTINGS, POSITION_WAITER } from './tokens';
import type { HttpSettings } from './settings';

/** Tells when a read model has seen a position; `PositionWaiter` of the projections is one. */
export interface WaitsForPosition {
  waitFor(model: string, position: bigint, timeoutMs: number): Promise<'reached' | 'timeout'>;
}

/** Read your own write: a query that names a position is answered from it on, or not at all. */
@Injectable()
export class Consistency {
  constructor(
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    @Optional() @Inject(POSITION_WAITER) private readonly positions: WaitsForPosition | undefined,
  ) {}

  /** @throws Problem 503 with `Retry-After` when the read model has not come so far in time */
  async waitFor(model: string, after: string | undefined): Promise<void> {
    if (after === undefined) return;
    if (!this.positions) throw new Error('nothing is wired that knows how far the read models are');
    if ((await this.positions.waitFor(model, BigInt(after), this.settings.readWaitMs)) === 'reached') return;
    throw new Problem({
      type: '/problems/read-model-behind',
      title: 'The read model has not seen that position yet',
      status: 503,
      detail: `${model} is behind; ask again`,
      retryAfterSeconds: 1,
    });
  }
}
