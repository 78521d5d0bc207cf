import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { Role } from '@hjemmel/kernel';
import { createHttpApplication } from '../configure';
import { HttpEdgeModule } from '../http.module';
import { programLogger } from '../request-log';
import type { HttpKeys } from '../secrets';
import type { HttpSettings } from '../settings';
import { TestTokens, testTokens } from './tokens';

export interface TestEdge {
  readonly url: string;
  readonly port: number;
  readonly tokens: TestTokens;
  readonly keys: HttpKeys;
  /** Every line that was logged. */
  readonly logged: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  /** A token of these roles is sent; none where absent. */
  readonly roles?: readonly Role[];
  readonly subject?: string;
  readonly key?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is JSON. */
  readonly body: Record<string, unknown>;
}

/** A real application on a free port of 127.0.0.1 with the whole edge in front of these controllers. */
export async function startTestEdge(
  parts: Pick<DynamicModule, 'controllers' | 'providers'>,
  changes: Partial<HttpSettings> = {},
): Promise<TestEdge> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-http-'));
  const tokens = await testTokens(folder);
  const keys = { idempotency: randomBytes(32), actorPseudonym: randomBytes(32) };
  const settings = { ...DEFAULTS, jwks: tokens.jwks, ...changes };
  const logged: string[] = [];
  const log = programLogger('test', 'debug', { write: (line) => void logged.push(line) });
  const app = await createHttpApplication(rootOf(settings, keys, parts), { settings, keys, log });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    url,
    port: Number(new URL(url).port),
    tokens,
    keys,
    logged,
    call: async (method, path, options = {}) => {
      const response = await fetch(url + path, { method, ...(await requestOf(tokens, options)) });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
    },
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

const DEFAULTS: Omit<HttpSettings, 'jwks'> = {
  issuer: 'hjemmel',
  audience: 'hjemmel',
  rateLimit: 0,
  failedAuthenticationLimit: 1_000_000,
  bodyLimitBytes: 65_536,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  readWaitMs: 200,
};

function rootOf(settings: HttpSettings, keys: HttpKeys, parts: Pick<DynamicModule, 'controllers' | 'providers'>): DynamicModule {
  const providers = parts.providers ?? [];
  return {
    module: TestRoot,
    global: true,
    imports: [HttpEdgeModule.with(settings, keys)],
    ...parts,
    exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
  };
}

@Module({})
class TestRoot {}

async function requestOf(tokens: TestTokens, { roles, subject, key, json, raw, headers }: CallOptions): Promise<RequestInit> {
  const body = json === undefined ? raw : JSON.stringify(json);
  return {
    headers: {
      ...(roles && { authorization: `Bearer ${await tokens.issue(roles, subject)}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  };
}
