import { FilterRule } from '../filter';

export const STRATEGIES = ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** How a group treats its messages; the names and measures are EventStoreDB's. */
export interface GroupSettings {
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0 for any number. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: Strategy;
}

/** What a group reads: a stream, or `$all` through a filter. */
export type GroupSource =
  { readonly kind: 'stream'; readonly stream: string } | { readonly kind: 'all'; readonly filter: FilterRule | undefined };

export interface GroupConfig {
  readonly source: GroupSource;
  readonly group: string;
  /** First revision or position to deliver, or the end as it is when the group starts. */
  readonly start: number | 'end';
  readonly settings: GroupSettings;
}

export const ALL = '$all';
export const sourceName = (source: GroupSource): string => (source.kind === 'all' ? ALL : source.stream);
export const groupKey = (source: string, group: string): string => `${source}::${group}`;

/** Streams in which a group keeps what must survive a restart. */
export const checkpointStreamOf = (key: string): string => `$persistentsubscription-${key}-checkpoint`;
export const parkedStreamOf = (key: string): string => `$persistentsubscription-${key}-parked`;

/** Progress in the notation of the checkpoint stream and of the client's statistics. -1 stands for the end. */
export function formatProgress(source: GroupSource, at: number): string {
  return source.kind === 'all' ? `C:${at}/P:${at}` : String(at);
}

export function parseProgress(text: string): number | undefined {
  const match = /^(?:C:(-?\d+)\/P:-?\d+|(-?\d+))$/.exec(text);
  return match ? Number(match[1] ?? match[2]) : undefined;
}
