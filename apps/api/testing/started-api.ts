import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@hjemmel/kernel';
import { newUuid } from '@hjemmel/kernel';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres } from '@hjemmel/embedded-postgres/testing';
import { settings } from '@hjemmel/host';
import { createHttpApplication, programLogger } from '@hjemmel/http';
import { testTokens } from '@hjemmel/http/testing/tokens';
import { runProjections } from '@hjemmel/projections';
import { Pool } from 'pg';
import { startTestLog, TestLog } from '../../../test/support/test-log';
import { migrate } from '../../hjemmel/migrations';
import { readModels } from '../../worker/read-models';
import { ApiModule } from '../api.module';
import { ApiParts, openParts } from '../parts';

export interface StartedApi {
  readonly log: TestLog;
  readonly parts: ApiParts;
  /** Connection strings of the programs' own logins. */
  readonly urls: Awaited<ReturnType<typeof ensureRoles>>;
  readonly data: string;
  readonly secrets: string;
  get(path: string, role?: Role): Promise<Answer>;
  /** Under a new key unless one is given; `subject` is who the token is for. */
  post(path: string, json: object, options?: PostOptions): Promise<Answer>;
  /** Sends bytes as they are, as a service and as JPEG unless told otherwise. */
  postBytes(
    path: string,
    bytes: Buffer,
    options?: { readonly role?: Role; readonly key?: string; readonly type?: string },
  ): Promise<Answer>;
  /** Concludes the agreement without which a customer's orders are refused. */
  agree(customer: { readonly organisationNumber: string; readonly name: string }): Promise<Answer>;
  stop(): Promise<void>;
}

export interface PostOptions {
  readonly role?: Role;
  readonly key?: string;
  readonly subject?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
}

/** The API as it ships with its read models, on a real log and a real Postgres: only that they run in one process is the test's. */
export async function startApi(env: Readonly<Record<string, string>> = {}): Promise<StartedApi> {
  const data = await mkdtemp(join(tmpdir(), 'hjemmel-api-'));
  const secrets = join(data, 'secrets');
  const [log, postgres] = await Promise.all([startTestLog(), startTestPostgres()]);
  const urls = await ensureRoles(postgres.ownerUrl, secrets);
  await migrate(urls.owner);
  const tokens = await testTokens(secrets);
  const lines: string[] = [];
  const logger = programLogger('test', 'warn', { write: (line) => void lines.push(line) });
  const read = settings({
    HJEMMEL_DATA: data,
    HJEMMEL_SECRETS: secrets,
    HJEMMEL_LOG: log.connectionString,
    HJEMMEL_POSTGRES_API_URL: urls.api,
    HJEMMEL_POSTGRES_VAULT_URL: urls.vault,
    HJEMMEL_NATIONAL_IDS: 'synthetic',
    HJEMMEL_READ_WAIT: '20s',
    ...env,
  });
  const parts = await openParts(read, logger);
  const pool = new Pool({ connectionString: urls.worker, max: 10 });
  const projections = await runProjections({ log: log.connect(), pool, models: readModels });
  const app = await createHttpApplication(ApiModule.with(parts), { settings: parts.http, keys: parts.keys, log: logger });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, bytes, text, body: isJson ? (JSON.parse(text) as unknown) : {} };
  };
  const bearer = async (role: Role | undefined, subject?: string): Promise<Record<string, string>> =>
    role === undefined ? {} : { authorization: `Bearer ${await tokens.issue([role], subject)}` };
  const post: StartedApi['post'] = async (path, json, { role = 'privacy-officer', key = newUuid(), subject = 'anne', headers = {} } = {}) =>
    call(path, {
      method: 'POST',
      headers: { ...headers, ...(await bearer(role, subject)), 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(json),
    });
  return {
    log,
    parts,
    urls,
    data,
    secrets,
    get: async (path, role) => call(path, { headers: await bearer(role) }),
    post,
    postBytes: async (path, bytes, { role = 'service', key = newUuid(), type = 'image/jpeg' } = {}) =>
      call(path, {
        method: 'POST',
        headers: { ...(await bearer(role, 'shop')), 'content-type': type, 'idempotency-key': key },
        body: bytes,
      }),
    agree: ({ organisationNumber, name }) =>
      post(
        '/processing-agreements',
        { customer: { organisationNumber, name }, version: '2026-01', sha256: 'ab'.repeat(32), activities: ['D-1', 'D-2', 'D-6', 'D-7'] },
        { role: 'service', subject: 'shop' },
      ),
    stop: async () => {
      await app.close();
      await projections.stop();
      await pool.end();
      await parts.close();
      await log.stop();
      await postgres.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
