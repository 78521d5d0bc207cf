/** One figure, with what it is measured against. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the design asks for. */
  readonly target?: string;
  /** The peer or the machine's limit, measured in the same run. */
  readonly beside?: string;
}

export interface BenchTable {
  readonly title: string;
  readonly rows: readonly BenchRow[];
  readonly settings: Readonly<Record<string, string | number>>;
}
