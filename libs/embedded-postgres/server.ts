import { lockFolder } from '@hjemmel/host';
import { mkdir } from 'node:fs/promises';
import { findBinaries } from './binaries';
import { ensureCluster, filesIn, superuserUrl } from './cluster';
import { postgresUser } from './identity';
import { clearOrphan } from './orphan';
import { startPostmaster } from './postmaster';
import { SERVER } from './settings';

export interface EmbeddedPostgres {
  readonly pid: number;
  readonly port: number;
  /** Superuser of the server, in its database `postgres`: for {@link ensureRoles} alone. Holds a password. */
  readonly ownerUrl: string;
  /** Settles when the server has ended, for whatever reason, with its exit code or signal. */
  readonly exited: Promise<string>;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  readonly stop: () => Promise<void>;
  /** Immediate shutdown: nothing is waited for, and the next start recovers from the write-ahead log. */
  readonly kill: () => void;
}

export interface EmbeddedPostgresOptions {
  /** Holds the tables (`cluster/`), the superuser's password and the server's log. Made where it is missing. */
  readonly folder: string;
  /** On 127.0.0.1; a free one where none is named. */
  readonly port?: number;
  /** Told in one line what the operator may want to know: first initialisation, a server found left running. */
  readonly onNotice: (line: string) => void;
}

/**
 * Starts the Postgres that npm installed on a folder, for this process alone: it ends with it, however that ends. Every
 * commit that was acknowledged is on disk. Its log holds no statements, parameters or rows.
 * @throws OperatorError in one line: folder in use, port taken, no Postgres for this platform, did not start
 */
export async function startEmbeddedPostgres({ folder, port, onNotice }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = postgresUser();
  const files = filesIn(folder);
  await mkdir(files.folder, { recursive: true, mode: 0o711 });
  const lock = await lockFolder(files.folder, 'postgres');
  try {
    const binaries = await findBinaries(user);
    if ((await ensureCluster(files, binaries, user)) === 'made')
      onNotice(`made a new Postgres ${binaries.version} cluster in ${files.data}`);
    const cleared = await clearOrphan(files.data);
    if (cleared !== undefined) onNotice(cleared);
    const server = await startPostmaster(files, binaries, user, SERVER, port);
    void server.exited.then(() => lock.release());
    const stop = async () => {
      await server.stop();
      await lock.release();
    };
    return { ...server, ownerUrl: await superuserUrl(files, server.port), stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
