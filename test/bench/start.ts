import { freePort } from '@hjemmel/host';
import { newDataFolder, removeDataFolder, startProgram } from './started';
import type { BenchTable } from './types';

const TIMES = 5;

/** The whole program from its first line to ready: on an empty folder, and on one that was used. */
export async function run(): Promise<BenchTable> {
  const data = await newDataFolder();
  try {
    const port = await freePort();
    const start = async (): Promise<number> => {
      const started = await startProgram(data, port);
      await started.stop();
      return started.readyMs / 1000;
    };
    const first = await start();
    const warm: number[] = [];
    for (let i = 0; i < TIMES; i++) warm.push(await start());
    warm.sort((a, b) => a - b);
    return {
      title: 'Start-up',
      rows: [
        { what: 'until ready, first time', value: first, unit: 's', target: '< 30 s' },
        { what: 'until ready, warm folder, median', value: warm[Math.floor(TIMES / 2)]!, unit: 's', target: '< 5 s' },
        { what: 'until ready, warm folder, slowest', value: warm.at(-1)!, unit: 's', target: '< 5 s' },
      ],
      settings: { 'warm starts': TIMES, without: 'npm and the build' },
    };
  } finally {
    await removeDataFolder(data);
  }
}
