import { freePort } from '@hjemmel/host';
import { setTimeout as pause } from 'node:timers/promises';
import { ServedLog } from './hjemmel';

/** The server under test: a process that is killed and started again, on one port and one folder. */
export class SoakServer {
  kills = 0;
  stops = 0;
  slowestStartMs = 0;
  private server: ServedLog | undefined;
  private starting: Promise<void>;
  private ended = false;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {
    this.starting = this.start();
  }

  static async open(folder: string): Promise<SoakServer> {
    const server = new SoakServer(folder, await freePort());
    await server.up();
    return server;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Settles when the server takes calls. */
  up(): Promise<void> {
    return this.starting;
  }

  /** Ends the process, mostly by SIGKILL, and starts another. */
  async disturb(): Promise<void> {
    await this.up();
    const hard = Math.random() < 0.8;
    this.starting = (async () => {
      if (hard) await this.server?.kill();
      else await this.server?.stop();
      await this.start();
    })();
    if (hard) this.kills += 1;
    else this.stops += 1;
    await this.starting;
  }

  /** Disturbs the server again and again, at random moments. */
  async disturbUntil(signal: AbortSignal, leastMs: number, mostMs: number): Promise<void> {
    while (!signal.aborted) {
      await pause(leastMs + Math.random() * (mostMs - leastMs), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.disturb();
    }
  }

  /** SIGTERM. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.up();
    await this.server?.stop();
  }

  /**
   * A compaction that found nobody serving the log does it itself, and has the folder for that time. The port may be taken by a client
   * of the server that was killed: one that calls a free port of its own range may reach itself.
   */
  private async served(): Promise<ServedLog> {
    for (;;) {
      try {
        return await ServedLog.start(this.folder, this.port);
      } catch (error) {
        if (!/is in use/.test(String(error))) throw error;
        await pause(100);
      }
    }
  }

  private async start(): Promise<void> {
    const begun = performance.now();
    this.server = await this.served();
    this.slowestStartMs = Math.max(this.slowestStartMs, performance.now() - begun);
  }
}
