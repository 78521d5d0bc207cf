import { Query } from '@nestjs/cqrs';
import type { RetentionRunRow } from '../retention-runs.read-model';

export interface RunPlace {
  readonly since: string;
  readonly runId: string;
}

export interface RunPage {
  readonly items: readonly RetentionRunRow[];
  readonly next: RunPlace | undefined;
}

/** The newest first. */
export class ListRetentionRuns extends Query<RunPage> {
  constructor(readonly page: { readonly limit: number; readonly behind: RunPlace | undefined }) {
    super();
  }
}

export class GetRetentionRun extends Query<RetentionRunRow> {
  constructor(readonly runId: string) {
    super();
  }
}
