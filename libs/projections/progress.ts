/**
 * `running`: applies events as they come. `retrying`: Postgres or the log can't be reached, it goes on from its checkpoint. `failed`: an
 * event could not be applied; the model stands before it. `superseded`: a newer version of the model took its place.
 */
export type ModelState = 'running' | 'retrying' | 'failed' | 'superseded';

/** The event that a model can't digest. No personal data: not what the error said, not the event's data. */
export interface ModelFailure {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  /** Class or code of the error. */
  readonly error: string;
  /** Function, file and line. */
  readonly place: string | undefined;
}

export interface ModelProgress {
  readonly model: string;
  readonly version: number;
  readonly state: ModelState;
  /** Commit position up to and including which every event is in the table; -1n at the beginning. */
  readonly position: bigint;
  /** Whether the model has seen the end of the log; else it is catching up and the lag is at least what is told. */
  readonly live: boolean;
  /** Events that concern the model, have arrived and are not in the table. */
  readonly lagEvents: number;
  /** Age of the oldest event that the model has not got to, in seconds; undefined as long as none is known. */
  readonly lagSeconds: number | undefined;
  readonly failure?: ModelFailure;
}

/** One transaction that moved a model. */
export interface BatchProgress {
  readonly model: string;
  readonly position: bigint;
  /** Events of types that the model handles. */
  readonly events: number;
  /** Rows written or deleted. */
  readonly rows: number;
  readonly milliseconds: number;
}
