import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { errorCode, syncFolder } from '@hjemmel/host';
import { IndexDamaged } from './table-format';

const FILE = 'manifest';
const VERSION = 1;

export interface TableEntry {
  /** Names the pair of files. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Which tables make up the index, oldest first; together they cover the log from 0 to the last one's `to`. */
export interface Manifest {
  readonly hashTag: number;
  readonly nextId: number;
  readonly tables: readonly TableEntry[];
}

/** @throws IndexDamaged where the file is there and not whole; undefined where there is none */
export function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [body = '', sum] = text.split('\n');
  if (sum !== checksumOf(body)) throw new IndexDamaged(path, 0, 'the list of index tables does not match its checksum');
  const { version, ...manifest } = JSON.parse(body) as Manifest & { version: number };
  if (version !== VERSION) throw new IndexDamaged(path, 0, `the list of index tables has version ${version}`);
  return manifest;
}

/** Replaces the list in one step; on disk when the promise settles. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, FILE);
  const body = JSON.stringify({ version: VERSION, ...manifest });
  const handle = await open(`${path}.tmp`, 'w');
  try {
    await handle.writeFile(`${body}\n${checksumOf(body)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.tmp`, path);
  await syncFolder(folder);
}

function checksumOf(body: string): string {
  return crc32(Buffer.from(body)).toString(16).padStart(8, '0');
}
