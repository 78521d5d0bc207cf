import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from './types';

/** What `npm run bench -- NAME…` can run; all of them without a name. Each is loaded only when it runs. */
const benches: Readonly<Record<string, () => Promise<BenchTable[]>>> = {
  log: async () => {
    const [engine, client] = [await import('./log-engine.js'), await import('./log-client.js')];
    return [await engine.run(), await client.run(connectionTold())];
  },
  projections: async () => [await (await import('./projections.js')).run()],
  start: async () => [await (await import('./start.js')).run()],
  admission: async () => [
    (await import('./admission.js')).run(),
    await (await import('./ledger.js')).run(),
    await (await import('./http.js')).run(),
  ],
  blobs: async () => [await (await import('./blobs.js')).run()],
  erasure: async () => [await (await import('./erasure.js')).run()],
  retention: async () => [await (await import('./retention.js')).run()],
  vault: async () => [(await import('./vault.js')).run(), await (await import('./vault-keys.js')).run()],
};

/** `--connection esdb://…` measures a server that runs already, to compare. */
function connectionTold(): { connectionString?: string } {
  const at = process.argv.indexOf('--connection');
  const connectionString = at < 0 ? undefined : process.argv[at + 1];
  return connectionString === undefined ? {} : { connectionString };
}

async function main(): Promise<void> {
  const told = process.argv.slice(2).filter((word, i, all) => !word.startsWith('--') && all[i - 1] !== '--connection');
  const unknown = told.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    process.stderr.write(`no bench called ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
    process.exit(2);
  }
  for (const name of told.length > 0 ? told : Object.keys(benches)) {
    process.stderr.write(`measuring ${name} …\n`);
    for (const table of await benches[name]!()) {
      process.stdout.write(`${shown(table)}\n`);
      keep(name, table);
    }
  }
}

function shown({ title, rows, settings }: BenchTable): string {
  const cells = [
    ['what', 'measured', 'target', 'beside'],
    ...rows.map(({ what, value, unit, target, beside }) => [what, `${rounded(value)} ${unit}`, target ?? '', beside ?? '']),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row.map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  '),
  );
  const said = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  return ['', title, '-'.repeat(title.length), ...lines.map((line) => line.trimEnd()), `(${said.join('; ')})`].join('\n');
}

const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : String(Number(value.toPrecision(3)));

/** One file for each table, with what it was measured on. */
function keep(name: string, table: BenchTable): void {
  const folder = join('test', 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: process.platform,
  };
  const file = join(folder, `${name}-${table.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.local.json`);
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), hjemmel: version, machine, ...table }, null, 2)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
