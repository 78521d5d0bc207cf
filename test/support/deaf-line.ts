import { once } from 'node:events';
import { AddressInfo, connect, createServer, Socket } from 'node:net';

export interface DeafLine {
  readonly port: number;
  /** From now on what the client says still arrives, and what is answered does not come back. */
  loseAnswers(): void;
  /** Ends all connections; those made afterwards work in both directions. */
  cut(): void;
  close(): Promise<void>;
}

/** A line to a TCP server on which answers can get lost: how a writer comes to know nothing of an append that was made. */
export async function deafLineTo(port: number): Promise<DeafLine> {
  const sockets = new Set<Socket>();
  let deaf = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => deaf || near.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    loseAnswers: () => void (deaf = true),
    cut: () => {
      deaf = false;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
