import { ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';

/** A whole program on a data folder of its own, as `npm start` runs it. */
export interface Started {
  readonly url: string;
  readonly data: string;
  /** From the start of the process until it was ready. */
  readonly readyMs: number;
  token(role: string): Promise<string>;
  /** Keeps the data folder. */
  stop(): Promise<void>;
}

const READY = /Hjemmel is ready/;

export const newDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'hjemmel-bench-'));
export const removeDataFolder = (data: string): Promise<void> => rm(data, { recursive: true, force: true });

export async function startProgram(data: string, port: number): Promise<Started> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join('dist', 'apps', 'hjemmel', 'main.js')], {
    env: { ...process.env, HJEMMEL_DATA: data, PORT: String(port), HJEMMEL_RATE_LIMIT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  const readyMs = performance.now() - begun;
  return {
    url: `http://127.0.0.1:${port}`,
    data,
    readyMs,
    token: (role) => tokenFor(data, role),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (READY.test(said)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it was ready:\n${said}`)));
  });
}

async function tokenFor(data: string, role: string): Promise<string> {
  const jwk = JSON.parse(await readFile(join(data, 'secrets', 'token-signing.jwk.json'), 'utf8')) as { kid: string };
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setSubject('bench')
    .setIssuer('hjemmel')
    .setAudience('hjemmel')
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(await importJWK(jwk, 'EdDSA'));
}
