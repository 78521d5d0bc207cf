import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../engine';
import { LogEngine } from '../../engine/contract';
import { CommitFeed } from '../commit-feed';
import { MetadataViews } from '../metadata-views';
import { StreamReader } from '../reader';
import { StreamWriter } from '../writer';

/** The rules on a real engine in a folder of its own, without the wire. */
export interface OpenedLog {
  readonly engine: LogEngine;
  readonly feed: CommitFeed;
  readonly reader: StreamReader;
  readonly writer: StreamWriter;
  /** Closes it and removes its folder. */
  close(): Promise<void>;
}

export async function openLog(): Promise<OpenedLog> {
  const folder = mkdtempSync(join(tmpdir(), 'hjemmel-log-'));
  const engine = await openEngine({ folder });
  const metadata = new MetadataViews(engine);
  const feed = new CommitFeed(engine);
  const reader = new StreamReader(engine, metadata);
  const writer = new StreamWriter(engine, metadata, reader);
  return {
    engine,
    feed,
    reader,
    writer,
    async close() {
      feed.close();
      metadata.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
