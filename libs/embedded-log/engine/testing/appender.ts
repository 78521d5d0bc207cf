import { writeSync } from 'node:fs';
import { LogReadOnly, openEngine } from '..';
import { readEverything, sample } from './samples';

/**
 * Appends without end and says each acknowledged append on stdout, after the disk confirmed it: one line
 * `stream revision position count` each. `appender <folder> <in flight> <segment bytes> [patient]`.
 *
 * When the log takes no more it says `full <readable records> <reason>` and tries again if it is patient; else it ends.
 */
const [, , folder = '', inFlight = '8', segmentBytes = '65536', manner = ''] = process.argv;
const RETRY_MS = 10;
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
  await Promise.all(Array.from({ length: Number(inFlight) }, (_, writer) => appendForEver(`writer-${writer}`)));

  async function appendForEver(stream: string): Promise<void> {
    for (let i = 0; ; i++) {
      const first = (engine.lastRevision(stream) ?? -1) + 1;
      const count = 1 + (i % 4);
      const bytes = 20 + ((i * 37) % 700);
      const records = Array.from({ length: count }, (_, k) => sample(stream, first + k, { type: `part-${k + 1}-of-${count}`, bytes }));
      try {
        const receipt = engine.append(records);
        await receipt.durable;
        writeSync(1, `${stream} ${first} ${receipt.positions[0]} ${count}\n`);
      } catch (error) {
        if (!(error instanceof LogReadOnly)) throw error;
        writeSync(1, `full ${readEverything(engine).length} ${error.reason}\n`);
        if (manner !== 'patient') process.exit(3);
        await new Promise((settle) => setTimeout(settle, RETRY_MS));
      }
    }
  }
}

main().catch((error: unknown) => {
  writeSync(1, `refused ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
});
