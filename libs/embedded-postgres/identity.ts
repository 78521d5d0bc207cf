import { OperatorError } from '@hjemmel/host';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** The user whom Postgres runs as, where that is not the user who runs us. */
export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on nearly every system. It must have a name: Postgres asks for it. */
const NOBODY: OtherUser = { uid: 65534, gid: 65534 };

/**
 * Postgres refuses to run as root, so root runs it as `nobody`; everyone else runs it as themselves.
 * @throws OperatorError for a user without a name (as in a container that was given a bare uid): Postgres refuses that too
 */
export function postgresUser(): OtherUser | undefined {
  if (process.getuid?.() === 0) return NOBODY;
  try {
    userInfo();
    return undefined;
  } catch {
    throw new OperatorError(
      `Postgres runs only for a user that has a name, and uid ${process.getuid?.() ?? '?'} has none: run as another, or set HJEMMEL_POSTGRES_URL`,
    );
  }
}

/** Whether `user` may pass through every folder above `path` and read (and enter or run) `path` itself. */
export async function reachableBy(user: OtherUser | undefined, path: string): Promise<boolean> {
  if (!user) return true;
  const self = await stat(path);
  if (!allows(self, user, self.isDirectory() ? 0o5 : 0o4)) return false;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (!allows(await stat(folder), user, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function allows({ mode, uid, gid }: { mode: number; uid: number; gid: number }, user: OtherUser, rights: number): boolean {
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & rights) === rights;
}
