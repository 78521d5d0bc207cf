import { writeSync } from 'node:fs';
import { openEngine } from '..';
import { sample } from './samples';

/**
 * Appends without end and says each acknowledged append on stdout, one line `stream revision position count` each, after the
 * disk confirmed it. `appender <folder> <in flight> <segment bytes>`; ends with code 3 when the log takes no more.
 */
const [, , folder = '', inFlight = '8', segmentBytes = '65536'] = process.argv;
// Past a file-size limit the kernel sends this signal beside the error; without a listener it would end the process.
process.on('SIGXFSZ', () => undefined);

async function main(): Promise<void> {
  const engine = await openEngine({
    folder,
    segmentBytes: Number(segmentBytes),
    preallocateBytes: 16_384,
    memtableEntries: 200,
    mergeFanIn: 3,
  });
  writeSync(1, `open ${engine.tail}\n`);
  await Promise.all(Array.from({ length: Number(inFlight) }, (_, writer) => appendForEver(writer)));

  async function appendForEver(writer: number): Promise<void> {
    const stream = `writer-${writer}`;
    for (let i = 0; ; i++) {
      const first = (engine.lastRevision(stream) ?? -1) + 1;
      const count = 1 + (i % 4);
      const records = Array.from({ length: count }, (_, k) =>
        sample(stream, first + k, { type: `part-${k + 1}-of-${count}`, bytes: 20 + ((i * 37) % 700) }),
      );
      const receipt = engine.append(records);
      await receipt.durable;
      writeSync(1, `${stream} ${first} ${receipt.positions[0]} ${count}\n`);
    }
  }
}

main().catch((error: unknown) => {
  writeSync(1, `refused ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
});
