import { writeSync } from 'node:fs';
import { openEngine } from '..';
import { APPENDER_OPTIONS } from './acknowledged';

/**
 * Removes ever more records: `compactor <folder> <first round>`. In round r it removes those whose revision leaves r when
 * divided by {@link ROUNDS}. Says `begins r` before and `done r` after each round.
 */
export const ROUNDS = 20;

export const goneAfter = (revision: number, rounds: number): boolean => revision % ROUNDS < rounds;

async function main(folder: string, firstRound: number): Promise<void> {
  const engine = await openEngine({ folder, ...APPENDER_OPTIONS });
  for (let round = firstRound; round < ROUNDS; round++) {
    writeSync(1, `begins ${round}\n`);
    await engine.compact(({ revision }) => goneAfter(revision, round + 1));
    writeSync(1, `done ${round}\n`);
  }
  await engine.close();
}

if (require.main === module) void main(process.argv[2] ?? '', Number(process.argv[3]));
