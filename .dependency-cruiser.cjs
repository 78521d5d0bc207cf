'use strict';
/** The import rules of the house (docs/adr/0002): a circle or a shortcut fails CI. Specs may reach further than the code they test. */
const code = { pathNot: '\\.(spec|prop|int|e2e)\\.ts$' };
/** Facts, folds and decisions; a context that has many splits them by matter: `consent.events.ts`, `objections.decisions.ts`. */
const pure = '^libs/contexts/.+[/.](events|state|decider|decisions)\\.ts$';
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, ...code },
  to: { path: '^(libs|apps|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-packages',
      comment: 'What code imports, package.json declares; what only tests use may come with the tools',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: `${code.pathNot}|/testing/` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
    only('kernel-imports-nothing-of-ours', '^libs/kernel/', '^libs/kernel/'),
    only('host-imports-nothing-of-ours', '^libs/host/', '^libs/host/'),
    only('event-store-knows-only-the-kernel', '^libs/event-store/', '^libs/(kernel|event-store)/'),
    only('http-edge-knows-no-context', '^libs/http/', '^libs/(kernel|host|http)/'),
    only('embedded-log-stands-alone', '^libs/embedded-log/', '^libs/(kernel|host|embedded-log)/'),
    only('embedded-postgres-stands-alone', '^libs/embedded-postgres/', '^libs/(kernel|host|embedded-postgres)/'),
    only('engine-knows-no-protocol', '^libs/embedded-log/engine/', '^libs/(kernel|host)/|^libs/embedded-log/engine/'),
    only('vault-imports', '^libs/vault/', '^libs/(kernel|host|vault|admission)/'),
    only('admission-is-pure', '^libs/admission/', '^libs/(kernel|admission)/'),
    only('images-know-only-the-kernel', '^libs/images/', '^libs/(kernel|images)/'),
    {
      name: 'decoders-of-images-only-in-images',
      comment: 'Bytes of others meet a decoder only where size, time and kind are bounded',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/images/|\\.(spec|prop|int|e2e)\\.ts$' },
      to: { path: '^node_modules/sharp/' },
    },
    only('projections-imports', '^libs/projections/', '^libs/(kernel|event-store|projections|embedded-log/engine)/'),
    {
      name: 'facts-folds-and-decisions-import-only-the-kernel',
      severity: 'error',
      from: { path: pure },
      to: { pathNot: `^libs/(kernel|admission)/|${pure}|^libs/contexts/[^/]+/contract\\.ts$` },
    },
    {
      name: 'contexts-meet-only-at-contracts',
      severity: 'error',
      from: { path: '^libs/contexts/([^/]+)/', ...code },
      to: { path: '^libs/contexts/([^/]+)/', pathNot: '^libs/contexts/($1/|[^/]+/(facts[.])?contract\\.ts$)' },
    },
    {
      name: 'grants-are-issued-by-ledger-and-reading-record',
      comment: 'An admission comes into hand only after its event is in the log',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: '^libs/(admission|vault)/|^libs/contexts/data-subjects/(admissions|reads)\\.ts$|\\.(spec|prop|int|e2e)\\.ts$',
      },
      to: { path: '^libs/admission/grant\\.ts$' },
    },
    {
      name: 'ciphers-and-keys-only-in-the-vault',
      comment: 'Whoever reaches past the vault reaches past the admission that it demands',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/vault/|\\.(spec|prop|int|e2e)\\.ts$' },
      to: { path: '^libs/vault/(sealing|wrapping|key-[a-z-]+|identity-values|destruction)\\.ts$|^libs/vault/blobs/' },
    },
    {
      name: 'libs-import-no-apps',
      severity: 'error',
      from: { path: '^libs/', ...code },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'client-of-the-log-only-in-event-store',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/(event-store|embedded-log)/|\\.(spec|prop|int|e2e)\\.ts$' },
      to: { path: '^node_modules/@eventstore/' },
    },
    {
      name: 'grpc-only-in-embedded-log',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/embedded-log/|\\.(spec|prop|int|e2e)\\.ts$' },
      to: { path: '^node_modules/@grpc/' },
    },
    {
      name: 'postgres-only-where-it-belongs',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot:
          '/read-models/|^libs/(projections|vault|embedded-postgres)/|^libs/http/idempotency|^apps/(api|worker|hjemmel)/|\\.(spec|prop|int|e2e)\\.ts$',
      },
      to: { path: '^node_modules/(pg|typeorm|@nestjs/typeorm)/' },
    },
    {
      name: 'auditor-needs-no-postgres',
      severity: 'error',
      from: { path: '^apps/auditor/' },
      to: { path: '^node_modules/(pg|typeorm)/', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/|^apps/auditor/bin/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['cjs', 'es6'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
