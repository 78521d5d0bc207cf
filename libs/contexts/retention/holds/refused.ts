import { Problem, Refusal } from '@hjemmel/kernel';
import type { HoldRefusal } from './decider';

export const refusedHold = ({ refused: rule, legal }: Pick<Refusal<HoldRefusal>, 'refused' | 'legal'>): Problem =>
  new Problem({ type: `/problems/${rule}`, ...answers[rule], rule, ...(legal !== undefined && { legal }) });

const answers: Readonly<Record<HoldRefusal, { readonly title: string; readonly status: number }>> = {
  'no-reason': { title: 'A hold has a reason, and so has its end', status: 422 },
  'no-document': { title: 'A claim is written down somewhere', status: 422 },
  'four-eyes': { title: 'Who prepared a decision does not take it', status: 403 },
  'no-such-hold': { title: 'No such legal hold', status: 404 },
};
