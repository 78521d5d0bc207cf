import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTokenKeys } from '../hjemmel/first-secrets';

const auditor = join(process.cwd(), 'apps', 'auditor');
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hjemmel-program-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], bin = join(auditor, 'bin', 'hjemmel.cjs')): Promise<Said> =>
  new Promise((settle) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the program hjemmel', () => {
  it('tells its commands', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of ['history [options] <data-subject>', 'token [options]']) expect(stdout).toContain(command);
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('prints a token and nothing else, so that a shell can take it', async () => {
    await ensureTokenKeys(join(home, 'secrets'));
    const { code, stdout, stderr } = await run(['token', '--role', 'auditor', '--data', home]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it.each([
    [['frobnicate'], "error: unknown command 'frobnicate'"],
    [['token'], "error: required option '--role <role>' not specified"],
    [['token', '--role', 'king'], 'Allowed choices are service, case-worker, privacy-officer, auditor, admin.'],
    [['token', '--role', 'admin', '--hours', '100000', '--data', tmpdir()], '--hours must be a number above 0 and up to 720'],
    [['history'], "error: missing required argument 'data-subject'"],
  ])('says in one line what is wrong with %j', async (args, expected) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(expected);
  });

  it('says what to do where it is not built', async () => {
    const copy = join(home, 'project', 'apps', 'auditor');
    await cp(join(auditor, 'bin'), join(copy, 'bin'), { recursive: true });
    await cp(join(auditor, 'package.json'), join(copy, 'package.json'));
    expect(await run(['--help'], join(copy, 'bin', 'hjemmel.cjs'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'hjemmel is not built: run "npm run build" in the folder of the project first\n',
    });
  });
});
