/** How far a read model has come. */
export interface ReadModelState {
  readonly model: string;
  readonly version: number;
  /** Position of the log that its rows include, or -1n at the beginning. */
  readonly position: bigint;
  readonly updatedAt: Date;
}

/** What the program must reach to do its work. Each probe fails or answers; how long it may take is bounded here. */
export interface Probes {
  /** Position of the last event in the log; undefined where it is empty. */
  lastPosition(): Promise<bigint | undefined>;
  /** Also says whether Postgres can be reached. */
  readModels(): Promise<readonly ReadModelState[]>;
}

export const PROBES = Symbol('PROBES');

export interface Readiness {
  readonly ready: boolean;
  readonly log: { readonly reachable: boolean; readonly position?: string };
  readonly postgres: { readonly reachable: boolean };
  readonly readModels: readonly {
    readonly model: string;
    readonly version: number;
    readonly position: string;
    /** Distance to the end of the log, in positions (bytes of the log); 0 where it has caught up. Missing where the log can't be reached. */
    readonly lag?: string;
    readonly updatedAt: string;
  }[];
}

const ANSWER_WITHIN_MS = 2_000;

/** Ready means that log, Postgres and checkpoints are in reach; how far the read models are behind is told, not judged. */
export async function readiness(probes: Probes, answerWithinMs = ANSWER_WITHIN_MS): Promise<Readiness> {
  const [log, models] = await Promise.allSettled([
    within(probes.lastPosition(), answerWithinMs),
    within(probes.readModels(), answerWithinMs),
  ]);
  const last = log.status === 'fulfilled' ? (log.value ?? -1n) : undefined;
  return {
    ready: log.status === 'fulfilled' && models.status === 'fulfilled',
    log: { reachable: last !== undefined, ...(last !== undefined && last >= 0n && { position: String(last) }) },
    postgres: { reachable: models.status === 'fulfilled' },
    readModels: (models.status === 'fulfilled' ? models.value : []).map(({ model, version, position, updatedAt }) => ({
      model,
      version,
      position: String(position),
      ...(last !== undefined && { lag: String(last > position ? last - position : 0n) }),
      updatedAt: updatedAt.toISOString(),
    })),
  };
}

async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
