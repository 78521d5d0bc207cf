import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { EventLog, openEventLog } from '@hjemmel/event-store';

export interface TestLog {
  readonly connectionString: string;
  readonly port: number;
  /** A client of its own, as another process would have; closed with the log. */
  connect(connectionString?: string): EventLog;
  /** Ends the clients and the log, and removes its files. */
  stop(): Promise<void>;
}

/** A real log in a folder of its own, on a free port. */
export async function startTestLog(): Promise<TestLog> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-test-log-'));
  const log = await startEmbeddedLog({ folder });
  const clients: EventLog[] = [];
  return {
    connectionString: log.connectionString,
    port: log.port,
    connect: (connectionString = log.connectionString) => {
      const client = openEventLog(connectionString);
      clients.push(client);
      return client;
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
