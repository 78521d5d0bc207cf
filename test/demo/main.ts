import { SingleBar } from 'cli-progress';
import { runProgram } from '@hjemmel/host';
import { account } from './account';
import { concludeAgreements } from './agreements';
import { findInstance } from './instance';
import { readOrders } from './orders';
import { placeOrders } from './place-orders';
import { readBack } from './readings';
import { peopleIn, tellStory } from './story';

/** Plays a day of orders and requests against a running instance, over HTTP alone, and says what came of it. */
runProgram(async () => {
  const instance = await findInstance();
  const orders = readOrders();
  process.stdout.write(`Placing ${orders.length} orders of made people at ${instance.url}\n`);
  const agreements = await concludeAgreements(await instance.as('service'), orders);
  const bar = progressOf(orders.length);
  const begun = performance.now();
  const placed = await placeOrders(await instance.as('service'), orders, bar.placed).finally(bar.stop);
  const placingMs = performance.now() - begun;
  const events = await tellStory(
    instance,
    peopleIn(
      orders,
      placed.map(({ body }) => body),
    ),
  );
  const readings = await readBack(await instance.as('case-worker'), events.people, lastPosition(agreements, placed, events));
  process.stdout.write(account({ instance, agreements, placed, placingMs, events, readings }));
});

/** Every answer says how far the log had come; the last of them covers all. */
function lastPosition(...answers: readonly object[]): string {
  const positions = answers
    .flatMap((group) => Object.values(group) as readonly { readonly body?: { readonly position?: string } }[])
    .flatMap(({ body }) => (body?.position === undefined ? [] : [BigInt(body.position)]));
  return String(positions.reduce((last, position) => (position > last ? position : last), 0n));
}

const LINES = 5;

/** A bar on a terminal, a few plain lines elsewhere. */
function progressOf(total: number): { readonly placed: () => void; readonly stop: () => void } {
  let done = 0;
  if (!process.stdout.isTTY) {
    const step = Math.ceil(total / LINES);
    const placed = () => void (++done % step === 0 && process.stdout.write(`  ${done} of ${total} answered\n`));
    return { placed, stop: () => undefined };
  }
  const bar = new SingleBar({
    format: '  [{bar}] {value} of {total} answered, {eta} s left',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stdout,
  });
  bar.start(total, 0);
  return { placed: () => bar.update(++done), stop: () => bar.stop() };
}
