import { admit, Ground, questionOf, RequestedUse, RULES_VERSION, Standing, Verdict } from '@hjemmel/admission';
import type { Judged } from '@hjemmel/contexts/data-subjects/events';
import type { Recorded } from '@hjemmel/kernel';
import type { Found, Kind } from './findings';
import { KnownOf, NormHistory, normsFor } from './norm-history';
import { differingPaths, isSame, shownAt } from './same';

/** A use as it was put to the rules, and where the person stood. */
export interface Put {
  readonly standing: Standing;
  readonly use: RequestedUse;
}

/** A verdict as the log tells it. A record of reading does not say which statement was in force where it withholds. */
export type Outcome =
  | { readonly admitted: true; readonly ground: Ground }
  | (Pick<Refused, 'rule' | 'legal'> & { readonly admitted: false; readonly cited?: Pick<Refused, 'statement'> });

type Refused = Extract<Verdict, { admitted: false }>;

/** What follows the log needs a moment to learn of a change; who has not learned of it after so long decides on what is gone. */
const LEARNS_WITHIN_MS = 5_000;

/** Puts recorded uses to the rules once more, against what was known then. */
export class Judge {
  constructor(
    private readonly norms: NormHistory,
    /** Position in this log of one that an event names: another one where the log was copied from elsewhere. */
    private readonly positionOf: (named: bigint, at: bigint) => bigint = (named) => named,
  ) {}

  /** Rules of another version can't be applied: such a verdict is counted and not judged. */
  canJudge({ rules = 1 }: Judged): boolean {
    return rules === RULES_VERSION;
  }

  /** Position in this log of what an event names; before all others where it names none. */
  positionIn(knownUpTo: string, at: bigint): bigint {
    const named = positionNamed({ knownUpTo });
    return named === undefined ? -1n : this.positionOf(named, at);
  }

  /** What is wrong with a verdict; nothing where the rules give the very same. */
  faultOf(put: Put, recorded: Outcome, by: Judged, at: Recorded): Omit<Found, 'subjectId'> | undefined {
    const { controller } = put.standing;
    const instant = new Date(at.metadata.decidedAt);
    const named = positionNamed(by);
    if (named === undefined) return { kind: 'cites-not-in-force', expected: 'a position', recorded: `knownUpTo ${by.knownUpTo ?? '–'}` };
    const knownUpTo = this.positionOf(named, at.position);
    if (knownUpTo >= at.position)
      return { kind: 'cites-not-in-force', expected: `knownUpTo before ${at.position}`, recorded: `knownUpTo ${knownUpTo}` };
    const known = this.norms.upTo(knownUpTo, controller);
    const difference = differenceOf(verdictOf(put, known, knownUpTo, instant), recorded);
    if (difference) return difference;
    const learned = this.norms.upToOrBy(knownUpTo, instant.getTime() - LEARNS_WITHIN_MS, at.position, controller);
    if (learned.known === known.known && learned.agreement === known.agreement) return undefined;
    const late = differenceOf(verdictOf(put, learned, knownUpTo, instant), recorded);
    return late && { ...late, kind: 'cites-not-in-force', recorded: `${late.recorded}; knownUpTo ${knownUpTo}` };
  }

  /** What the rules say of a use by what was known, or where nothing is said of that, by what stands before the event. */
  verdict(put: Put, by: Judged, at: Recorded): Verdict {
    const named = positionNamed(by);
    const knownUpTo = named === undefined ? at.position - 1n : this.positionOf(named, at.position);
    return verdictOf(put, this.norms.upTo(knownUpTo, put.standing.controller), knownUpTo, new Date(at.metadata.decidedAt));
  }
}

function verdictOf({ standing, use }: Put, known: KnownOf, knownUpTo: bigint, instant: Date): Verdict {
  return admit(questionOf(normsFor(known, standing.controller, knownUpTo, instant), standing, use, instant));
}

/** `-1` where nothing was known; undefined where it is no position. */
function positionNamed({ knownUpTo = '' }: Judged): bigint | undefined {
  return /^(-1|\d{1,19})$/.test(knownUpTo) ? BigInt(knownUpTo) : undefined;
}

function differenceOf(expected: Verdict, recorded: Outcome): Required<Pick<Found, 'kind' | 'recorded' | 'expected'>> | undefined {
  if (!recorded.admitted) return differenceOfRefusal(expected, recorded);
  if (!expected.admitted) return { kind: 'verdict-differs', expected: said(expected), recorded: 'admitted', ...lawOf(expected) };
  const paths = differingPaths(expected.ground, recorded.ground);
  if (paths.length === 0) return undefined;
  const kind: Kind = paths.every((path) => path === 'activityVersion' || path.startsWith('statement'))
    ? 'cites-not-in-force'
    : 'ground-differs';
  return { kind, expected: shownAt(expected.ground, paths), recorded: shownAt(recorded.ground, paths) };
}

function differenceOfRefusal(expected: Verdict, recorded: Extract<Outcome, { admitted: false }>): ReturnType<typeof differenceOf> {
  if (expected.admitted || expected.rule !== recorded.rule || expected.legal !== recorded.legal)
    return { kind: 'refusal-differs', expected: said(expected), recorded: said(recorded) };
  const { cited } = recorded;
  if (!cited || isSame(expected.statement, cited.statement)) return undefined;
  return { kind: 'cites-not-in-force', expected: shownAt(expected, ['statement']), recorded: shownAt(cited, ['statement']) };
}

const lawOf = ({ legal }: Refused): { readonly law: string } => ({ law: legal });

const said = (verdict: Verdict | Outcome): string => (verdict.admitted ? 'admitted' : `refused: ${verdict.rule}, ${verdict.legal}`);

/** The ground that an event holds beside other things. */
export const groundIn = ({
  activity,
  activityVersion,
  purpose,
  role,
  controller,
  categories,
  basis,
  statement,
  agreement,
  recipient,
  exception,
}: Ground): Ground => ({
  activity,
  activityVersion,
  purpose,
  role,
  controller,
  categories,
  basis,
  statement,
  ...(agreement !== undefined && { agreement }),
  ...(recipient && { recipient }),
  ...(exception && { exception }),
});
