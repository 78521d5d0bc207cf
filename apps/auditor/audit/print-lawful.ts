import { OperatorError } from '@hjemmel/host';
import { systemClock } from '@hjemmel/kernel';
import { LogOptions, withLog } from '../log-address';
import { tableLines } from '../table';
import { hasColour, Progress, tableWidth } from '../terminal';
import type { Finding } from './findings';
import { Account, auditLawful } from './lawful';
import { openPositions } from './positions';
import { pseudonymOf } from '../pseudonym';
import { driftRow, findingRow } from './rows';
import { english, norwegian, Texts } from './texts';
import { Window, windowOf } from './window';

export interface LawfulOptions extends LogOptions {
  readonly person?: string;
  readonly from?: string;
  readonly until?: string;
  readonly positions?: string;
  readonly json?: true;
  readonly nb?: true;
}

/** Of a log that is wrong throughout, this many findings are shown and the others counted; JSON gives all. */
const SHOWN = 1_000;

/** @throws OperatorError where there is a violation, after it was printed; or the person is not known, or the log can't be read */
export async function printLawful(options: LawfulOptions): Promise<void> {
  const window = windowOf(options);
  const person = options.person === undefined ? undefined : pseudonymOf(options.person);
  const positions = options.positions === undefined ? undefined : openPositions(options.positions);
  const found = new Collected(options.json ? printed : undefined);
  const progress = new Progress('replaying the log');
  const account = await withLog(options, async (log, end = -1n) => {
    try {
      const scope = { ...window, ...(person !== undefined && { person }), ...(positions && { positionOf: positions.positionOf }) };
      return await auditLawful(log, { ...scope, end, now: systemClock.now(), onFinding: found.add, onProgress: progress.report });
    } finally {
      progress.stop();
      positions?.close();
    }
  });
  if (!account.isKnown) throw new OperatorError('the log knows no such data subject');
  const texts = options.nb ? norwegian : english;
  const lines = options.json ? [...jsonLines(account, found, window)] : tables(account, found, { window, person, texts });
  process.stdout.write(`${lines.join('\n')}\n`);
  if (found.violations > 0) throw new OperatorError(texts.failed(found.violations));
}

const printed = (finding: Finding): void => void process.stdout.write(`${JSON.stringify({ line: 'finding', ...finding })}\n`);

class Collected {
  private readonly shown: Finding[] = [];
  readonly byKind: Record<string, number> = {};
  violations = 0;
  notices = 0;

  constructor(private readonly tell: ((finding: Finding) => void) | undefined) {}

  readonly add = (finding: Finding): void => {
    if (finding.severity === 'violation') this.violations++;
    else this.notices++;
    this.byKind[finding.kind] = (this.byKind[finding.kind] ?? 0) + 1;
    if (this.tell) this.tell(finding);
    else if (this.shown.length < SHOWN) this.shown.push(finding);
  };

  /** Some are found only at the end of the log; they stand where their event does. */
  inOrder(): Finding[] {
    return this.shown.toSorted((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
  }
}

function* jsonLines({ counts, drift }: Account, { violations, notices, byKind }: Collected, { from, until }: Window): Generator<string> {
  for (const one of drift) yield JSON.stringify({ line: 'drift', severity: 'drift', ...one });
  const within = { ...(from && { from: from.toISOString() }), ...(until && { until: until.toISOString() }) };
  yield JSON.stringify({
    line: 'summary',
    lawful: violations === 0,
    violations,
    notices,
    drift: drift.length,
    byKind,
    ...counts,
    ...within,
  });
}

interface Shown {
  readonly window: Window;
  readonly person: string | undefined;
  readonly texts: Texts;
}

function tables({ counts, drift }: Account, found: Collected, { window, person, texts }: Shown): string[] {
  const options = { width: tableWidth(), colour: hasColour() };
  const cells = texts.counts(counts, window).map((row) => row.map((text) => ({ text })));
  const rows = found.inOrder().map((finding) => findingRow(finding, texts));
  const drifts = drift.map((one) => driftRow(one, texts));
  const more = found.violations + found.notices - rows.length;
  return [
    texts.title(person),
    '',
    ...tableLines(texts.countHeadings, cells, options),
    ...(rows.length > 0 ? ['', ...tableLines(texts.headings, rows, options)] : []),
    ...(more > 0 ? [texts.more(more)] : []),
    ...(drifts.length > 0 ? ['', texts.driftTitle, ...tableLines(texts.driftHeadings, drifts, options)] : []),
    '',
    texts.verdict({ ...counts, violations: found.violations, notices: found.notices }),
  ];
}
