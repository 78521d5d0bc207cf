import { setTimeout as pause } from 'node:timers/promises';
import { ErrorType, isCommandError } from '@eventstore/db-client';
import { SoakServer } from './soak-server';

/** What a client hears of a server that was killed, is being started, or was too slow under the load. */
const PASSING: ReadonlySet<string> = new Set([ErrorType.UNAVAILABLE, ErrorType.CANCELLED, ErrorType.TIMEOUT, ErrorType.DEADLINE_EXCEEDED]);
/** gRPC's INTERNAL: how a connection that breaks inside a call shows itself. */
const INTERNAL = 13;

/** Whether nothing is known of what became of the call. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && (PASSING.has(kindOf(error) ?? '') || ('code' in error && Number(error.code) === INTERNAL));
}

/** The client's name for an error of a call (`stream-deleted`, …); undefined for other errors. */
export function kindOf(error: unknown): string | undefined {
  return error instanceof Error && isCommandError(error) ? error.type : undefined;
}

/** Does the call again until it is answered, whatever becomes of the server meanwhile. What is done again must be a repeat to the server. */
export async function persistently<T>(server: SoakServer, call: () => Promise<T>): Promise<T> {
  for (;;) {
    await server.up();
    try {
      return await call();
    } catch (error) {
      if (!isLost(error)) throw error;
      await pause(5 + Math.random() * 20);
    }
  }
}
