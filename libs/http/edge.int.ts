import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { once } from 'node:events';
import type { Provider } from '@nestjs/common';
import { Pool } from 'pg';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { IDEMPOTENCY_POOL, POSITION_WAITER } from './tokens';
import { idempotencySchema } from './idempotency.sql';
import { startTestEdge, TestEdge } from './testing/edge';
import { AuditRoute, SampleRoute, Work } from './testing/sample.route';

const line = { name: 'Rūta', count: 2 };
const sample = { title: 'Blåbærsyltetøy', kind: 'a', yes: true, amount: 1.5, first: line, lines: [line] };

let postgres: TestPostgres;
let pool: Pool;
let edge: TestEdge;
let worked: string[];

const withPool = (): { controllers: [typeof AuditRoute]; providers: Provider[] } => ({
  controllers: [AuditRoute],
  providers: [{ provide: IDEMPOTENCY_POOL, useValue: pool }],
});

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = new Pool({ connectionString: postgres.url });
  pool.on('error', () => undefined); // the server may end a connection that is being closed
  for (const statement of idempotencySchema) await pool.query(statement);
  worked = [];
  edge = await startTestEdge({
    controllers: [SampleRoute, AuditRoute],
    providers: [
      { provide: IDEMPOTENCY_POOL, useValue: pool },
      {
        provide: POSITION_WAITER,
        useValue: { waitFor: async (_model: string, position: bigint) => (position <= 10n ? 'reached' : 'timeout') },
      },
      {
        provide: Work,
        useValue: {
          do: async (commandId: string) => {
            worked.push(commandId);
            return { position: String(worked.length) };
          },
        },
      },
    ],
  });
});

afterAll(async () => {
  await edge.close();
  await pool.end();
  await postgres.stop();
});

const isProblem = (answer: { headers: Headers; body: Record<string, unknown>; status: number }, status: number): void => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/), title: expect.any(String) });
};

