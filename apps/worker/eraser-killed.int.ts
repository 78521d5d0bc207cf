import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindsOfEvents, startErasing, Erasing } from './testing/erasing';
import type { EraserProcess } from './testing/eraser-process';

jest.setTimeout(300_000);

let erasing: Erasing;
beforeAll(async () => {
  erasing = await startErasing();
});
afterAll(() => erasing.stop());

/** Compiled, since it is a program of its own: `npm run build` comes before the tests. */
const program = join(process.cwd(), 'dist/apps/worker/testing/eraser-process.js');

/** Runs an eraser until it is killed, or has nothing to do. @returns how it ended */
async function anEraser(mail: 'deadly' | 'harmless'): Promise<string> {
  await erasing.seen();
  const told: EraserProcess = {
    log: erasing.api.log.connectionString,
    workerUrl: erasing.api.urls.worker,
    eraserUrl: erasing.api.urls.eraser,
    outbox: join(erasing.data, 'outbox'),
  };
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    env: { ...process.env, ERASER_PROCESS: JSON.stringify(told), ERASER_MAIL: mail },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(String(signal ?? code))));
}

it('an eraser that is killed after each single thing it does is found again: every step once, nothing half-open', async () => {
  const { cardHolders } = await erasing.order();
  const person = cardHolders[0]!;
  await erasing.disclose(person, 'arbeidstilsynet', 'AT-1');
  await erasing.cardIssued(person);
  const { erasureId } = (await erasing.ask(person)).body as { erasureId: string };
  const ends: string[] = [];
  // A message that was handed over and not recorded is handed over again: it dies there once, and then tells.
  const sent = async () => (await readdir(join(erasing.data, 'outbox')).catch(() => [])).length;
  while (ends.at(-1) !== '0' && ends.length < 30) ends.push(await anEraser((await sent()) === 0 ? 'deadly' : 'harmless'));
  expect(ends.slice(0, -1).every((end) => end === 'SIGKILL')).toBe(true);
  expect(ends.length).toBeGreaterThanOrEqual(11);
  expect(await erasing.types(`erasure-${erasureId}`)).toEqual([
    'ErasureDecided',
    'KeysDestroyed',
    'BlobsDeleted',
    'BlindIndexesRemoved',
    'TablesRescanned',
    'RecipientInformed',
    'RecipientsNotified',
    'BackupExpiryScheduled',
  ]);
  expect(kindsOfEvents(await erasing.ledger(person)).filter((kind) => kind === 'DataErased')).toHaveLength(1);
  const keys = await erasing.parts.keys.keysOf(person);
  expect(keys.map(({ retentionClass }) => retentionClass)).toEqual(['contact', 'national-id', 'photo']);
  expect(keys.every(({ destroyedAt }) => destroyedAt !== null)).toBe(true);
  const [destroyed] = await erasing.events(`erasure-${erasureId}`, 'KeysDestroyed');
  expect((destroyed!['keys'] as { keyId: string }[]).map(({ keyId }) => keyId).sort()).toEqual(keys.map(({ keyId }) => keyId).sort());
  expect(destroyed).toMatchObject({ left: { blindIndexes: { 'national-id': 1 } } });
  expect(await erasing.events(`erasure-${erasureId}`, 'BlindIndexesRemoved')).toMatchObject([{ byKind: { 'national-id': 1 } }]);
  expect(await erasing.parts.keys.lookUpsOf(person, ['contact', 'national-id'])).toEqual({});
  expect(await sent()).toBe(1);
});
