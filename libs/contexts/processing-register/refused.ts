import { Problem, Refusal } from '@hjemmel/kernel';

const NOT_FOUND: ReadonlySet<string> = new Set(['not-declared', 'not-set', 'no-agreement']);
const CONFLICT: ReadonlySet<string> = new Set(['already-declared', 'retired', 'already-confirmed', 'agreement-ended']);
const FORBIDDEN: ReadonlySet<string> = new Set(['approver-not-named', 'four-eyes']);

/** A refusal of the register as its answer: with rule and article. */
export const refused = ({ refused: rule, legal }: Pick<Refusal, 'refused' | 'legal'>): Problem =>
  new Problem({
    type: `/problems/${rule}`,
    title: 'The register of processing activities refuses this',
    status: NOT_FOUND.has(rule) ? 404 : CONFLICT.has(rule) ? 409 : FORBIDDEN.has(rule) ? 403 : 422,
    detail: `${rule}: ${legal ?? 'no legal reference'}`,
    rule,
    ...(legal !== undefined && { legal }),
  });
