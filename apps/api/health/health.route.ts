import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { PROBES, Readiness, readiness } from './readiness';
import type { Probes } from './readiness';

@ApiTags('health')
@Public()
@Controller('health')
export class HealthRoute {
  constructor(@Inject(PROBES) private readonly probes: Probes) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(): { readonly live: true } {
    return { live: true };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Log, Postgres and checkpoints are in reach; how far each read model is behind' })
  async ready(): Promise<Readiness> {
    const state = await readiness(this.probes);
    if (state.ready) return state;
    throw new Problem({ type: '/problems/not-ready', title: 'Not ready', status: 503, retryAfterSeconds: 2, ...state });
  }
}
