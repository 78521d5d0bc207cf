import { ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, readRuntime, Runtime } from '@hjemmel/host';
import { newPseudonym } from '@hjemmel/kernel';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';

const program = (name: string): string => join(process.cwd(), 'dist/apps/hjemmel', `${name}.js`);
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HJEMMEL_') && !name.startsWith('npm_')));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> =>
  new Promise((settle) => {
    execFile(process.execPath, [program('vault'), ...args], { env: { ...clean, ...env } }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-vault-tool-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the command line of the vault, on a database elsewhere', () => {
  let database: VaultDatabase;
  let env: Readonly<Record<string, string>>;
  let secrets: string;

  beforeAll(async () => {
    database = await startVaultDatabase();
    secrets = join(database.folder, 'secrets');
    const keys = await database.keysIn(secrets);
    const store = database.storeOf(keys);
    const made = await store.ensure(
      Array.from({ length: 1_200 }, () => ({ subjectId: newPseudonym(), retentionClass: 'contact' as const })),
    );
    await store.destroy(made.slice(0, 3).map(({ keyId }) => keyId));
    env = { HJEMMEL_POSTGRES_VAULT_URL: database.urls.vault, HJEMMEL_SECRETS: secrets };
  });
  afterAll(() => database.stop());

  it('rotates, retires and says how things stand, with the vault’s login alone', async () => {
    expect(await run(['rotate'], env)).toEqual({ code: 0, stdout: '1,197 rows were put under epoch 2 of the master key\n', stderr: '' });
    expect(await run(['rotate', '--blind-indexes'], env)).toMatchObject({
      code: 0,
      stdout: '0 rows were put under epoch 2 of the key of the blind indexes\n',
    });
    const table = (await run(['status'], env)).stdout;
    expect(table).toMatch(/^key +epoch +state +made +data keys +destroyed +look-ups\n/);
    expect(table).toMatch(/master key +1 +may be retired +\d{4}-\d\d-\d\d +0 +3 +0\n/);
    expect(table).toMatch(/master key +2 +current +\d{4}-\d\d-\d\d +1,197 +0 +0\n/);
    expect(await run(['retire', '1'], env)).toEqual({ code: 0, stdout: 'epoch 1 of the master key is retired\n', stderr: '' });
    expect((await readdir(secrets)).sort()).toEqual(['vault-blind-index.2.key', 'vault-blind-index.key', 'vault-master.2.key']);
    const status = JSON.parse((await run(['status', '--json'], env)).stdout) as readonly { readonly retiredAt: string | null }[];
    expect(status.map(({ retiredAt }) => retiredAt !== null)).toEqual([true, false, false, false]);
  });

  it.each([
    [['retire', '2'], 'epoch 2 of the master key is the current one: rotate first\n'],
    [['retire', 'two'], 'the epoch must be a whole number from 1\n'],
    [['retire'], "error: missing required argument 'epoch'\n"],
    [['frobnicate'], "error: unknown command 'frobnicate'\n"],
  ])('says in one line what is wrong with %j', async (args, expected) => {
    expect(await run(args, env)).toEqual({ code: 1, stdout: '', stderr: expected });
  });

  it('says in one line, and without the password, that Postgres can’t be reached or was never brought up', async () => {
    const url = new URL(database.urls.vault);
    const { password } = url;
    url.port = String(await freePort());
    const gone = await run(['status'], { ...env, HJEMMEL_POSTGRES_VAULT_URL: url.href });
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toMatch(/^can't use Postgres at postgres:\/\/127\.0\.0\.1:\d+\/hjemmel as hjemmel_vault: .*\n$/);
    url.port = new URL(database.urls.vault).port;
    url.password = 'a-guess';
    const refused = await run(['rotate'], { ...env, HJEMMEL_POSTGRES_VAULT_URL: url.href });
    for (const { stderr } of [gone, refused]) for (const secret of [password, 'a-guess']) expect(stderr).not.toContain(secret);
    expect(refused.stderr).toContain('password authentication failed');
  });

  it('names the key that is missing, and begins nothing', async () => {
    const empty = { ...env, HJEMMEL_SECRETS: home };
    expect(await run(['rotate'], empty)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('vault-master.2.key is missing'),
    });
    expect(await run(['status'], empty)).toMatchObject({ code: 0 });
  });
});

describe('the command line of the vault, beside a running instance', () => {
  const data = (): string => join(home, 'data');
  let supervisor: ChildProcess | undefined;

  afterAll(async () => {
    if (supervisor?.exitCode !== null) return;
    supervisor.kill('SIGINT');
    await once(supervisor, 'exit');
  });

  async function started(): Promise<Runtime> {
    supervisor = spawn(process.execPath, [program('main')], {
      env: { ...clean, HJEMMEL_DATA: data(), PORT: String(await freePort()) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (;;) {
      const runtime = supervisor.exitCode === null ? await readRuntime(data()).catch(() => undefined) : undefined;
      if (runtime) return runtime;
      if (supervisor.exitCode !== null) throw new Error(`it ended with ${supervisor.exitCode}`);
      await pause(100);
    }
  }

  it('says that nothing runs where nothing does', async () => {
    const { code, stderr } = await run(['status', '--data', data()]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^nothing runs on .*: start it \(npm start\).*\n$/) as string,
    });
  });

  it('finds its Postgres by the data folder, and rotates under the programs’ hands', async () => {
    const runtime = await started();
    expect(runtime.postgres).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await readFile(join(data(), 'runtime.json'), 'utf8')).not.toContain('hjemmel_vault');
    expect(await run(['rotate', '--data', data()])).toMatchObject({ code: 0, stdout: '0 rows were put under epoch 2 of the master key\n' });
    expect(await run(['retire', '1'], { HJEMMEL_DATA: data() })).toMatchObject({ code: 0 });
    expect((await fetch(`${runtime.apiUrl}/health/ready`)).status).toBe(200);
    expect(await readdir(join(data(), 'secrets'))).toContain('vault-master.2.key');
  });
});
