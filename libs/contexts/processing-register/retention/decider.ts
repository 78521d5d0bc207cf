import { Actor, decider, refuse } from '@hjemmel/kernel';
import { faultOfApproval, mayApprove } from '../decider';
import { RetentionRule, RetentionRuleEvent, retentionRuleStream } from './events';

export interface KnownRule {
  readonly ruleId: string;
  readonly version: number;
  readonly rule: RetentionRule;
}

export interface SetRetentionRule {
  readonly type: 'SetRetentionRule';
  readonly ruleId: string;
  readonly rule: RetentionRule;
  readonly reason: string;
  readonly approvedBy: Actor;
  readonly proposedBy?: string;
}
export interface ConfirmRetentionRule {
  readonly type: 'ConfirmRetentionRule';
  readonly ruleId: string;
  readonly reason: string;
  readonly document: string;
  readonly confirmedBy: Actor;
}
export type RetentionRefusal =
  | 'malformed-id'
  | 'no-reason'
  | 'no-document'
  | 'no-trigger'
  | 'no-basis'
  | 'malformed-length'
  | 'approver-not-named'
  | 'four-eyes'
  | 'mark-dropped'
  | 'not-set'
  | 'already-confirmed';

/** Years, months, weeks and days: what a calendar counts. */
const LENGTH = /^P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/;

export function evolveRule(state: KnownRule | undefined, { type, data }: RetentionRuleEvent): KnownRule | undefined {
  const { ruleId, version } = data;
  switch (type) {
    case 'RetentionRuleSet':
      return { ruleId, version, rule: data.rule };
    case 'RetentionRuleConfirmed':
      return state && { ...state, rule: { ...state.rule, confirmed: true } };
  }
}

/** Decides how long data is kept; each rule has a stream of its own. */
export const retentionRule = decider<SetRetentionRule | ConfirmRetentionRule, KnownRule | undefined, RetentionRuleEvent, RetentionRefusal>({
  stream: ({ ruleId }) => retentionRuleStream(ruleId),
  initial: undefined,
  evolve: evolveRule,
  decide: {
    SetRetentionRule: (command, known) => {
      const { ruleId, rule, reason, approvedBy, proposedBy } = command;
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(ruleId)) return refuse('malformed-id', 'GDPR art. 30(1)(f)');
      if (rule.trigger.trim() === '') return refuse('no-trigger', 'GDPR art. 5(1)(e)');
      if (rule.basis.trim() === '') return refuse('no-basis', 'GDPR art. 5(1)(e)');
      if (rule.length !== undefined && !LENGTH.test(rule.length)) return refuse('malformed-length', 'GDPR art. 5(1)(e)');
      if (known && same(known.rule, rule)) return [];
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      const fault = faultOfApproval(command);
      if (fault) return fault;
      // The same rule without its mark would be confirmed by nobody; another length is a new decision of who approves it.
      if (known && !known.rule.confirmed && same({ ...known.rule, confirmed: true }, rule)) return refuse('mark-dropped', 'GDPR art. 5(2)');
      const version = (known?.version ?? 0) + 1;
      return [
        {
          type: 'RetentionRuleSet',
          data: { ruleId, version, rule, reason, approvedBy, ...(proposedBy !== undefined && { proposedBy }) },
        },
      ];
    },

    ConfirmRetentionRule: ({ ruleId, reason, document, confirmedBy }, known) => {
      if (!known) return refuse('not-set', 'GDPR art. 30(1)(f)');
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      if (document.trim() === '') return refuse('no-document', 'GDPR art. 5(2)');
      if (!mayApprove(confirmedBy)) return refuse('approver-not-named', 'GDPR art. 5(2), 24');
      if (known.rule.confirmed) return refuse('already-confirmed', 'GDPR art. 5(2)');
      return [{ type: 'RetentionRuleConfirmed', data: { ruleId, version: known.version, reason, document, confirmedBy } }];
    },
  },
});

const same = (a: RetentionRule, b: RetentionRule): boolean =>
  a.trigger === b.trigger && a.length === b.length && a.basis === b.basis && a.note === b.note && a.confirmed === b.confirmed;
