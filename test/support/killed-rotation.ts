import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Rotated } from '@hjemmel/vault';

const script = join(__dirname, '../../dist/libs/vault/testing/rotation-process.js');

/**
 * Rotates in a process of its own.
 * @param killAfter reports of progress; then it is killed. Never, where it is not given
 * @returns what it did; undefined where it was killed
 */
export async function rotationProcess(
  kind: 'master' | 'blind-index',
  postgresUrl: string,
  secrets: string,
  killAfter = Infinity,
): Promise<Rotated | undefined> {
  const env = { ...process.env, HJEMMEL_TEST_POSTGRES_URL: postgresUrl, HJEMMEL_SECRETS: secrets };
  const child = fork(script, [kind], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let reports = 0;
  let rotated: Rotated | undefined;
  child.on('message', (message: { readonly info?: Rotated }) => {
    if (message.info) rotated = message.info;
    else if (++reports === killAfter) child.kill('SIGKILL');
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== null && code !== 0) throw new Error(`the rotation ended with exit code ${code}`);
  return rotated;
}
