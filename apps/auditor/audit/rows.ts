import type { Cell } from '../table';
import type { Finding } from './findings';
import type { Drift } from './observed';
import type { Texts } from './texts';

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });

/** A finding as a line of the table: when, what, where, what the rules give, what is recorded, and the law. */
export function findingRow(finding: Finding, { kinds }: Texts): Cell[] {
  const { kind, severity, stream, revision, subjectId, recordedAt, expected = '', recorded = '', law } = finding;
  const person = subjectId === undefined || stream.endsWith(subjectId) ? '' : `, ${shortened(subjectId)}`;
  return [
    { text: clock.format(new Date(recordedAt)) },
    { text: kinds[kind], tone: severity === 'violation' ? 'bad' : 'notable' },
    { text: `${shortened(stream)}@${revision}${person}` },
    { text: shortened(expected) },
    { text: shortened(recorded) },
    { text: law },
  ];
}

export const driftRow = ({ activity, title, kind, names }: Drift, { drift, activityTitle }: Texts): Cell[] => [
  { text: activity },
  { text: drift[kind], tone: 'quiet' },
  { text: kind === 'activity' ? activityTitle(title) : names.join(', ') },
];

/** Pseudonyms, ids and hashes are long; eight digits tell one from the others of a report. JSON gives them whole. */
const shortened = (text: string): string =>
  text.replaceAll(/[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => `${id.slice(0, 8)}…`);
