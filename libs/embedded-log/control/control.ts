import { chmod, rm } from 'node:fs/promises';
import { createConnection, createServer, Server, Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { errorCode, OperatorError, reasonOf, withShortPath } from '@hjemmel/host';
import type { CompactionReport } from '../engine';

const FILE = 'control';
const OWNER_ONLY = 0o600;

/** What the owner of the data folder may ask of the process that serves it. */
export interface Controlled {
  compact(): Promise<CompactionReport>;
}

export interface Control {
  /** Settles when what is being done is done. */
  close(): Promise<void>;
}

type Answer = { readonly done: CompactionReport } | { readonly failed: string };

/**
 * Listens on a socket in the data folder, which only its owner can reach: what removes events for good is not for whoever reaches the
 * port. A request is one line, `compact`; the answer is one line of JSON, when the work is done.
 */
export async function serveControl(folder: string, controlled: Controlled): Promise<Control> {
  const path = join(resolve(folder), FILE);
  const open = new Set<Socket>();
  let running: Promise<CompactionReport> | undefined;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
    createInterface({ input: socket }).once('line', (line) => {
      void answerTo(line, () => (running ??= controlled.compact().finally(() => (running = undefined)))).then((answer) =>
        socket.end(`${JSON.stringify(answer)}\n`),
      );
    });
  });
  await rm(path, { force: true }); // of a process that was killed; the folder is locked by this one now
  await listen(server, path);
  return {
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((settle) => server.close(() => settle()));
      await running?.catch(() => undefined); // whoever asked has heard of it
      await rm(path, { force: true });
    },
  };
}

async function answerTo(line: string, compact: () => Promise<CompactionReport>): Promise<Answer> {
  if (line !== 'compact') return { failed: 'this is not known here' };
  try {
    return { done: await compact() };
  } catch (error) {
    return { failed: reasonOf(error) };
  }
}

function listen(server: Server, path: string): Promise<void> {
  return withShortPath(path, async (short) => {
    await new Promise<void>((settle, reject) => {
      server.once('error', reject);
      server.listen(short, () => settle());
    });
    server.unref();
    await chmod(short, OWNER_ONLY);
  });
}

/**
 * Asks the process that serves the folder to compact its log, and waits until it has.
 * @throws OperatorError where no such process answers, or it fails
 */
export function askToCompact(folder: string): Promise<CompactionReport> {
  return withShortPath(join(resolve(folder), FILE), async (path) => {
    const answer = await ask(path, 'compact');
    if ('failed' in answer) throw new OperatorError(`the process that serves ${folder} could not compact it: ${answer.failed}`);
    return answer.done;
  });
}

function ask(path: string, request: string): Promise<Answer> {
  return new Promise((settle, reject) => {
    const socket = createConnection(path, () => socket.write(`${request}\n`));
    const lost = (why: string): void => reject(new OperatorError(`the process that serves the log does not answer: ${why}`));
    socket.once('error', (error) => lost(errorCode(error) ?? reasonOf(error)));
    socket.once('close', () => lost('it ended the connection'));
    createInterface({ input: socket }).once('line', (line) => {
      settle(JSON.parse(line) as Answer);
      socket.destroy();
    });
  });
}
