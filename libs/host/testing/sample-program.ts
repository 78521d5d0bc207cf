import { lockFolder, onStop, OperatorError, runProgram, stderrLine, superviseChild, tellReady } from '..';

/** A program with a mind of its own for the tests of supervision: `sample-program <behaviour> [argument]`. */
const [, , behaviour, argument = ''] = process.argv;
const stayAlive = () => setInterval(() => undefined, 60_000);

const behaviours: Record<string, () => Promise<void>> = {
  works: async () => {
    onStop(async () => stderrLine('cleaned up'));
    tellReady({ port: 4711, greeting: process.env['GREETING'] });
    stayAlive();
  },
  'crashes-later': async () => {
    onStop(async () => undefined);
    process.once('SIGUSR2', () => process.exit(3));
    tellReady();
    stayAlive();
  },
  refuses: async () => {
    throw new OperatorError('the port is taken');
  },
  breaks: async () => {
    throw new Error('a fault of ours');
  },
  'never-ready': async () => void stayAlive(),
  stubborn: async () => {
    process.on('SIGTERM', () => undefined);
    tellReady();
    stayAlive();
  },
  /** Supervises another of itself and says both process ids. */
  'has-a-child': async () => {
    const child = await superviseChild({ name: 'child', script: __filename, args: ['works'], readyWithinMs: 20_000, stopWithinMs: 5_000 });
    tellReady({ child: child.pid });
    stayAlive();
  },
  locks: async () => {
    await lockFolder(argument, 'data');
    tellReady();
    stayAlive();
  },
};

runProgram(async () => behaviours[behaviour ?? '']?.());
