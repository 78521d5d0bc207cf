import type { ClassStanding } from '@hjemmel/contexts/retention/due/due';
import { standingsOf } from '@hjemmel/contexts/retention/due/due';
import { instantAsked } from '@hjemmel/contexts/retention/due/asked-at';
import { OperatorError } from '@hjemmel/host';
import { pseudonymOf } from '../pseudonym';
import { LogOptions, withLog } from '../log-address';
import { Cell, tableLines } from '../table';
import { hasColour, Progress, tableWidth } from '../terminal';
import { Account, accountOf, DueLine } from './account';
import { HeldInLog, heldInLog } from './held-in-log';
import { english, norwegian, Texts } from './texts';

export interface DueOptions extends LogOptions {
  readonly at?: string;
  readonly person?: string;
  readonly json?: true;
  readonly nb?: true;
}

/** @throws OperatorError where what is asked for makes no sense, the person is not known, or the log can't be read */
export async function printDue(options: DueOptions): Promise<void> {
  const at = atOf(options);
  const subjectId = options.person === undefined ? undefined : pseudonymOf(options.person);
  const found = await withLog(options, async (log, end = -1n) => {
    const progress = new Progress('reading the log');
    try {
      return await heldInLog(log, subjectId, end, progress.report);
    } finally {
      progress.stop();
    }
  });
  const lines = subjectId === undefined ? everybody(accountOf(found, at), at, options) : person(found, subjectId, at, options);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function everybody(account: Account, at: Date, { json, nb }: DueOptions): string[] {
  const texts = nb ? norwegian : english;
  if (json) {
    const { counts, persons } = account;
    return [...account.lines, { at: at.toISOString(), persons, counts }].map((line) => JSON.stringify(line));
  }
  if (account.persons === 0) return [texts.nothing];
  const rows = account.lines.map((line) => rowOf(line, String(line.persons), texts));
  return [texts.title(clock.format(at)), '', ...table(texts.headings, rows), '', texts.counts(account), texts.deferrals];
}

function person({ held: [held], norms }: HeldInLog, subjectId: string, at: Date, { json, nb }: DueOptions): string[] {
  if (!held) throw new OperatorError('the log knows no such data subject');
  const texts = nb ? norwegian : english;
  const standings = standingsOf(held, norms, at);
  if (json) return standings.map((standing) => JSON.stringify({ subjectId, at: at.toISOString(), ...standing }));
  if (standings.length === 0) return [texts.nothing];
  const rows = standings.map((standing) => rowOf(standing, because(standing), texts));
  return [texts.personTitle(subjectId, clock.format(at)), '', ...table(texts.personHeadings, rows), '', texts.deferrals];
}

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });

const table = (headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] =>
  tableLines(headings, rows, { width: tableWidth(), colour: hasColour() });

type Told = Pick<DueLine, 'until' | 'rule' | 'ruleVersion' | 'retentionClass' | 'state' | 'assumed'>;

function rowOf({ until = '–', rule = '–', ruleVersion, retentionClass, state, assumed }: Told, fourth: string, texts: Texts): Cell[] {
  const version = ruleVersion === undefined ? '' : `/${ruleVersion}`;
  const tone = toneOf(state);
  return [
    { text: until },
    { text: `${rule}${version}${assumed ? ` (${texts.assumed})` : ''}` },
    { text: retentionClass },
    { text: fourth },
    { text: texts.state[state], ...(tone && { tone }) },
  ];
}

function toneOf(state: DueLine['state']): Cell['tone'] {
  if (state === 'due' || state === 'no-rule' || state === 'refused-no-length') return 'bad';
  return state === 'waiting-for-confirmation' ? 'notable' : undefined;
}

const because = ({ activity, customer, trigger }: ClassStanding): string =>
  [activity, customer, trigger].filter((part) => part !== undefined).join(', ');

function atOf({ at }: DueOptions): Date {
  if (at === undefined) return new Date();
  const instant = instantAsked(at);
  if (!instant) throw new OperatorError('--at must be a day (YYYY-MM-DD) or an instant with its offset (2030-01-01T00:00:00Z)');
  return instant;
}
