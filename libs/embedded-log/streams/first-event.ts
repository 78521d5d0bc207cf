import { randomUUID } from 'node:crypto';
import { NO_STREAM } from './expected-revision';
import { systemJsonEvent } from './system-event';
import { StreamReader } from './reader';
import { StreamWriter } from './writer';

const EPOCH = '$epoch-information';

/**
 * A new log begins with a system event, as EventStoreDB's does: the record of its first epoch. So no user's event stands at position 0,
 * which clients could take for "from the start". Settles when it is on disk; does nothing to a log that has begun.
 */
export async function beginLog(writer: StreamWriter, reader: StreamReader): Promise<void> {
  if (reader.end > 0) return;
  const epoch = {
    epochPosition: 0,
    epochNumber: 0,
    epochId: randomUUID(),
    prevEpochPosition: -1,
    timeStamp: new Date().toISOString(),
    leaderInstanceId: randomUUID(),
  };
  const result = writer.append(EPOCH, NO_STREAM, [systemJsonEvent(EPOCH, epoch)]);
  if (result.kind === 'written') await result.durable;
}
