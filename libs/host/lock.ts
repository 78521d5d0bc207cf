import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createConnection, createServer, Server, Socket } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode, OperatorError, reasonOf } from './failure';
import { exists } from './files';

export interface Lock {
  /** Gives the folder free. Ending the process in any way does the same. */
  release(): Promise<void>;
}

/**
 * Takes the folder for this process alone, or says who has it.
 *
 * Each candidate listens on a socket of its own in the folder, under a name that is never used again, and only then asks
 * all other sockets there. Of two candidates at least one sees the other, so that never both take the lock. A socket
 * whose process is gone refuses connections: the kernel knows that at once and for certain, after kill -9 too, across
 * containers that share the folder, and whoever has the old process id by now.
 *
 * @param name of the thing that is locked: locks of different names in one folder are apart
 * @throws OperatorError naming folder and process when somebody else has it, or when the file system takes no sockets
 */
export async function lockFolder(folder: string, name: string): Promise<Lock> {
  const place = resolve(folder);
  const own = `.${name}.lock.${process.pid}-${randomBytes(6).toString('hex')}`;
  const candidate = new Candidate(join(place, own));
  await candidate.listen().catch((error: unknown) => {
    throw new OperatorError(`can't lock the folder ${place}: ${reasonOf(error)}`);
  });
  try {
    await outlast(place, name, own);
    candidate.state = 'holder';
    await removeDead(place, name, own);
  } catch (error) {
    await candidate.close();
    throw error;
  }
  return { release: () => candidate.close() };
}

/** Process id of who holds the folder's lock; undefined where nobody does. Takes nothing and writes nothing. */
export async function lockHolder(folder: string, name: string): Promise<number | undefined> {
  const place = resolve(folder);
  for (const other of await othersOf(place, name, '')) {
    const state = await ask(place, other);
    if (state === 'holder' || state === 'silent') return Number(pidOf(name, other));
  }
  return undefined;
}

const WAIT_FOR_OTHERS_MS = 10_000;
const ANSWER_WITHIN_MS = 1_000;
const MAX_SOCKET_PATH = 100; // sun_path holds 104 bytes on macOS, 108 on Linux

/**
 * What the process behind a lock's socket says. `silent`: it lives but does not answer (stopped, or very busy); `leaving`:
 * it closed the socket while it was asked, so ask again.
 */
type State = 'holder' | 'candidate' | 'silent' | 'leaving' | 'gone';

/** Waits until no other candidate is left; of several, the one whose name comes first stays. */
async function outlast(place: string, name: string, own: string): Promise<void> {
  for (const deadline = Date.now() + WAIT_FOR_OTHERS_MS; ; await pause(3)) {
    const others = await othersOf(place, name, own);
    const states = await Promise.all(others.map(async (other) => ({ other, state: await ask(place, other) })));
    const holder = states.find(({ state }) => state === 'holder' || state === 'silent');
    const before = holder ?? states.find(({ other, state }) => state === 'candidate' && other < own);
    if (before) throw new OperatorError(`${place} is in use by process ${pidOf(name, before.other)}`);
    if (states.every(({ state }) => state === 'gone')) {
      // A holder that has gone since may have taken this socket for dead before it listened: then nobody would see this lock.
      if (await exists(join(place, own))) return;
      throw new OperatorError(`${place} was in use by another process until now: try again`);
    }
    if (Date.now() > deadline) throw new OperatorError(`${place} is wanted by several processes at once`);
  }
}

const prefixOf = (name: string): string => `.${name}.lock.`;
const pidOf = (name: string, socket: string): string => socket.slice(prefixOf(name).length).split('-', 1)[0] ?? '?';

const othersOf = async (place: string, name: string, own: string): Promise<string[]> =>
  (await readdir(place)).filter((file) => file.startsWith(prefixOf(name)) && file !== own);

/** Only the holder removes: what it found dead can no longer come alive while it holds the lock. */
async function removeDead(place: string, name: string, own: string): Promise<void> {
  for (const other of await othersOf(place, name, own)) {
    if ((await ask(place, other)) === 'gone') await rm(join(place, other), { force: true });
  }
}

const ask = (place: string, socket: string): Promise<State> => withShortPath(join(place, socket), askSocket);

/** Of an error of a connection. Any other (no right to ask) says nothing, so it counts as alive. */
const MEANING: Readonly<Record<string, State>> = {
  ECONNREFUSED: 'gone',
  ENOENT: 'gone',
  ECONNRESET: 'leaving',
  EPIPE: 'leaving',
  EAGAIN: 'leaving',
};

function askSocket(path: string): Promise<State> {
  return new Promise((settle) => {
    const connection = createConnection(path);
    let said = '';
    const finish = (state: State) => {
      connection.destroy();
      settle(state);
    };
    connection.setTimeout(ANSWER_WITHIN_MS, () => finish('silent'));
    connection.setEncoding('utf8').on('data', (text: string) => (said += text));
    connection.once('end', () => finish(said === 'holder' || said === 'candidate' ? said : 'leaving'));
    connection.once('error', (error) => finish(MEANING[errorCode(error) ?? ''] ?? 'silent'));
  });
}

class Candidate {
  state: 'candidate' | 'holder' = 'candidate';
  private readonly server: Server = createServer((connection: Socket) => {
    connection.once('error', () => connection.destroy()); // the asker went away before it heard the answer
    connection.end(this.state, () => connection.destroy());
  });

  constructor(private readonly socket: string) {}

  listen(): Promise<void> {
    return withShortPath(this.socket, (path) => {
      return new Promise((settle, reject) => {
        this.server.once('error', reject);
        // Whoever may enter the folder may ask, whichever user holds it.
        this.server.listen({ path, readableAll: true, writableAll: true }, () => settle());
        this.server.unref();
      });
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((settle) => this.server.close(() => settle()));
    await rm(this.socket, { force: true });
  }
}

/** A socket's path has about a hundred bytes at most; a deeper one is reached through a link that lives as long as the call. */
export async function withShortPath<T>(socket: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH) return use(socket);
  const desk = await mkdtemp('/tmp/hj-');
  try {
    await symlink(dirname(socket), join(desk, 'd'));
    return await use(join(desk, 'd', basename(socket)));
  } finally {
    await rm(desk, { recursive: true, force: true });
  }
}
