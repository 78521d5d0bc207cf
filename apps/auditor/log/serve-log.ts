import { readFile } from 'node:fs/promises';
import { EmbeddedLogOptions, isLoopback, startEmbeddedLog } from '@hjemmel/embedded-log';
import { ensureWritableFolder, errorCode, onStop, OperatorError, readSecretFile, reasonOf } from '@hjemmel/host';
import { logFolder, sayNotice, toldPlainly } from './log-folder';

export interface ServeOptions {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly advertise?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly user?: string;
  readonly passwordFile?: string;
}

/** Serves a log until SIGTERM or Ctrl-C. @throws OperatorError where it can't */
export async function serveLog(options: ServeOptions): Promise<void> {
  const { data, port, host, advertise } = options;
  const secured = await security(options);
  const folder = await logFolder(data);
  await ensureWritableFolder(folder, 0o700);
  const starting = startEmbeddedLog({ folder, port, host, ...secured, ...(advertise !== undefined && { advertise }), onNotice: sayNotice });
  onStop(async () => (await starting).close());
  const { connectionString } = await toldPlainly(() => starting.catch((error: unknown) => notStarted(error, options)));
  process.stdout.write(`ready ${connectionString}\n`);
}

async function security(options: ServeOptions): Promise<Pick<EmbeddedLogOptions, 'tls' | 'credentials'>> {
  const { host, tlsCert, tlsKey, user, passwordFile } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new OperatorError('--tls-cert and --tls-key go together');
  if ((user === undefined) !== (passwordFile === undefined)) throw new OperatorError('--user and --password-file go together');
  const withTls = tlsCert !== undefined && tlsKey !== undefined;
  const withUser = user !== undefined && passwordFile !== undefined;
  if (!isLoopback(host) && !(withTls && withUser))
    throw new OperatorError(
      `to listen on ${host} the log needs TLS and a user: name --tls-cert, --tls-key, --user and --password-file, or listen on 127.0.0.1`,
    );
  if (withUser && !withTls) throw new OperatorError('a user needs TLS (--tls-cert, --tls-key): clients send no password in the clear');
  const password = withUser ? (await readSecretFile(passwordFile)).trim() : undefined;
  if (password === '') throw new OperatorError(`${passwordFile} holds no password`);
  return {
    ...(withTls && { tls: { cert: await readPem(tlsCert), key: await readPem(tlsKey) } }),
    ...(withUser && password !== undefined && { credentials: { username: user, password } }),
  };
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new OperatorError(`can't read ${path}: ${reasonOf(error)}`);
  }
}

function notStarted(error: unknown, { host, port }: ServeOptions): never {
  const code = errorCode(error) ?? '';
  if (code === 'EADDRINUSE') throw new OperatorError(`port ${port} on ${host} is in use`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new OperatorError(`${host} is no address of this machine`);
  if (code === 'EACCES' && port > 0 && port < 1024) throw new OperatorError(`this user may not listen on port ${port}`);
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS'))
    throw new OperatorError(`the certificate or its key can't be used: ${reasonOf(error)}`);
  throw error;
}
