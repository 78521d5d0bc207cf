import type { AgreementCommand } from '@hjemmel/contexts/processing-register/agreements/decider';
import type { AgreementEvent } from '@hjemmel/contexts/processing-register/agreements/events';
import type { KnownParts, RegisterCommand } from '@hjemmel/contexts/processing-register/decider';
import type { ProcessingActivityEvent } from '@hjemmel/contexts/processing-register/events';
import type { ConfirmRetentionRule, SetRetentionRule } from '@hjemmel/contexts/processing-register/retention/decider';
import type { RetentionRuleEvent } from '@hjemmel/contexts/processing-register/retention/events';
import { osloDay } from '@hjemmel/kernel/calendar';

/** The commands that changes of the register and of agreements say they were led to by. Undefined for a type that the program does not know. */
export function registerCommand(
  { type, data }: ProcessingActivityEvent,
  known: KnownParts,
  decidedAt: string,
): RegisterCommand | undefined {
  const { activityId } = data;
  switch (type) {
    case 'ProcessingActivityDeclared':
      return { type: 'DeclareActivity', activityId, entry: data.entry, known, ...approval(data) };
    case 'ProcessingActivityRevised':
      return { type: 'ReviseActivity', activityId, entry: data.entry, known, reason: data.reason, ...approval(data) };
    case 'ProcessingActivityRetired':
      return { type: 'RetireActivity', activityId, reason: data.reason, ...approval(data) };
    case 'ActivityPartConfirmed': {
      const { part, reason, document, confirmedBy } = data;
      return { type: 'ConfirmPart', activityId, part, reason, document, confirmedBy };
    }
    case 'InterestBalanced': {
      const { purposes, test } = data;
      const { document = '', reviewBy = '' } = test;
      const today = osloDay(decidedAt);
      return { type: 'BalanceInterest', activityId, purposes, test: { ...test, document, reviewBy }, today, ...approval(data) };
    }
    default:
      return undefined;
  }
}

export function retentionCommand({ type, data }: RetentionRuleEvent): SetRetentionRule | ConfirmRetentionRule | undefined {
  const { ruleId } = data;
  switch (type) {
    case 'RetentionRuleSet':
      return { type: 'SetRetentionRule', ruleId, rule: data.rule, reason: data.reason, ...approval(data) };
    case 'RetentionRuleConfirmed': {
      const { reason, document, confirmedBy } = data;
      return { type: 'ConfirmRetentionRule', ruleId, reason, document, confirmedBy };
    }
    default:
      return undefined;
  }
}

export function agreementCommand(
  { type, data }: AgreementEvent,
  known: readonly string[],
  decidedAt: string,
): AgreementCommand | undefined {
  const { customer } = data;
  switch (type) {
    case 'ProcessingAgreementConcluded': {
      const { version, sha256, from, activities, concludedBy: by } = data;
      const at = new Date(decidedAt);
      return { type: 'ConcludeAgreement', customer, version, sha256, from: new Date(from), at, activities, known, by };
    }
    case 'InstructionGiven': {
      const { activities, document, from, recordedBy: by } = data;
      return { type: 'GiveInstruction', customer, activities, document, from: new Date(from), known, by };
    }
    case 'InstructionWithdrawn': {
      const { activities, document, until, recordedBy: by } = data;
      return { type: 'WithdrawInstruction', customer, activities, document, until: new Date(until), by };
    }
    case 'ProcessingAgreementEnded':
      return { type: 'EndAgreement', customer, until: new Date(data.until), reason: data.reason, by: data.endedBy };
    default:
      return undefined;
  }
}

type Approval = Pick<Extract<RegisterCommand, { readonly approvedBy: unknown }>, 'approvedBy' | 'proposedBy'>;

const approval = ({ approvedBy, proposedBy }: Approval): Approval => ({ approvedBy, ...(proposedBy !== undefined && { proposedBy }) });
