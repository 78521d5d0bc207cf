import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureWritableFolder, freePort, isPortFree, newPassword, OperatorError, readSecretFile, secretFile, writeSecretFile } from '.';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-host-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a secret file', () => {
  it('is its owner’s alone, and leaves no draft behind', async () => {
    const path = join(folder, 'key');
    await writeSecretFile(path, 'first');
    await writeSecretFile(path, 'second');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readSecretFile(path)).toBe('second');
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('is not used when others can read it', async () => {
    const path = join(folder, 'key');
    await writeFile(path, 'seen by all');
    await chmod(path, 0o640);
    await expect(readSecretFile(path)).rejects.toThrow(`${path} can be read by others (mode 640)`);
    await expect(secretFile(path, newPassword)).rejects.toThrow(OperatorError);
  });

  it('is made once and read ever after', async () => {
    const path = join(folder, 'key');
    const made = await secretFile(path, newPassword);
    expect(await secretFile(path, newPassword)).toBe(made);
    expect(made).toMatch(/^[\w-]{43}$/);
  });

  it('is the same for all who make it at once', async () => {
    const path = join(folder, 'key');
    const made = await Promise.all(Array.from({ length: 20 }, () => secretFile(path, newPassword)));
    expect(new Set(made).size).toBe(1);
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('is missing in one clear line', () => expect(readSecretFile(join(folder, 'none'))).rejects.toThrow(`${folder}/none is missing`));
});

describe('a folder to write in', () => {
  it('is made with its parents', async () => {
    await ensureWritableFolder(join(folder, 'a', 'b'), 0o700);
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual([]);
  });

  it('can’t be a file, nor under one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(ensureWritableFolder(file)).rejects.toThrow(`can't write in the folder ${file}: it is a file`);
    await expect(ensureWritableFolder(join(file, 'data'))).rejects.toThrow('a part of its path is a file');
    if (process.platform === 'linux')
      await expect(ensureWritableFolder('/proc/hjemmel/data')).rejects.toThrow("can't write in the folder /proc/hjemmel/data: ");
  });
});

describe('a port', () => {
  it('is free until somebody listens', async () => {
    const port = await freePort();
    expect(await isPortFree(port)).toBe(true);
    const server = createServer();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    expect(await isPortFree(port)).toBe(false);
    await new Promise((done) => server.close(done));
    expect(await isPortFree(port)).toBe(true);
  });
});
