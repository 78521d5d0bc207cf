import type { Actor } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { retentionRules } from '../seed/retention-rules';
import { retentionRule, SetRetentionRule } from './decider';
import { RetentionRule, RetentionRuleConfirmed, RetentionRuleSet } from './events';

const approvedBy: Actor = { id: 'officer-1', role: 'privacy-officer' };
const proposedBy = 'shop';
const rule: RetentionRule = { trigger: 'contract-ended', length: 'P3Y', basis: 'foreldelsesloven', confirmed: false };
const set = (changes: Partial<RetentionRule> = {}): SetRetentionRule => ({
  type: 'SetRetentionRule',
  ruleId: 'order-3y',
  rule: { ...rule, ...changes },
  reason: 'limitation',
  approvedBy,
  proposedBy,
});
const wasSet = ({ type: _, ...data }: SetRetentionRule, version = 1): RetentionRuleSet => ({
  type: 'RetentionRuleSet',
  data: { ...data, version },
});
const confirm = {
  type: 'ConfirmRetentionRule',
  ruleId: 'order-3y',
  reason: 'decided',
  document: 'board 2026-11/4',
  confirmedBy: approvedBy,
} as const;
const confirmed: RetentionRuleConfirmed = {
  type: 'RetentionRuleConfirmed',
  data: { ruleId: 'order-3y', version: 1, reason: 'decided', document: 'board 2026-11/4', confirmedBy: approvedBy },
};
const rules = given(retentionRule);

describe('a retention rule', () => {
  it('is set, and set anew as its next version', () => {
    rules().when(set()).then(wasSet(set()));
    rules(wasSet(set()))
      .when(set({ length: 'P2Y' }))
      .then(wasSet(set({ length: 'P2Y' }), 2));
  });
  it('does nothing where it is set to what it is', () => rules(wasSet(set())).when(set()).nothing());
  it('has a trigger, a basis and a length that a calendar counts (GDPR art. 5(1)(e))', () => {
    rules()
      .when(set({ trigger: ' ' }))
      .refused('no-trigger');
    rules()
      .when(set({ basis: '' }))
      .refused('no-basis');
    for (const length of ['3 years', 'P', 'PT3H', 'P3D2Y']) rules().when(set({ length })).refused('malformed-length');
    rules()
      .when({ ...set(), ruleId: 'Order 3y' })
      .refused('malformed-id');
    rules()
      .when({ ...set(), reason: '' })
      .refused('no-reason');
  });
  it('is approved by a named person, and prepared by another', () => {
    rules()
      .when({ ...set(), approvedBy: { id: 'shop', role: 'service' } })
      .refused('approver-not-named');
    rules()
      .when({ ...set(), proposedBy: 'officer-1' })
      .refused('four-eyes');
  });
  it('that was assumed is confirmed once, by a named person with a document', () => {
    rules(wasSet(set())).when(confirm).then(confirmed);
    rules(wasSet(set()), confirmed).when(confirm).refused('already-confirmed');
    rules().when(confirm).refused('not-set');
    rules(wasSet(set()))
      .when({ ...confirm, document: ' ' })
      .refused('no-document');
    rules(wasSet(set()))
      .when({ ...confirm, confirmedBy: { id: 'first-start', role: 'system' } })
      .refused('approver-not-named');
  });
  it('loses its mark by a confirmation only', () => {
    rules(wasSet(set()))
      .when(set({ confirmed: true }))
      .refused('mark-dropped');
  });
  it('that comes with the program is accepted as it is', () => {
    const installer: Actor = { id: 'first-start', role: 'system' };
    for (const [ruleId, seeded] of Object.entries(retentionRules)) {
      const { proposedBy: _nobody, ...command } = { ...set(), ruleId, rule: seeded, approvedBy: installer };
      rules().when(command).then(wasSet(command));
    }
  });
});
