import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { freePort } from '@hjemmel/host';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitLog } from './log-elsewhere';

const running = new AbortController().signal;

describe('a log elsewhere', () => {
  it('that does not answer is named, without its secrets, and with the reason', async () => {
    const port = await freePort();
    await expect(awaitLog(`esdb://admin:hunter2@127.0.0.1:${port}?tls=false`, running, 1_000)).rejects.toThrow(
      new RegExp(`^can't use the event log at esdb://127\\.0\\.0\\.1:${port}: [^\n]*ECONNREFUSED 127\\.0\\.0\\.1:${port}\\.$`),
    );
  });

  it('that is no address is refused at once', () =>
    expect(awaitLog('esdb://', running)).rejects.toThrow(/^can't use the event log at esdb:\/\/: ./));

  it('is waited for no longer when the start is broken off', async () => {
    const stopping = new AbortController();
    const waiting = awaitLog(`esdb://127.0.0.1:${await freePort()}?tls=false`, stopping.signal);
    stopping.abort();
    await expect(waiting).rejects.toThrow("can't use the event log");
  });

  it('that starts a moment later is used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hjemmel-elsewhere-'));
    const port = await freePort();
    const waiting = awaitLog(`esdb://127.0.0.1:${port}?tls=false`, running);
    const log = await startEmbeddedLog({ folder, port });
    try {
      await expect(waiting).resolves.toBeUndefined();
    } finally {
      await log.close();
      await rm(folder, { recursive: true });
    }
  });
});
