import type { KeepingState } from '@hjemmel/contexts/retention/due/due';
import type { Account } from './account';

/** The words of the tables in one language. Ids of rules and classes are shown as they are. */
export interface Texts {
  readonly headings: readonly [until: string, rule: string, retentionClass: string, persons: string, state: string];
  readonly personHeadings: readonly [until: string, rule: string, retentionClass: string, because: string, state: string];
  readonly title: (at: string) => string;
  readonly personTitle: (subjectId: string, at: string) => string;
  readonly state: Readonly<Record<KeepingState, string>>;
  readonly assumed: string;
  readonly counts: (account: Account) => string;
  readonly deferrals: string;
  readonly nothing: string;
}

export const english: Texts = {
  headings: ['KEPT UNTIL', 'RULE', 'CLASS', 'PERSONS', 'STATE'],
  personHeadings: ['KEPT UNTIL', 'RULE', 'CLASS', 'HELD BY, SINCE', 'STATE'],
  title: (at) => `What is kept until when, as of ${at}`,
  personTitle: (subjectId, at) => `How long data of ${subjectId} is kept, as of ${at}`,
  state: {
    due: 'DUE',
    'waiting-for-confirmation': 'waiting: the length is assumed, nobody has confirmed it',
    kept: 'kept',
    open: 'kept, what starts the period has not happened',
    'refused-no-length': 'REFUSED: the rule needs a length and has none',
    'no-rule': 'NO RULE: nothing may be stored without one',
  },
  assumed: 'assumed',
  counts: ({ persons, counts }) =>
    `${persons} persons: ${counts.due} due, ${counts['waiting-for-confirmation']} waiting, ${counts.kept + counts.open} kept, ` +
    `${counts['refused-no-length']} refused, ${counts['no-rule']} without a rule (retention classes of persons)`,
  deferrals: 'What a restriction, a hold or a card in production defers is due here; a dry run tells it apart.',
  nothing: 'The log says of nobody that anything is held.',
};

export const norwegian: Texts = {
  headings: ['BEHOLDES TIL', 'REGEL', 'KLASSE', 'PERSONER', 'STATUS'],
  personHeadings: ['BEHOLDES TIL', 'REGEL', 'KLASSE', 'HOLDES AV, SIDEN', 'STATUS'],
  title: (at) => `Hva som beholdes hvor lenge, per ${at}`,
  personTitle: (subjectId, at) => `Hvor lenge opplysninger om ${subjectId} beholdes, per ${at}`,
  state: {
    due: 'SKAL SLETTES',
    'waiting-for-confirmation': 'venter: lengden er antatt, ingen har bekreftet den',
    kept: 'beholdes',
    open: 'beholdes, fristen har ikke begynt å løpe',
    'refused-no-length': 'AVVIST: regelen trenger en lengde og har ingen',
    'no-rule': 'INGEN REGEL: uten den kan ingenting lagres',
  },
  assumed: 'antatt',
  counts: ({ persons, counts }) =>
    `${persons} personer: ${counts.due} skal slettes, ${counts['waiting-for-confirmation']} venter, ${counts.kept + counts.open} beholdes, ` +
    `${counts['refused-no-length']} avvist, ${counts['no-rule']} uten regel (lagringsklasser av personer)`,
  deferrals:
    'Det som en begrensning, en sperre eller et kort i produksjon utsetter, står her som det skal slettes; en prøvekjøring skiller det ut.',
  nothing: 'Loggen sier ikke om noen at noe er lagret.',
};