describe('who may call', () => {
  test('without a token: 401 with WWW-Authenticate: Bearer', async () => {
    const answer = await edge.call('GET', '/samples/who');
    isProblem(answer, 401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each([
    ['of another issuer', { iss: 'other' }],
    ['for another audience', { aud: 'other' }],
    ['that is over', { exp: 1 }],
    ['without an end', { exp: undefined }],
    ['without a subject', { sub: undefined }],
    ['that begins later', { nbf: 4_000_000_000 }],
  ])('with a token %s: 401', async (_what, claims) => {
    const token = await edge.tokens.issue(['service'], 'shop', claims);
    const answer = await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${token}` } });
    isProblem(answer, 401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  test.each([
    ['ES256', true, 200],
    ['RS256', true, 200],
    ['PS256', true, 200],
    ['ES384', true, 401],
    ['ES256', false, 401],
  ])('a token signed by %s, key known: %s, gets %i', async (algorithm, known, status) => {
    const token = await edge.tokens.issueWith(algorithm, known);
    expect((await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${token}` } })).status).toBe(status);
  });

  test.each([
    'Bearer',
    'Bearer ',
    'Basic a2FyaTo=',
    'Bearer a.b.c',
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
    `Bearer ${'a'.repeat(9_000)}`,
  ])('what is no token (%.20s): 401', async (authorization) =>
    isProblem(await edge.call('GET', '/samples/who', { headers: { authorization } }), 401),
  );

  test('a token whose last signature byte was changed: 401, also when the true one was seen before', async () => {
    const token = await edge.tokens.issue(['service']);
    expect((await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    const forged = token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.at(-1);
    isProblem(await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${forged}` } }), 401);
  });

  test('with another role: 403', async () => {
    const answer = await edge.call('GET', '/samples/who', { roles: ['auditor'] });
    isProblem(answer, 403);
    expect(answer.body).toMatchObject({ type: '/problems/role-not-allowed' });
  });

  test('without any role that is known: 403', async () => {
    const token = await edge.tokens.issue([], 'shop', { roles: ['root', 'toString'], role: 'king' });
    isProblem(await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${token}` } }), 403);
  });

  test('a role may also come as the claim role', async () => {
    const token = await edge.tokens.issue([], 'ola', { roles: undefined, role: 'case-worker' });
    expect((await edge.call('GET', '/samples/who', { headers: { authorization: `Bearer ${token}` } })).body).toMatchObject({
      role: 'case-worker',
    });
  });

  test('a route that names no role is refused to everybody', async () => {
    isProblem(await edge.call('GET', '/samples/forgotten'), 401);
    isProblem(await edge.call('GET', '/samples/forgotten', { roles: ['admin', 'service'] }), 403);
  });

  test('a rule on the class holds for its routes, one on the route goes before it', async () => {
    isProblem(await edge.call('GET', '/audit', { roles: ['admin'] }), 403);
    expect((await edge.call('GET', '/audit', { roles: ['auditor'] })).status).toBe(200);
    expect((await edge.call('GET', '/audit/published')).status).toBe(200);
  });

  test('HEAD is guarded as GET is', async () => {
    expect((await edge.call('HEAD', '/samples/who')).status).toBe(401);
    expect((await edge.call('HEAD', '/samples/who', { roles: ['service'] })).status).toBe(200);
  });

  test('is decided before the body is read', async () => {
    isProblem(await edge.call('POST', '/samples', { raw: '{"' }), 401);
    isProblem(await edge.call('POST', '/samples', { raw: '{"', roles: ['auditor'] }), 403);
    isProblem(await edge.call('POST', '/samples', { raw: 'x'.repeat(70_000), roles: ['auditor'] }), 403);
  });

  test('a service goes by its name, a person by a pseudonym that is always the same', async () => {
    expect((await edge.call('GET', '/samples/who', { roles: ['service'], subject: 'webshop-1' })).body).toEqual({
      id: 'webshop-1',
      role: 'service',
    });
    const [first, second, other] = [
      await edge.call('GET', '/samples/who', { roles: ['case-worker'], subject: 'kari.nordmann' }),
      await edge.call('GET', '/samples/who', { roles: ['privacy-officer', 'case-worker'], subject: 'kari.nordmann' }),
      await edge.call('GET', '/samples/who', { roles: ['case-worker'], subject: 'ola.nordmann' }),
    ];
    expect(first.body).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), role: 'case-worker' });
    expect(second.body).toEqual({ id: first.body['id'], role: 'privacy-officer' });
    expect(other.body['id']).not.toBe(first.body['id']);
  });

  test('a person who also holds the role of a service, or a service with a name like a person’s, is not written in clear', async () => {
    expect((await edge.call('GET', '/samples/who', { roles: ['service', 'case-worker'], subject: 'kari' })).body['id']).toMatch(
      /^[0-9a-f]{32}$/,
    );
    expect((await edge.call('GET', '/samples/who', { roles: ['service'], subject: 'Kari Nordmann' })).body['id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('validation', () => {
  const faultsOf = async (json: unknown): Promise<{ status: number; errors: string[] }> => {
    const { status, body } = await edge.call('POST', '/samples/open', { json });
    return {
      status,
      errors: ((body['errors'] ?? []) as { pointer: string; rule: string }[]).map(({ pointer, rule }) => `${pointer} ${rule}`),
    };
  };

  test('lets text of any script through unchanged', async () => {
    for (const title of [
      'Blåbær Ærlig Øst',
      'Zażółć gęślą jaźń',
      'Žąsų ėdžios',
      'Ștefan Țăndărei',
      '山田 太郎',
      'e\u0301',
      '👩🏽‍🔧',
      'O’Brien & Sønn <b>',
    ])
      expect((await edge.call('POST', '/samples/open', { json: { ...sample, title } })).body).toEqual({ title, tags: 0 });
  });

  test('lists every field at fault, nested and in arrays; 400 when one of them is of shape', async () => {
    expect(
      await faultsOf({
        title: 5,
        kind: 'c',
        yes: 'true',
        amount: '1',
        extra: 1,
        first: { name: '', count: 10, total: 3, more: 1 },
        lines: [line, { name: 'x\u0000', count: '2' }, 'no', { count: 0, tags: ['ok', 1] }],
      }),
    ).toEqual({
      status: 400,
      errors: expect.arrayContaining([
        '/title is-string',
        '/kind is-in',
        '/yes is-boolean',
        '/amount is-number',
        '/extra unknown-field',
        '/first/name plain-text',
        '/first/count max',
        '/first/total unknown-field',
        '/first/more unknown-field',
        '/lines array-max-size',
        '/lines/1/name plain-text',
        '/lines/1/count is-int',
        '/lines/2 object',
        '/lines/3/name is-string',
        '/lines/3/count min',
        '/lines/3/tags is-string',
      ]),
    });
  });

  test('422 when all that is wrong is meaning', async () => {
    expect(await faultsOf({ ...sample, title: ' ', lines: [] })).toEqual({
      status: 422,
      errors: ['/title plain-text', '/lines array-min-size'],
    });
  });

  test('converts nothing, and null is not the same as absent', async () => {
    expect(await faultsOf({ ...sample, amount: '5', yes: 1, note: null })).toEqual({
      status: 400,
      errors: ['/note is-string', '/yes is-boolean', '/amount is-number'],
    });
  });

  test('refuses control characters, what turns the direction of text, and lone surrogates', async () => {
    for (const title of ['a\u0000b', 'a\nb', 'a\u001bb', 'a\u0085b', 'a\u2028b', 'a\u202eb'])
      expect(await faultsOf({ ...sample, title })).toEqual({ status: 422, errors: ['/title plain-text'] });
    const lone = await edge.call('POST', '/samples/open', { raw: JSON.stringify(sample).replace('Blåbærsyltetøy', '\\ud800') });
    isProblem(lone, 400);
    expect(lone.body['errors']).toEqual([expect.objectContaining({ pointer: '/title', rule: 'well-formed-text' })]);
    expect((await edge.call('POST', '/samples/open', { json: { ...sample, note: 'en linje\nen til' } })).status).toBe(201);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'refuses a field named %s, wherever it stands',
    async (name) => {
      const raw = JSON.stringify({ ...sample, first: { ...line, tags: [] } }).replace('"tags"', JSON.stringify(name));
      const answer = await edge.call('POST', '/samples/open', { raw });
      isProblem(answer, 400);
      expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/first', rule: 'reserved-name' })]);
    },
  );

  test.each(['[]', '"text"', '5', 'null', 'true'])('refuses a body that is no object: %s', async (raw) => {
    const answer = await edge.call('POST', '/samples/open', { raw });
    isProblem(answer, 400);
    expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '', rule: 'object' })]);
  });

  test.each(['', '{', '{"a":1,}', "{'a':1}", '{"a":01}', '{"a":NaN}', '\ufeff{}', '{"a":1}{'])(
    'refuses malformed JSON: %s',
    async (raw) => {
      const answer = await edge.call('POST', '/samples/open', { raw });
      isProblem(answer, 400);
    },
  );

  test('refuses bytes that are not UTF-8 instead of guessing', async () => {
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(sample).replace('Blåbærsyltetøy', 'Bl\u00e5'), 'latin1'));
    isProblem(await edge.call('POST', '/samples/open', { raw: bytes }), 400);
  });

  test('bounds nesting and the number of values', async () => {
    const deep = await edge.call('POST', '/samples/open', { raw: `${'['.repeat(30_000)}${']'.repeat(30_000)}` });
    isProblem(deep, 400);
    const wide = await edge.call('POST', '/samples/open', { raw: `[${'1,'.repeat(30_000)}1]` });
    isProblem(wide, 400);
    expect([deep.body, wide.body]).toMatchObject([{ errors: [{ rule: 'too-deep' }] }, { errors: [{ rule: 'too-many-values' }] }]);
  });

  test('refuses a number that no double holds', async () => {
    const answer = await edge.call('POST', '/samples/open', { raw: JSON.stringify(sample).replace('1.5', '1e999') });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/amount', rule: 'finite-number' }] });
  });

  test('a body over the limit: 413', async () => {
    const raw = JSON.stringify({ ...sample, note: 'x'.repeat(70_000) });
    isProblem(await edge.call('POST', '/samples/open', { raw }), 413);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'text/json'])(
    'a body of %s: 415',
    async (type) => isProblem(await edge.call('POST', '/samples/open', { raw: 'a=1', headers: { 'content-type': type } }), 415),
  );

  test('no body at all: 400', async () => isProblem(await edge.call('POST', '/samples/open'), 400));

  test('faults of meaning in the class and in the route are told together', async () => {
    const answer = await edge.call('POST', '/samples/checked', { json: { title: ' ', code: 'bad' } });
    expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/title' }, { pointer: '/code', rule: 'not-good' }] });
    expect((await edge.call('POST', '/samples/checked', { json: { title: 'x', code: 'good' } })).status).toBe(201);
    expect((await edge.call('POST', '/samples/checked', { json: { title: 5, code: 'bad' } })).status).toBe(400);
  });

  test('path parameters and queries are checked too', async () => {
    expect((await edge.call('GET', '/samples/00ff')).body).toEqual({ id: '00ff' });
    isProblem(await edge.call('GET', '/samples/00fg'), 400);
    expect((await edge.call('GET', '/samples/page')).body).toEqual({ limit: 50 });
    expect((await edge.call('GET', '/samples/page?limit=200&after=12&cursor=abc')).body).toEqual({
      limit: 200,
      after: '12',
      cursor: 'abc',
    });
    for (const [query, status] of [
      ['limit=0', 422],
      ['limit=201', 422],
      ['limit=1.5', 400],
      ['limit=', 400],
      ['limit=1&limit=2', 400],
      ['after=-1', 422],
      ['after=9223372036854775808', 422],
      ['after=0x10', 422],
      ['other=1', 400],
      ['__proto__=1', 400],
    ] as const)
      isProblem(await edge.call('GET', `/samples/page?${query}`), status);
  });

  test('fields are told, values and names that may be data are not', async () => {
    const answer = await edge.call('POST', '/samples/open', {
      json: { ...sample, title: 44826136097, '44826136097': 1, 'Kari N': { x: 'Kari' } },
    });
    isProblem(answer, 400);
    expect(answer.text).not.toMatch(/44826136097|Kari/);
  });
});

