import { createServer as createHttpServer, IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream, createServer } from 'node:http2';
import { AddressInfo, Server as NetServer, Socket, createServer as createNetServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Call } from './call';
import { Code, GrpcError } from './status';

export type Method = (call: Call) => void;

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** PEM. Without it the server speaks h2c and HTTP/1.1 in the clear. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** By path, `/package.Service/Method` in lower case. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Throws a GrpcError where the caller may not call this path. */
  authorize(path: string, headers: IncomingHttpHeaders): void;
  /** The status of what went wrong inside. */
  translate(this: void, error: unknown): GrpcError;
  /** Plain requests that are no gRPC. */
  http(path: string, method: string): { readonly status: number; readonly contentType: string; readonly body: string };
}

/** EventStoreDB's limits (Kestrel's): a message's bytes, calls at a time on a connection, and the windows of flow control. */
const MAX_MESSAGE = 16_767_216;
const MAX_STREAMS = 100;
const STREAM_WINDOW = 768 * 1024;
const CONNECTION_WINDOW = 1024 * 1024;
/** Megabytes of frames that a session may hold: a hundred calls with a message under way each must not be taken for an attack. */
const SESSION_MEMORY = 256;
const HTTP2_PREFACE = 'PRI';
/** How long a client has to leave after it was told that the server stops. */
const GRACE_MS = 2000;

/**
 * A gRPC server on Node's HTTP/2, with HTTP/1.1 on the same port. It is our own for two reasons: encoded messages go out many at a time in
 * one write (with nothing behind either, an appended event costs about half the CPU of grpc-js' server, one that is read a ninth), and
 * one port answers `GET /ping` as EventStoreDB does.
 */
export class GrpcServer {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly calls = new Set<Call>();
  private readonly sockets = new Set<Socket>();
  private readonly http2: Http2Server;
  private readonly http1 = createHttpServer((request, response) => this.answerHttp(request, response));
  private listener: NetServer | undefined;
  private stopping = false;

  constructor(private readonly options: ServerOptions) {
    this.http2 = createServer({
      maxSessionMemory: SESSION_MEMORY,
      settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: STREAM_WINDOW },
    });
    this.serve(this.http2);
  }

  /** Resolves with the port; rejects where it is in use or may not be bound. */
  async listen(): Promise<number> {
    const { host, port, tls } = this.options;
    const listener = tls ? this.secureListener(tls) : this.clearListener();
    this.listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, host, () => {
        listener.off('error', reject);
        resolve();
      });
    });
    return (listener.address() as AddressInfo).port;
  }

  /** Takes no more calls; those that are open go on. */
  stopAccepting(): void {
    this.stopping = true;
    this.listener?.close();
  }

  /** Ends every open call UNAVAILABLE and lets the connections go. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const call of this.calls) call.end(Code.UNAVAILABLE, 'Server Is Shutting Down');
    const gone = [...this.sockets].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const session of this.sessions) session.close();
    const hurry = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, GRACE_MS);
    await Promise.all(gone);
    clearTimeout(hurry);
  }

  /** One port for both: what begins like HTTP/2 is handed to the one server, everything else to the other. */
  private clearListener(): NetServer {
    return createNetServer((socket) => {
      this.track(socket);
      socket.once('data', (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        this.hand(socket, first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE);
      });
    });
  }

  /** Over TLS the client says beforehand which of the two it speaks. */
  private secureListener(tls: { readonly key: string | Buffer; readonly cert: string | Buffer }): NetServer {
    return createTlsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      this.track(socket);
      this.hand(socket, socket.alpnProtocol === 'h2');
    });
  }

  private hand(socket: Socket, isHttp2: boolean): void {
    const server: Http2Server | HttpServer = isHttp2 ? this.http2 : this.http1;
    server.emit('connection', socket);
    process.nextTick(() => socket.resume());
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }

  private serve(server: Http2Server): void {
    server.on('session', (session) => {
      this.sessions.add(session);
      session.setLocalWindowSize(CONNECTION_WINDOW);
      session.on('error', () => session.destroy());
      session.once('close', () => this.sessions.delete(session));
    });
    server.on('stream', (stream, headers) => this.serveStream(stream, headers));
  }

  private serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = headers[':path'] ?? '/';
    if (!headers['content-type']?.startsWith('application/grpc')) {
      stream.on('error', () => stream.close());
      const { status, contentType, body } = this.options.http(path, headers[':method'] ?? 'GET');
      stream.respond({ ':status': status, 'content-type': contentType });
      stream.end(body);
      return;
    }
    const call = new Call(stream, headers, MAX_MESSAGE, this.options.translate);
    this.calls.add(call);
    call.onClose(() => this.calls.delete(call));
    if (this.stopping) return call.end(Code.UNAVAILABLE, 'Server Is Shutting Down');
    const method = this.options.methods.get(path.toLowerCase());
    if (!method) return call.end(Code.UNIMPLEMENTED, 'Service is unimplemented.');
    try {
      this.options.authorize(path, headers);
      method(call);
    } catch (error) {
      call.fail(error);
    }
  }

  private answerHttp(request: IncomingMessage, response: ServerResponse): void {
    const { status, contentType, body } = this.options.http(request.url ?? '/', request.method ?? 'GET');
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  }
}
