import type { StreamingRead } from '@eventstore/db-client';

/**
 * The events of a read, which its reader may leave at any time. The client forgets a read only when its call has ended, and a call whose
 * reader went away never ends by itself: it would be kept for as long as the client, and closing the client would wait for it for ever.
 */
export async function* wholeRead<E>(read: StreamingRead<E>): AsyncIterable<E> {
  let ended = false;
  try {
    for await (const event of read.iterator({ destroyOnReturn: false })) yield event as E;
    ended = true;
  } finally {
    if (!ended) await abandon(read);
  }
}

async function abandon(read: StreamingRead<unknown>): Promise<void> {
  read.on('error', () => undefined); // of the call that is cancelled here: nobody waits for its events any more
  await read.cancel();
  read.resume();
}
