import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { plain } from './problem-filter';
import type { RouteTable } from './route-table';

const TITLE = 'Hjemmel';
const VERSION = '1';
const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const;

/** What the page needs, from the package itself: it works without a network. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

// No script in the page itself, so that the content security policy need not allow any.
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}: the API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;
const PAGE_SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, tryItOutEnabled: false });\n`;

// Swagger UI styles elements in place and carries its icons as data.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** `/openapi.json` and `/docs`. The document is made when it is first asked for, as that takes a while and most starts don't need it. */
export function serveOpenApi(app: NestFastifyApplication, server: FastifyInstance, routes: RouteTable): void {
  let document: Promise<string> | undefined;
  const open = { config: { access: 'public' as const } };
  const page = { ...open, helmet: { contentSecurityPolicy: false } } as const;

  server.get('/openapi.json', open, async (_request, reply) => {
    document ??= openApiDocument(app, routes).then((made) => JSON.stringify(made));
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  server.get('/docs', page, async (_request, reply) =>
    reply.header('Content-Security-Policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  server.get('/docs/page.js', open, async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(PAGE_SCRIPT));
  server.get<{ Params: { asset: string } }>('/docs/:asset', open, async ({ params: { asset } }, reply) => {
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
    if (type === undefined) return reply.callNotFound();
    return reply
      .type(type)
      .header('Cache-Control', 'public, max-age=3600')
      .send(createReadStream(join(assetFolder(), asset)));
  });
}

const assetFolder = (): string => dirname(require.resolve('swagger-ui-dist/package.json'));

async function openApiDocument(app: NestFastifyApplication, routes: RouteTable): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const config = new DocumentBuilder()
    .setTitle(TITLE)
    .setVersion(VERSION)
    .setDescription(
      'Every processing of personal data is admitted or refused before it happens, and both are on record. ' +
        'Commands take an Idempotency-Key and answer with the position of the log that they reached; queries take ?after=<position>. ' +
        'Errors are application/problem+json (RFC 9457).',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return completed(SwaggerModule.createDocument(app, config), routes);
}

/** What holds for every route is written once, here: who may call it and which problems it may answer with. */
function completed(document: OpenAPIObject, routes: RouteTable): OpenAPIObject {
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM } };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const access = routes.accessOf(method.toUpperCase(), path.replaceAll(/\{([^}]+)\}/g, ':$1'));
      const isPublic = access === 'public';
      operation.security = isPublic ? [] : [{ bearer: [] }];
      if (!isPublic)
        operation.description = [operation.description, `Roles: ${(access ?? ['none']).join(', ')}.`].filter(Boolean).join(' ');
      for (const status of [400, ...(isPublic ? [] : [401, 403]), ...(operation.requestBody ? [413, 415, 422] : []), 429, 503])
        operation.responses[String(status)] ??= problemAnswer(status);
    }
  }
  return document;
}

const problemAnswer = (status: number) => ({
  description: PROBLEM_TITLES[status] ?? plain(status).title,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const PROBLEM_TITLES: Record<number, string> = {
  401: 'No bearer token, or one that is not valid',
  403: 'The role may not do this',
  422: 'Well-formed, but not valid, or refused; nothing was done but what the answer says',
};

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    rule: { type: 'string', description: 'The rule that refused' },
    legal: { type: 'string', description: 'Article or statute behind the rule' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'rule', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) to the field at fault' },
          rule: { type: 'string' },
          detail: { type: 'string' },
          legal: { type: 'string' },
        },
      },
    },
    retryAfterSeconds: { type: 'integer' },
    errorId: { type: 'string', description: 'Stands beside the error in the log' },
  },
};
