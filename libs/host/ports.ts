import { createServer } from 'node:net';
import { errorCode } from './failure';

const LOOPBACK = '127.0.0.1';

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}

/** A TCP port that nothing listens on at this moment. Another process may take it before you do: be ready to ask again. */
export const freePort = (host = LOOPBACK): Promise<number> => listenOnce(0, host);

/** Whether this process could listen on the port now. Rejects where it can't tell (no such address, port below 1024 without the right). */
export async function isPortFree(port: number, host = LOOPBACK): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return false;
    throw error;
  }
}
