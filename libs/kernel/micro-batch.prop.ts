import * as fc from 'fast-check';
import { MicroBatch } from './micro-batch';

test('every item gets its own result, runs do not overlap, none is larger than allowed, and a failed run fails its items alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ value: fc.nat(1_000), poisonous: fc.boolean() }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (scheduler, items, max) => {
        let running = 0;
        const runs: { value: number; poisonous: boolean }[][] = [];
        const batch = new MicroBatch<{ value: number; poisonous: boolean }, number>(async (asked) => {
          expect(++running).toBe(1);
          runs.push([...asked]);
          await scheduler.schedule(Promise.resolve());
          running--;
          if (asked.some(({ poisonous }) => poisonous)) throw new Error('poisoned');
          return asked.map(({ value }) => value * 2);
        }, max);
        const results = Promise.allSettled(
          items.map(async (item) => {
            await scheduler.schedule(Promise.resolve());
            return batch.add(item);
          }),
        );
        await scheduler.waitFor(results);
        expect(runs.flat()).toHaveLength(items.length);
        for (const [index, result] of (await results).entries()) {
          const item = items[index]!;
          const run = runs.find((one) => one.includes(item))!;
          expect(run.length).toBeLessThanOrEqual(max);
          if (run.some(({ poisonous }) => poisonous)) expect(result.status).toBe('rejected');
          else expect(result).toEqual({ status: 'fulfilled', value: item.value * 2 });
        }
      },
    ),
  );
});

test('what comes while a run is under way goes together in the next', async () => {
  const sizes: number[] = [];
  let release = (): void => undefined;
  const batch = new MicroBatch<number, number>(async (items) => {
    sizes.push(items.length);
    if (sizes.length === 1) await new Promise<void>((resolve) => (release = resolve));
    return items;
  });
  const first = batch.add(0);
  await new Promise((resolve) => setImmediate(resolve));
  const others = [1, 2, 3].map((item) => batch.add(item));
  release();
  expect(await Promise.all([first, ...others])).toEqual([0, 1, 2, 3]);
  expect(sizes).toEqual([1, 3]);
});
