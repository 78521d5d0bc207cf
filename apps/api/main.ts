import 'reflect-metadata';
import { AddressInfo } from 'node:net';
import { errorCode, onStop, OperatorError, runProgram, settings, tellReady } from '@hjemmel/host';
import { createHttpApplication, programLogger } from '@hjemmel/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module';
import { openParts } from './parts';

const DEFAULT_PORT = 3000;

runProgram(async () => {
  const closing: (() => Promise<void>)[] = [];
  onStop(async () => {
    for (const close of closing.reverse()) await close();
  });
  const env = settings(process.env);
  const host = env.text('HJEMMEL_HOST', '127.0.0.1');
  const port = env.port('PORT', DEFAULT_PORT);
  const log = programLogger('api', env.text('HJEMMEL_LOG_LEVEL', 'info'));

  const parts = await openParts(env, log);
  closing.push(() => parts.close());
  const app = await createHttpApplication(ApiModule.with(parts), { settings: parts.http, keys: parts.keys, log });
  closing.push(() => app.close()); // runs first: what came in is answered before the connections go
  await listen(app, host, port);
  const { port: listening } = app.getHttpServer().address() as AddressInfo;
  tellReady({ host, port: listening });
  log.info({ host, port: listening }, 'listening');
});

async function listen(app: NestFastifyApplication, host: string, port: number): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE') throw new OperatorError(`port ${port} on ${host} is in use: set PORT to a free one`);
    if (code === 'EACCES') throw new OperatorError(`may not listen on port ${port}: set PORT to one above 1023`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new OperatorError('HJEMMEL_HOST is not an address of this machine');
    throw error;
  }
}
