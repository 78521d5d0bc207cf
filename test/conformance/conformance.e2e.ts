import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedLog } from '@hjemmel/embedded-log';

/** Scenarios mostly wait, so several topics run at a time, each against a log of its own: some look at all of `$all`. */
const AT_ONCE = 5;
const REPLAY = join(__dirname, 'replay.mjs');
const SCENARIOS = join(__dirname, 'recordings', 'scenarios');
const RECORDING = join(__dirname, 'recordings', 'recording.json');

interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly { readonly scenario: string; readonly steps?: readonly unknown[] }[];
}

interface Topic {
  readonly topic: string;
  readonly scenarios: readonly unknown[];
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hjemmel-conformance-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the unmodified client gets from the embedded log what it got from EventStoreDB', async () => {
  const topics = readdirSync(SCENARIOS).map((file) => JSON.parse(readFileSync(join(SCENARIOS, file), 'utf8')) as Topic);
  // The longest first, so that none is left running alone.
  const waiting = topics.sort((a, b) => b.scenarios.length - a.scenarios.length).map(({ topic }) => topic);
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let topic = waiting.shift(); topic !== undefined; topic = waiting.shift()) results.push(await replay(topic));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const failures = results.flatMap((result) => result.failures);
  expect(failures).toEqual([]);
  const { outcomes } = JSON.parse(readFileSync(RECORDING, 'utf8')) as { outcomes: Record<string, unknown> };
  expect(results.reduce((sum, { passed }) => sum + passed, 0)).toBe(Object.keys(outcomes).length);
}, 180_000);

async function replay(topic: string): Promise<Result> {
  const log = await startEmbeddedLog({ folder: join(folder, topic) });
  const json = join(folder, `${topic}.json`);
  try {
    await new Promise<void>((resolve) => {
      // It exits 1 where a scenario differs, and says which in the file.
      execFile(process.execPath, [REPLAY, log.connectionString, '--only', `${topic}/`, '--quiet', '--json', json], () => resolve());
    });
    return JSON.parse(readFileSync(json, 'utf8')) as Result;
  } finally {
    await log.close();
  }
}