describe('reading what one wrote', () => {
  test('waits for the position, and says when to ask again where it does not come', async () => {
    expect((await edge.call('GET', '/samples/after?after=10')).body).toEqual({ after: '10' });
    expect((await edge.call('GET', '/samples/after')).status).toBe(200);
    const behind = await edge.call('GET', '/samples/after?after=11');
    isProblem(behind, 503);
    expect(behind.headers.get('retry-after')).toBe('1');
    expect(behind.body).toMatchObject({ type: '/problems/read-model-behind' });
  });
});

describe('errors', () => {
  test.each([
    ['log', 503, '1'],
    ['database', 503, '1'],
    ['shutdown', 503, '1'],
    ['contended', 503, '1'],
    ['revision', 409, '1'],
    ['keys', 503, '1'],
    ['blobs', 503, '1'],
    ['erased', 409, null],
    ['law', 409, null],
    ['constraint', 500, null],
    ['somehow', 500, null],
  ])('%s: %i', async (how, status, retryAfter) => {
    const answer = await edge.call('GET', `/samples/fails/${how}`);
    isProblem(answer, status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(answer.text).not.toMatch(/Kari|44826136097|\.ts|\n/);
  });

  test('a refusal names its rule and article', async () => {
    expect((await edge.call('GET', '/samples/fails/law')).body).toMatchObject({ rule: 'restricted', legal: 'GDPR art. 18(2)' });
  });

  test('what is unexpected has an id that stands in the log, without the words of the error', async () => {
    const { body } = await edge.call('GET', '/samples/fails/somehow');
    const lines = edge.logged.filter((text) => text.includes(String(body['errorId'])));
    expect(lines.some((text) => text.includes('unexpected error') && text.includes('sample.route.ts'))).toBe(true);
    expect(edge.logged.join('')).not.toMatch(/Kari Nordmann|44826136097/);
  });

  test('an unknown address: 404; a known one with another method: 405 and what is allowed', async () => {
    isProblem(await edge.call('GET', '/nothing/here?name=Kari'), 404);
    const answer = await edge.call('DELETE', '/samples/who');
    isProblem(answer, 405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    isProblem(await edge.call('GET', '/samples/%zz'), 400);
    isProblem(await edge.call('GET', `/samples/${'a'.repeat(300)}`), 414);
  });

  test('what is no HTTP is told so', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    socket.end('HELLO\r\n\r\n');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 .*\r\n[\s\S]*application\/problem\+json[\s\S]*"status":400/);
  });

  test('headers that are too large: 431', async () => {
    const answer = await edge.call('GET', '/samples/page', { headers: { 'x-large': 'x'.repeat(20_000) } });
    isProblem(answer, 431);
  });
});

