import { setTimeout as pause } from 'node:timers/promises';
import { OperatorError } from '@hjemmel/host';
import { Remote, RemoteAddress, RemoteFailure } from '../remote';
import { Copier, CopyState, newCopyState } from './copier';
import { NotACopy, Pairing } from './pairing';
import { PositionMapWriter } from './position-map';
import { RemovedNumbers } from './removed-numbers';
import { Walk } from './walk';

/** `comparing`: what an earlier run has copied is laid beside the source. */
export type CopyPhase = 'comparing' | 'copying' | 'verifying';

export interface CopyOptions {
  readonly from: RemoteAddress;
  readonly to: RemoteAddress;
  /** File that says which position became which. */
  readonly mapFile: string;
  readonly signal: AbortSignal;
  /** Positions of the source that are done, and its last one. */
  readonly onProgress?: (phase: CopyPhase, done: number, end: number) => void;
  /** What an operator should read. */
  readonly onNotice?: (line: string) => void;
}

export interface CopyReport {
  /** Events that were on the target when this run began. */
  readonly found: number;
  /** Events that this run wrote. */
  readonly copied: number;
  /** Empty events written in place of what the source has removed, so that revisions stay. */
  readonly gaps: number;
  /** Events of both logs that were compared at the end and are the same. */
  readonly verified: number;
  /** Whether the source has got more events since; then another run copies those. */
  readonly sourceWentOn: boolean;
}

const MOST_FAILURES = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Copies the history of one server to another: the users' streams, their metadata and deletions, in the order of `$all`. Kept are ids,
 * types, data, metadata, content types, revisions, and the order; positions and the instants of recording can't be. Whatever is on the
 * target already must be the beginning of such a copy: the run goes on behind it, so that one which was broken off is just started again.
 * At the end both logs are read anew and compared.
 *
 * @throws OperatorError where a server isn't reached or refuses, NotACopy where the target holds something else
 */
export async function copyLog(options: CopyOptions): Promise<CopyReport> {
  if (options.from.shown === options.to.shown) throw new OperatorError('source and target are the same server');
  for (const address of [options.from, options.to]) await assertReached(address);
  const state = newCopyState();
  let found = 0;
  await patiently(
    options,
    () => state.copied + found,
    async (source, target) => {
      found += await compareAndCopy(source, target, options, state);
    },
  );
  let verified: Verified = { pairs: 0, sourceWentOn: false };
  await patiently(
    options,
    () => 0,
    async (source, target) => {
      verified = await verify(source, target, options, state.anchor.source);
    },
  );
  return { found, copied: state.copied, gaps: state.gaps, verified: verified.pairs, sourceWentOn: verified.sourceWentOn };
}

type Work = (source: Remote, target: Remote) => Promise<void>;

/** Does the work on connections that may be lost; gives up when that happens too often in a row without progress. */
async function patiently({ from, to, signal, onNotice }: CopyOptions, progress: () => number, work: Work): Promise<void> {
  for (let failures = 0, before = progress(); ;) {
    const connections: Remote[] = [];
    try {
      const source = await Remote.connect(from);
      connections.push(source);
      const target = await Remote.connect(to);
      connections.push(target);
      return await work(source, target);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RemoteFailure)) throw error;
      failures = progress() > before ? 1 : failures + 1;
      if (!error.passing || failures > MOST_FAILURES) throw new OperatorError(error.message);
      before = progress();
      onNotice?.(`${error.message}; trying again`);
    } finally {
      for (const connection of connections) connection.close();
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), undefined, { signal });
  }
}

/** A wrong address or password is told at once. */
async function assertReached(address: RemoteAddress): Promise<void> {
  let remote: Remote | undefined;
  try {
    remote = await Remote.connect(address);
    await remote.lastPosition();
  } catch (error) {
    throw error instanceof RemoteFailure ? new OperatorError(error.message) : error;
  } finally {
    remote?.close();
  }
}

async function compareAndCopy(source: Remote, target: Remote, options: CopyOptions, state: CopyState): Promise<number> {
  const { signal, onProgress } = options;
  const { anchor } = state;
  const end = (await source.lastPosition()) ?? -1;
  const from = new Walk(source, anchor.source);
  const to = new Walk(target, anchor.target);
  let found = 0;
  try {
    await state.pairing.run(from, to, {
      paired({ stream, revision, position }) {
        signal.throwIfAborted();
        found += 1;
        state.known.set(stream, revision);
        onProgress?.('comparing', position, end);
      },
      unpaired: ({ stream, revision }) => void state.known.set(stream, revision),
    });
  } finally {
    anchor.source = from.passed;
    anchor.target = to.passed;
  }
  const removed = await RemovedNumbers.readAhead(source, anchor.source);
  const copier = new Copier(target, removed, state, () => {
    signal.throwIfAborted();
    onProgress?.('copying', anchor.source, end);
  });
  await copier.copy(from);
  // What came to the source meanwhile: until a look brings nothing more.
  const copyTheRest = async (): Promise<void> => {
    for (let before = -1; before < state.copied;) {
      before = state.copied;
      await copier.copy(new Walk(source, anchor.source));
    }
  };
  await copyTheRest();
  await copier.numberEmptied(copyTheRest);
  return found;
}

interface Verified {
  readonly pairs: number;
  readonly sourceWentOn: boolean;
}

async function verify(source: Remote, target: Remote, { mapFile, signal, onProgress }: CopyOptions, copiedTo: number): Promise<Verified> {
  const map = await PositionMapWriter.create(mapFile);
  let pairs = 0;
  try {
    const from = new Walk(source, -1);
    await new Pairing().run(from, new Walk(target, -1), {
      paired(wanted, there) {
        signal.throwIfAborted();
        pairs += 1;
        map.add(wanted.position, there.position);
        onProgress?.('verifying', wanted.position, copiedTo);
        return map.relieve();
      },
    });
    const next = await from.peek();
    if (next && next.position <= copiedTo) throw new NotACopy(next, undefined, 'the event that was copied is missing');
    await map.finish();
    return { pairs, sourceWentOn: next !== undefined };
  } catch (error) {
    await map.abandon();
    throw error;
  }
}
