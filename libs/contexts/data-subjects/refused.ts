import { Problem, Refusal } from '@hjemmel/kernel';
import { unknownSubject } from './admissions';
import type { LedgerRefusal } from './decider';

/** A refusal of a person's ledger as its answer: with rule and article. */
export function refused({ refused: rule, legal }: Pick<Refusal<LedgerRefusal>, 'refused' | 'legal'>): Problem {
  if (rule === 'unknown-subject') return unknownSubject();
  return new Problem({ type: `/problems/${rule}`, ...answers[rule], rule, ...(legal !== undefined && { legal }) });
}

const answers: Readonly<Record<Exclude<LedgerRefusal, 'unknown-subject'>, { readonly title: string; readonly status: number }>> = {
  'not-admitted': { title: 'The use of personal data was refused', status: 403 },
  'no-such-admission': { title: 'There is no admission to disclose under this id that is not used or closed yet', status: 409 },
  'no-such-consent': { title: 'There is no consent to withdraw', status: 409 },
  'no-such-restriction': { title: 'There is no such restriction, or it was lifted', status: 404 },
  'subject-not-told-before-lifting': { title: 'The person is told before a restriction is lifted', status: 409 },
  'no-such-relation': { title: 'The person has nothing to do with this customer', status: 409 },
  'controller-decides': { title: 'The customer is the controller, and decides: forward it', status: 409 },
  'not-direct-marketing': { title: 'This purpose is no direct marketing', status: 422 },
  'no-such-objection': { title: 'There is no such objection, or it was overruled or withdrawn', status: 404 },
  'objection-decided': { title: 'The objection was decided', status: 409 },
  'marketing-objection-is-absolute': { title: 'Nobody can overrule an objection to direct marketing', status: 409 },
  'no-reasons': { title: 'A decision has reasons', status: 422 },
  'no-document': { title: 'A decision is written down somewhere', status: 422 },
  restricted: { title: 'The data is restricted: it is kept until the restriction is lifted', status: 409 },
  'changed-since': { title: 'Something came since that may keep the data', status: 409 },
  'four-eyes': { title: 'Who prepared a decision does not take it', status: 403 },
};
