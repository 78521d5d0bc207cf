import { readRuntime, OperatorError, exists } from '@hjemmel/host';
import { resolve } from 'node:path';
import type { Role } from '@hjemmel/kernel';
import { tokenOf } from '../../apps/auditor/token/print-token';
import { Api } from './api';

/** A running instance: the one on the data folder (HJEMMEL_DATA, or ./data), or the one at HJEMMEL_URL that shares its signing key. */
export interface Instance {
  readonly url: string;
  readonly data: string;
  /** The API for one who bears this role; names are the same in every run, so that a command that is sent again is known. */
  as(role: Role): Promise<Api>;
}

export async function findInstance(env: NodeJS.ProcessEnv = process.env): Promise<Instance> {
  const data = resolve(env['HJEMMEL_DATA'] || 'data');
  const runtime = (await exists(data)) ? await readRuntime(data) : undefined;
  const url = env['HJEMMEL_URL']?.replace(/\/+$/, '') || runtime?.apiUrl;
  if (!url) throw new OperatorError(`nothing runs on ${data}: start it with "npm start" in another terminal, then try again`);
  await ensureReady(url);
  return { url, data, as: async (role) => new Api(url, await tokenOf({ role, subject: subjectOf(role), data, hours: '1' })) };
}

/** Who the story's commands come from: a service goes by its name in the log, people go by pseudonyms. */
export const subjectOf = (role: Role): string => (role === 'service' ? 'demo' : `demo-${role}`);

async function ensureReady(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`).catch((error: unknown) => {
    if (error instanceof TypeError) throw new OperatorError(`nothing answers at ${url}: is it running?`);
    throw error;
  });
  await response.body?.cancel();
  if (!response.ok) throw new OperatorError(`${url} is not ready (HTTP ${response.status}): ${url}/health/ready says why`);
}
