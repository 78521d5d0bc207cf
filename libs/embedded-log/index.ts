import { compactEngine } from './compaction/compact-log';
import { Control, serveControl } from './control/control';
import { Notice, openEngine } from './engine';
import { Credentials, authorizer } from './protocol/access';
import { GrpcServer } from './protocol/grpc/server';
import { answerHttp } from './protocol/http';
import { openServices } from './protocol/services';
import { toGrpcError } from './protocol/write-errors';

export type LogNotice = Notice | { readonly kind: 'subscription-stopped'; readonly message: string };

export interface EmbeddedLogOptions {
  /** Where the log's files are; made where it is not there. */
  readonly folder: string;
  /** Loopback unless told. Anything else needs {@link tls} and {@link credentials}. */
  readonly host?: string;
  /** 0 (the default) for a free one. */
  readonly port?: number;
  /** PEM certificate and key. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** The one user that may call. */
  readonly credentials?: Credentials;
  /** The name or address that gossip tells clients to use; the host listened on, or for all of them the one reached, unless told. */
  readonly advertise?: string;
  /** What an operator should read: a torn tail that was cut off, a full disk, a persistent subscription that can't read on. */
  readonly onNotice?: (notice: LogNotice) => void;
}

export interface EmbeddedLog {
  readonly port: number;
  /** For `@eventstore/db-client`, without credentials. */
  readonly connectionString: string;
  /** Ends open calls UNAVAILABLE once everything acknowledged is on disk, and closes the files. */
  close(): Promise<void>;
}

/**
 * Starts the embedded log: a durable single node that speaks EventStoreDB's gRPC protocol. Rejects where the folder can't be opened, the
 * port is in use, or it is told to listen beyond loopback without TLS and credentials.
 */
export async function startEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { folder, host = '127.0.0.1', port = 0, tls, credentials, advertise, onNotice } = options;
  if (!isLoopback(host) && !(tls && credentials)) {
    throw new Error(
      `the embedded log listens on ${host} only with TLS and a user: give it a certificate, a key, a user name and a password`,
    );
  }
  const engine = await openEngine({ folder, ...(onNotice && { onNotice }) });
  let bound = port;
  const everywhere = host === '0.0.0.0' || host === '::';
  const services = await openServices(engine, { address: advertise ?? (everywhere ? undefined : host), port: () => bound }, (message) =>
    onNotice?.({ kind: 'subscription-stopped', message }),
  );
  const server = new GrpcServer({
    host,
    port,
    methods: services.methods,
    authorize: authorizer(credentials),
    translate: toGrpcError,
    http: answerHttp,
    ...(tls && { tls }),
  });
  let control: Control | undefined;
  try {
    control = await serveControl(folder, { compact: () => compactEngine(engine) });
    bound = await server.listen();
  } catch (error) {
    await control?.close();
    services.close();
    await engine.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    server.stopAccepting();
    await services.idle();
    await server.close();
    await control?.close();
    services.close();
    await engine.close();
  };
  const named = advertise ?? (everywhere ? 'localhost' : host);
  const connectionString = `esdb://${named.includes(':') ? `[${named}]` : named}:${bound}?tls=${tls !== undefined}`;
  return { port: bound, connectionString, close: () => (closing ??= close()) };
}

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
