import { ANY } from '../expected-revision';
import { FilterRule } from '../filter';
import { StreamReader } from '../reader';
import { systemJsonEvent } from '../system-event';
import { StreamWriter, Written } from '../writer';
import { ALL, GroupConfig, STRATEGIES, formatProgress, parseProgress, sourceName } from './config';
import { newestJson } from './kept-progress';

const CONFIG_STREAM = '$persistentSubscriptionConfig';
const END = -1;

/** A group as the newest event of `$persistentSubscriptionConfig` keeps it; the names are EventStoreDB's. */
interface KeptGroup {
  readonly stream: string;
  readonly group: string;
  readonly filter: FilterRule | null;
  readonly startPosition: string;
  readonly resolveLinkTos: boolean;
  readonly extraStatistics: boolean;
  readonly messageTimeout: number;
  readonly maxRetryCount: number;
  readonly checkPointAfter: number;
  readonly minCheckPointCount: number;
  readonly maxCheckPointCount: number;
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly namedConsumerStrategy: string;
}

/** Writes all groups; the answer to whoever changed one waits for it. */
export function writeConfig(writer: StreamWriter, groups: readonly GroupConfig[]): Written {
  const data = { version: '2', updated: new Date().toISOString(), updatedBy: 'system', entries: groups.map(toKept) };
  const result = writer.append(CONFIG_STREAM, ANY, [systemJsonEvent('$PersistentConfig', data)]);
  if (result.kind !== 'written') throw new Error(`${CONFIG_STREAM} can't be written: ${result.kind}`);
  return result;
}

export function readConfig(reader: StreamReader): GroupConfig[] {
  const kept = newestJson(reader, CONFIG_STREAM) as { readonly entries?: readonly KeptGroup[] } | undefined;
  return (kept?.entries ?? []).map(fromKept);
}

function toKept({ source, group, start, settings }: GroupConfig): KeptGroup {
  return {
    stream: sourceName(source),
    group,
    filter: (source.kind === 'all' && source.filter) || null,
    startPosition: formatProgress(source, start === 'end' ? END : start),
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeoutMs,
    maxRetryCount: settings.maxRetryCount,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    liveBufferSize: settings.liveBufferSize,
    readBatchSize: settings.readBatchSize,
    historyBufferSize: settings.historyBufferSize,
    namedConsumerStrategy: settings.strategy,
  };
}

function fromKept(kept: KeptGroup): GroupConfig {
  const start = parseProgress(kept.startPosition);
  return {
    source: kept.stream === ALL ? { kind: 'all', filter: kept.filter ?? undefined } : { kind: 'stream', stream: kept.stream },
    group: kept.group,
    start: start === undefined || start === END ? 'end' : start,
    settings: {
      resolveLinks: kept.resolveLinkTos,
      extraStatistics: kept.extraStatistics,
      messageTimeoutMs: kept.messageTimeout,
      maxRetryCount: kept.maxRetryCount,
      checkpointAfterMs: kept.checkPointAfter,
      minCheckpointCount: kept.minCheckPointCount,
      maxCheckpointCount: kept.maxCheckPointCount,
      maxSubscriberCount: kept.maxSubscriberCount,
      liveBufferSize: kept.liveBufferSize,
      readBatchSize: kept.readBatchSize,
      historyBufferSize: kept.historyBufferSize,
      strategy: STRATEGIES.find((strategy) => strategy === kept.namedConsumerStrategy) ?? 'RoundRobin',
    },
  };
}
