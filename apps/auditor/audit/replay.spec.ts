import { fixedClock } from '@hjemmel/kernel';
import { memoryLog } from '../testing/memory-log';
import { findingsIn } from '../testing/replaying';
import { World } from '../testing/world';

describe('x', () => {
  it('y', async () => {
    const clock = fixedClock('2026-03-02T10:00:00.000Z');
    const log = memoryLog(clock);
    const world = await World.begin(log, clock);
    await world.order({ consents: true });
    await world.close();
    expect(findingsIn(log.events)).toEqual([]);
  });
});
