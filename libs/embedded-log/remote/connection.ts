import { readFileSync } from 'node:fs';
import { ChannelCredentials, Client, Metadata } from '@grpc/grpc-js';
import { discoverEndpoint } from '@eventstore/db-client/dist/Client/discovery';
import { ConnectionOptions, parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString';
import { OperatorError, reasonOf } from '@hjemmel/host';

/** As the official client has it: the server may have written events of up to 16 MB by other ways. */
const MAX_MESSAGE = 17 * 1024 * 1024;
const KEEP_ALIVE_MS = 10_000;

/** A channel to one server, and what every call carries. */
export interface Connection {
  readonly client: Client;
  readonly metadata: Metadata;
}

/** Where a server is, read from a connection string as the official client reads it. */
export class RemoteAddress {
  private constructor(
    private readonly options: ConnectionOptions,
    /** For people: without user and password. */
    readonly shown: string,
  ) {}

  /** @throws OperatorError where the text is no connection string; it is not repeated, for it may hold a password */
  static parse(text: string): RemoteAddress {
    let options: ConnectionOptions;
    try {
      options = parseConnectionString(text);
    } catch {
      throw new OperatorError('this is no connection string of a log: it must be like esdb://host:2113?tls=false');
    }
    if (options.hosts.length === 0) throw new OperatorError('the connection string names no host');
    const hosts = options.hosts.map(({ address, port }) => `${address}:${port}`).join(',');
    return new RemoteAddress(options, `esdb${options.dnsDiscover ? '+discover' : ''}://${hosts}`);
  }

  /**
   * Opens a channel; of a cluster, to the node that its gossip prefers. Connects on first use.
   * @throws OperatorError where a certificate can't be read; an error where no node is found
   */
  async connect(): Promise<Connection> {
    const { options } = this;
    const credentials = this.credentials();
    const [first] = options.hosts;
    const single = options.hosts.length === 1 && !options.dnsDiscover ? first : undefined;
    const endpoint = single ?? (await this.discover(credentials));
    const client = new Client(`${endpoint.address}:${endpoint.port}`, credentials, {
      'grpc.max_receive_message_length': MAX_MESSAGE,
      'grpc.keepalive_time_ms': KEEP_ALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEP_ALIVE_MS,
      // One try a call: whoever calls knows better whether it may be repeated.
      'grpc.enable_retries': 0,
      'grpc.use_local_subchannel_pool': 1,
    });
    return { client, metadata: this.metadata() };
  }

  private discover(credentials: ChannelCredentials): Promise<{ readonly address: string; readonly port: number }> {
    const { hosts, dnsDiscover, discoveryInterval, gossipTimeout, maxDiscoverAttempts, nodePreference } = this.options;
    const settings = {
      ...(discoveryInterval !== undefined && { discoveryInterval }),
      ...(gossipTimeout !== undefined && { gossipTimeout }),
      ...(maxDiscoverAttempts !== undefined && { maxDiscoverAttempts }),
      ...(nodePreference !== undefined && { nodePreference }),
    };
    const [first] = hosts;
    return discoverEndpoint(first && dnsDiscover ? { discover: first, ...settings } : { endpoints: hosts, ...settings }, credentials);
  }

  private credentials(): ChannelCredentials {
    const { tls, tlsCAFile, tlsVerifyCert, userCertFile, userKeyFile } = this.options;
    if (tls === false) return ChannelCredentials.createInsecure();
    const verify = tlsVerifyCert === false ? { rejectUnauthorized: false } : undefined;
    return ChannelCredentials.createSsl(certificate(tlsCAFile), certificate(userKeyFile), certificate(userCertFile), verify);
  }

  private metadata(): Metadata {
    const metadata = new Metadata();
    metadata.set('connection-name', 'hjemmel');
    const { defaultCredentials: user, tls } = this.options;
    if (user && tls !== false) {
      metadata.set('authorization', `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`);
    }
    return metadata;
  }
}

function certificate(path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OperatorError(`can't read the certificate ${path}: ${reasonOf(error)}`);
  }
}