describe('the log', () => {
  test('has one line a request: what, how it went, who; no address, query, body or token', async () => {
    edge.logged.length = 0;
    const token = await edge.tokens.issue(['case-worker'], 'kari.nordmann');
    const authorization = `Bearer ${token}`;
    await edge.call('GET', '/samples/who?name=Kari', { headers: { authorization, 'x-name': 'Kari' } });
    await edge.call('POST', '/samples', { json: { ...sample, title: 'Kari' }, key: 'kari-1', headers: { authorization } });
    await edge.call('GET', '/Kari');
    const lines = edge.logged.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ method: 'GET', route: '/samples/who', status: 200, actor: expect.stringMatching(/^[0-9a-f]{32}$/) }),
      expect.objectContaining({ method: 'POST', route: '/samples', status: 201, ms: expect.any(Number), requestId: expect.any(String) }),
      expect.objectContaining({ method: 'GET', route: null, status: 404, actor: null }),
    ]);
    expect(edge.logged.join('')).not.toMatch(new RegExp(`Kari|kari|${token.split('.')[2]}`));
  });
});

describe('Idempotency-Key', () => {
  const place = (key: string | undefined, json: unknown, headers: Record<string, string> = {}, subject = 'shop') =>
    edge.call('POST', '/samples', { json, roles: ['service'], subject, headers, ...(key !== undefined && { key }) });

  test('missing or malformed: 400', async () => {
    for (const key of [undefined, 'two words', 'å', 'x'.repeat(129)]) {
      const headers: Record<string, string> = key === 'å' ? { 'idempotency-key': 'å' } : {};
      isProblem(await place(key === 'å' ? undefined : key, sample, headers), 400);
    }
  });

  test('again with the same body in another order: the same answer, and nothing is done', async () => {
    const first = await place('k-1', sample);
    const done = worked.length;
    const again = await place('k-1', Object.fromEntries(Object.entries(sample).reverse()));
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.text).toBe(first.text);
    expect(worked).toHaveLength(done);
  });

  test('again with another body: 422 and nothing is done', async () => {
    await place('k-2', sample);
    const done = worked.length;
    const other = await place('k-2', { ...sample, title: 'Other' });
    isProblem(other, 422);
    expect(other.body).toMatchObject({ type: '/problems/idempotency-key-reused' });
    expect(worked).toHaveLength(done);
  });

  test('of another caller it is another key', async () => {
    await place('k-3', sample);
    const done = worked.length;
    expect((await place('k-3', sample, {}, 'other-shop')).headers.get('idempotency-replayed')).toBeNull();
    expect(worked).toHaveLength(done + 1);
  });

  test('a body that is not valid does not use it up', async () => {
    isProblem(await place('k-4', { ...sample, title: '' }), 422);
    expect((await place('k-4', sample)).status).toBe(201);
  });

  test('the table holds neither key nor body nor a plain hash of them', async () => {
    await place('kari@vik.example', sample);
    const { rows } = await pool.query<{ text: string }>('SELECT row_to_json(i)::text AS text FROM command.idempotency i');
    expect(rows.map(({ text }) => text).join('')).not.toMatch(/kari|Blåbær|Rūta/);
  });
});

