import ts from 'typescript';
import { decoratorsOf, sources, SourceFile, visit } from './source';

/** `file: what` for everything that the files outside `allowed` take from `from`. */
const taken = (from: string | RegExp, values: readonly string[], allowed: RegExp): string[] =>
  sources
    .filter(({ path }) => !allowed.test(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((one) => (typeof from === 'string' ? one.from === from : from.test(one.from)))
        .flatMap((one) => one.values.filter((value) => value === '*' || values.length === 0 || values.includes(value)))
        .map((value) => `${path}: ${value}`),
    );

describe('who can bring an admission into hand', () => {
  it('is the person’s ledger and the record of reading alone: nobody else imports what issues grants, under any name', () => {
    expect(taken('libs/admission/grant.ts', ['issueGrant'], /^libs\/contexts\/data-subjects\/(admissions|reads)\.ts$/)).toEqual([]);
    expect(taken('libs/admission/grant.ts', ['issueGrant'], /^$/)).toEqual([
      'libs/contexts/data-subjects/admissions.ts: issueGrant',
      'libs/contexts/data-subjects/reads.ts: issueGrant',
    ]);
  });

  it('is not helped by making one: `new Grant` stands in its own file only', () => {
    const makers = sources.filter(({ tree }) => {
      let found = false;
      visit(tree, (node) => void (found ||= ts.isNewExpression(node) && node.expression.getText() === 'Grant'));
      return found;
    });
    expect(makers.map(({ path }) => path)).toEqual(['libs/admission/grant.ts']);
  });

  it('passes on the type alone: the door of the admission rules lets out nothing that makes or checks grants', () => {
    const door = sources.find(({ path }) => path === 'libs/admission/index.ts')!;
    expect(door.imports.filter(({ from }) => from === 'libs/admission/grant.ts')).toEqual([
      { from: 'libs/admission/grant.ts', values: [] },
    ]);
  });
});

describe('who can reach a sealed field', () => {
  const vault = /^libs\/vault\//;

  it('is the vault alone: nobody else imports its ciphers or its keys from their files', () => {
    expect(taken(/^libs\/vault\/(sealing|wrapping|key-[a-z-]+|identity-values|destruction|blobs\/.*)\.ts$/, [], vault)).toEqual([]);
  });

  it('has no key: the store of keys is taken by the composition of programs only, to build a vault of it', () => {
    expect(taken('libs/vault/index.ts', ['KeyStore'], /^apps\/(api|worker)\//)).toEqual([]);
  });

  it('has no store of blobs: that too is opened by the composition of programs only, and no other way of making one is let out', () => {
    expect(taken('libs/vault/index.ts', ['openBlobs'], /^apps\/(api|worker)\//)).toEqual([]);
    const door = sources.find(({ path }) => path === 'libs/vault/index.ts')!;
    const out = door.imports.filter(({ from }) => from.startsWith('libs/vault/blobs/')).flatMap(({ values }) => values);
    expect(out.sort()).toEqual(['BlobMissing', 'openBlobs', 'sweepOrphans']);
  });

  it('gets no cipher at the vault’s door either: it lets out neither seal nor open', () => {
    const door = sources.find(({ path }) => path === 'libs/vault/index.ts')!;
    const out = door.imports.filter(({ from }) => from === 'libs/vault/sealing.ts').flatMap(({ values }) => values);
    expect(out.sort()).toEqual(['CannotOpen', 'isSealed', 'parseSealed']);
  });

  it('has no cipher of its own: nothing outside the vault uses AES', () => {
    const users = sources.filter(({ path, text }) => !vault.test(path) && /create(De)?[cC]ipher(iv)?\b/.test(text));
    expect(users.map(({ path }) => path)).toEqual([]);
  });

  it('has no way to the tables of keys and identities: nothing outside the vault names them, but for migrations that grant rights on them', () => {
    const users = sources.filter(({ path, text }) => !vault.test(path) && /\bvault\s*\.\s*(data_keys|identities)\b/.test(text));
    expect(users.map(({ path }) => path).filter((path) => !path.startsWith('apps/hjemmel/migrations/'))).toEqual([]);
  });

  it('is the vault’s public methods, each of which takes grants or shows no text: `open` and `sealer` have no form without', () => {
    const file = sources.find(({ path }) => path === 'libs/vault/vault.ts')!;
    const methods: string[] = [];
    visit(file.tree, (node) => {
      if (!ts.isMethodDeclaration(node) || node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)) return;
      const takesGrants = node.parameters.some(({ type, questionToken }) => /\bGrant\b/.test(type?.getText() ?? '') && !questionToken);
      methods.push(`${node.name.getText()}${takesGrants ? ' takes grants' : ''}: ${node.type?.getText()}`);
    });
    expect(methods).toEqual([
      'keysFor: Promise<StoredKey[][]>',
      'sealer takes grants: Promise<Sealer>',
      'open takes grants: Promise<Opened[]>',
      'sealBlob takes grants: Promise<SealedBlob>',
      'openBlob takes grants: Promise<OpenedBlob>',
    ]);
  });

  it('shows no key for it: who asks for a person’s keys to commit to them takes id, class and commitment, and nothing secret', () => {
    const users = sources.filter(({ path, text }) => !vault.test(path) && /\.(encryption|nonce|blobRoot)\b/.test(text));
    expect(users.map(({ path }) => path)).toEqual([]);
  });
});

describe('every handler, query and projection', () => {
  interface Part {
    readonly path: string;
    readonly name: string;
    readonly kind: 'CommandHandler' | 'QueryHandler';
    /** Types that its constructor takes. */
    readonly takes: readonly string[];
  }
  const partsIn = ({ tree, path }: SourceFile): Part[] => {
    const parts: Part[] = [];
    visit(tree, (node) => {
      if (!ts.isClassDeclaration(node)) return;
      const kind = decoratorsOf(node).find((name) => name === 'CommandHandler' || name === 'QueryHandler');
      if (!kind) return;
      const constructor = node.members.find(ts.isConstructorDeclaration);
      const takes = constructor?.parameters.map(({ type }) => type?.getText() ?? '') ?? [];
      parts.push({ path, name: node.name!.text, kind: kind, takes });
    });
    return parts;
  };
  const parts = sources.flatMap(partsIn);
  const having = (type: string, kind: Part['kind']): Part[] => parts.filter((part) => part.kind === kind && part.takes.includes(type));

  it('is found: this many handlers there are at least', () => {
    expect(parts.filter(({ kind }) => kind === 'CommandHandler').length).toBeGreaterThan(15);
    expect(parts.filter(({ kind }) => kind === 'QueryHandler').length).toBeGreaterThan(10);
  });

  it('that has the vault in hand has the person’s ledger in hand too: grants come from there, and the vault takes nothing else', () => {
    const without = having('Vault', 'CommandHandler').filter(({ takes }) => !takes.includes('Admissions'));
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('that answers a query opens fields through the record of reading, never through the vault', () => {
    expect(having('Vault', 'QueryHandler').map(({ name }) => name)).toEqual([]);
    const opening = sources.filter(({ path, text }) => /read-models\//.test(path) && /\bReads\b/.test(text)).map(({ path }) => path);
    expect(opening.length).toBeGreaterThan(3);
  });

  it('that is a projection knows no vault, no ledger’s grants and no keys: its rows hold what the events hold, sealed', () => {
    const projections = sources.filter(({ path }) => path.endsWith('.read-model.ts') || path.startsWith('libs/projections/'));
    expect(projections.length).toBeGreaterThan(10);
    const reaching = projections.filter(({ imports }) =>
      imports.some(({ from, values }) => values.length > 0 && /^libs\/(vault\/|admission\/grant)/.test(from)),
    );
    expect(reaching.map(({ path }) => path)).toEqual([]);
  });

  it('that seals or opens is one of these: whoever adds a place where that is done says here under which admission', () => {
    const calls = sources
      .filter(({ path, text }) => !path.startsWith('libs/vault/') && /\bvault\s*\.\s*(open|sealer|sealBlob|openBlob)\s*\(/.test(text))
      .map(({ path }) => path);
    expect(calls.sort()).toEqual([
      'libs/contexts/data-subjects/reads.ts', // each field under the grant that the record of reading gave
      'libs/contexts/orders/photos/store-photo/store-photo.handler.ts', // the photo's own admission
      'libs/contexts/orders/place-order/seal-order.ts', // the grants of the order's own admissions
      'libs/contexts/privacy-notice/notify-affected/notify-affected.ts', // an address under C-3, admitted person by person
    ]);
  });
});

describe('who can call the program over HTTP', () => {
  const verbs = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All', 'Sse', 'Search']);
  interface Route {
    readonly name: string;
    readonly path: string;
    readonly access: readonly string[];
  }

  const routesIn = ({ tree, path }: SourceFile): Route[] => {
    const routes: Route[] = [];
    visit(tree, (node) => {
      if (!ts.isClassDeclaration(node) || !decoratorsOf(node).includes('Controller')) return;
      const access = (of: ts.HasDecorators) => decoratorsOf(of).filter((name) => name === 'Allow' || name === 'Public');
      for (const member of node.members) {
        if (!ts.isMethodDeclaration(member) || !decoratorsOf(member).some((name) => verbs.has(name))) continue;
        const own = access(member);
        routes.push({ name: `${node.name!.text}.${member.name.getText()}`, path, access: own.length > 0 ? own : access(node) });
      }
    });
    return routes;
  };
  const routes = sources.flatMap(routesIn);

  it('is said on every route, once: @Allow or @Public stands on it or on its class', () => {
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter(({ access }) => access.length !== 1)).toEqual([]);
  });

  it('is everybody for these routes only', () => {
    const open = routes.filter(({ access }) => access.includes('Public')).map(({ path }) => path);
    expect([...new Set(open)].sort()).toEqual([
      'apps/api/health/health.route.ts', // a probe has no token; it names nobody
      'libs/contexts/privacy-notice/read-models/get-statements/get-statements.route.ts', // GDPR art. 13: the statement is there to be read
    ]);
  });

  it('is not got round: routes stand in files that are named so, and nothing else adds one to the server', () => {
    expect(routes.filter(({ path }) => !path.endsWith('.route.ts'))).toEqual([]);
    const others = sources.filter(
      ({ path, text }) =>
        !path.startsWith('libs/embedded-log/') &&
        /\b(server|instance|app|fastify)\s*\.\s*(get|post|put|patch|delete|all|route)\s*\(\s*['"`/{]/.test(text),
    );
    expect(others.map(({ path }) => path)).toEqual(['libs/http/openapi.ts']); // the description of the routes, and its page
  });
});
