import { ClassStanding, KeepingState, keepingStates, standingsOf } from '@hjemmel/contexts/retention/due/due';
import type { HeldInLog } from './held-in-log';

/** Persons whose data of one class goes on one day under one rule. */
export interface DueLine {
  /** Last day on which it may be kept; absent where no day is known. */
  readonly until?: string;
  readonly state: KeepingState;
  readonly rule?: string;
  readonly ruleVersion?: number;
  readonly trigger?: string;
  readonly retentionClass: string;
  readonly assumed?: true;
  readonly persons: number;
}

export type Counts = Readonly<Record<KeepingState, number>>;

export interface Account {
  /** By day, what has none last. */
  readonly lines: readonly DueLine[];
  /** Retention classes of persons, by state: what a run at that instant counts. */
  readonly counts: Counts;
  readonly persons: number;
}

/** What the log says goes when, as of an instant. */
export function accountOf({ held, norms }: HeldInLog, at: Date): Account {
  const lines = new Map<string, DueLine>();
  const counts = Object.fromEntries(keepingStates.map((state) => [state, 0])) as Record<KeepingState, number>;
  let persons = 0;
  for (const person of held) {
    const standings = standingsOf(person, norms, at);
    if (standings.length > 0) persons++;
    for (const standing of standings) {
      counts[standing.state]++;
      const name = JSON.stringify([standing.until, standing.rule, standing.ruleVersion, standing.retentionClass, standing.state]);
      const known = lines.get(name);
      lines.set(name, known ? { ...known, persons: known.persons + 1 } : lineOf(standing));
    }
  }
  return { lines: [...lines.values()].sort(byDay), counts, persons };
}

const lineOf = ({ activity: _, customer: __, overAt: ___, ...standing }: ClassStanding): DueLine => ({ ...standing, persons: 1 });

const byDay = (a: DueLine, b: DueLine): number => {
  const [one, other] = [a, b].map(({ until = '~', rule = '', retentionClass }) => `${until} ${rule} ${retentionClass}`) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
};