describe('OpenAPI', () => {
  test('describes the routes, who may call them and what they may answer', async () => {
    const { status, body } = await edge.call('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      openapi: expect.stringMatching(/^3\./),
      paths: {
        '/samples': {
          post: {
            security: [{ bearer: [] }],
            description: 'Roles: service, case-worker.',
            parameters: [expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true })],
            responses: { 401: expect.anything(), 415: expect.anything(), 422: expect.anything() },
          },
        },
        '/samples/page': {
          get: { security: [], parameters: expect.arrayContaining([expect.objectContaining({ name: 'limit', in: 'query' })]) },
        },
      },
    });
  });

  test('has a page that needs nothing from elsewhere and runs under its content security policy', async () => {
    const page = await edge.call('GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:|<script>|\son[a-z]+=/);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const answer = await edge.call('GET', asset!);
      expect([asset, answer.status]).toEqual([asset, 200]);
      expect(answer.text.length).toBeGreaterThan(50);
    }
    isProblem(await edge.call('GET', '/docs/package.json'), 404);
    isProblem(await edge.call('GET', '/docs/..%2fpackage.json'), 404);
    isProblem(await edge.call('GET', '/docs/constructor'), 404);
  });
});

test('answers carry the security headers and are not cached', async () => {
  for (const path of ['/samples/page', '/samples/who', '/nothing']) {
    const { headers } = await edge.call('GET', path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  }
});

describe('limits', () => {
  test('each caller has as many requests a minute as allowed; another one is not concerned', async () => {
    const limited = await startTestEdge(withPool(), { rateLimit: 3 });
    try {
      const call = (subject: string) => limited.call('GET', '/audit', { roles: ['auditor'], subject });
      expect([(await call('a')).status, (await call('a')).status, (await call('a')).status]).toEqual([200, 200, 200]);
      const refused = await call('a');
      isProblem(refused, 429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await call('b')).status).toBe(200);
      const open = async () => (await limited.call('GET', '/audit/published')).status;
      expect([await open(), await open(), await open(), await open()]).toEqual([200, 200, 200, 429]);
    } finally {
      await limited.close();
    }
  });

  test('an address that fails to authenticate too often gets 429, and a valid token from there still goes through', async () => {
    const limited = await startTestEdge(withPool(), { failedAuthenticationLimit: 2 });
    try {
      const fail = async () => (await limited.call('GET', '/audit', { headers: { authorization: 'Bearer a.b.c' } })).status;
      expect([await fail(), await fail(), await fail()]).toEqual([401, 401, 429]);
      expect((await limited.call('GET', '/audit', { roles: ['auditor'] })).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('the keys of tokens', () => {
  test('in a file: while it cannot be read no token is valid or invalid, 503; then it is read again', async () => {
    const own = await startTestEdge(withPool());
    try {
      const jwks = await readFile(own.tokens.jwks, 'utf8');
      await writeFile(own.tokens.jwks, 'not json');
      isProblem(await own.call('GET', '/audit', { roles: ['auditor'] }), 503);
      await writeFile(own.tokens.jwks, jwks);
      expect((await own.call('GET', '/audit', { roles: ['auditor'] })).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  test('at an address: as in a file; while nobody answers there, 503', async () => {
    let keys: string | undefined;
    const provider = createServer((_request, response) => {
      if (keys === undefined) response.writeHead(500).end();
      else response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(keys);
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    const own = await startTestEdge(withPool(), { jwks: `http://127.0.0.1:${port}/jwks` });
    try {
      isProblem(await own.call('GET', '/audit', { roles: ['auditor'] }), 503);
      keys = await readFile(own.tokens.jwks, 'utf8');
      expect((await own.call('GET', '/audit', { roles: ['auditor'] })).status).toBe(200);
      const foreign = await own.tokens.issueWith('ES256', false);
      isProblem(await own.call('GET', '/audit', { headers: { authorization: `Bearer ${foreign}` } }), 401);
    } finally {
      await own.close();
      provider.closeAllConnections();
      provider.close();
    }
  });
});

test('what came in before the stop is answered, what comes after finds nobody', async () => {
  let begin = (): void => undefined;
  let finish = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const work: Work = {
    do: async () => {
      begin();
      await finished;
      return { position: '1' };
    },
  };
  const own = await startTestEdge({ controllers: [SampleRoute], providers: [...withPool().providers, { provide: Work, useValue: work }] });
  const answer = own.call('POST', '/samples', { json: sample, roles: ['service'], key: 'before-the-stop' });
  await begun;
  const stopped = own.close();
  await expect(fetch(`${own.url}/samples/page`, { headers: { connection: 'close' } })).rejects.toThrow();
  finish();
  expect((await answer).status).toBe(201);
  await stopped;
});
