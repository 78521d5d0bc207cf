import { createServer as createHttpServer, IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import {
  Http2SecureServer,
  Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
  createSecureServer,
  createServer,
} from 'node:http2';
import { AddressInfo, Server as NetServer, Socket, createServer as createNetServer } from 'node:net';
import { Call } from './call';
import { Code } from './status';

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
 * A gRPC server on Node's HTTP/2, with HTTP/1.1 on the same port. It is our own because a message costs a third of what grpc-js' server
 * asks for it: encoded messages go out many at a time in one write, and one port answers `GET /ping` as EventStoreDB does.
 */
export class GrpcServer {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly calls = new Set<Call>();
  private readonly sockets = new Set<Socket>();
  private listener: NetServer | Http2SecureServer | undefined;
  private stopping = false;

  constructor(private readonly options: ServerOptions) {}

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
    const http2 = createServer(this.http2Options());
    const http1 = createHttpServer((request, response) => this.answerHttp(request, response));
    this.serve(http2);
    return createNetServer((socket) => {
      this.track(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        const server: Http2Server | HttpServer = first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE ? http2 : http1;
        server.emit('connection', socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  private secureListener(tls: { readonly key: string | Buffer; readonly cert: string | Buffer }): Http2SecureServer {
    const server = createSecureServer({ ...this.http2Options(), ...tls, allowHTTP1: true }, (request, response) => {
      if (request.httpVersionMajor === 1) this.answerHttp(request, response);
    });
    server.on('secureConnection', (socket: Socket) => this.track(socket));
    this.serve(server);
    return server;
  }

  private http2Options(): { maxSessionMemory: number; settings: { maxConcurrentStreams: number; initialWindowSize: number } } {
    return { maxSessionMemory: SESSION_MEMORY, settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: STREAM_WINDOW } };
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private serve(server: Http2Server | Http2SecureServer): void {
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
    const call = new Call(stream, headers, MAX_MESSAGE);
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

  private answerHttp(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
    const { status, contentType, body } = this.options.http(request.url ?? '/', request.method ?? 'GET');
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  }
}
