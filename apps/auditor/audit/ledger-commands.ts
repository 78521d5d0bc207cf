import { company } from '@hjemmel/contexts/processing-register/contract';
import type { LedgerCommand } from '@hjemmel/contexts/data-subjects/decider';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/events';
import type { Kind } from './findings';

/** Events that a command on the person's standing led to, each by itself. */
export type DecidedAlone = Exclude<
  LedgerEvent,
  {
    readonly type:
      | 'DataSubjectRegistered'
      | 'RelationRecorded'
      | 'KeysCommitted'
      | 'ProcessingAdmitted'
      | 'ProcessingRefused'
      | 'AdmissionClosed'
      | 'ConsentGiven'
      | 'ConsentRefused'
      | 'LedgerSummarised';
  }
>;

/** What it is called where the ledger would not have decided so. */
export const kindOf: { readonly [T in DecidedAlone['type']]: Kind } = {
  ConsentWithdrawn: 'consent-broken',
  DisclosureMade: 'disclosure-broken',
  ProcessingRestricted: 'ledger-broken',
  RestrictionLiftAnnounced: 'ledger-broken',
  RestrictionLifted: 'lifted-untold',
  RelationEnded: 'ledger-broken',
  RetentionPeriodBegan: 'ledger-broken',
  ObjectionReceived: 'ledger-broken',
  ObjectionUpheld: 'objection-overruled-unlawfully',
  ObjectionOverruled: 'objection-overruled-unlawfully',
  ObjectionWithdrawn: 'ledger-broken',
  DataErased: 'ledger-broken',
};

/** The command that an event says it was led to by: given to the ledger as it stood, it must lead to the very same event. */
export function commandBehind({ type, data }: DecidedAlone): LedgerCommand {
  const { subjectId, commandId } = data;
  const by = { subjectId, commandId };
  switch (type) {
    case 'ConsentWithdrawn': {
      const { purpose, surface, steps, signal, withdrawnAt } = data;
      return { type: 'WithdrawConsent', ...by, purpose, surface, steps, ...(signal && { signal }), at: new Date(withdrawnAt) };
    }
    case 'DisclosureMade':
      return { type: 'RecordDisclosure', ...by, admissionId: data.admissionId, receipt: data.receipt, at: new Date(data.madeAt) };
    case 'ProcessingRestricted':
      return { type: 'RestrictProcessing', ...by, ground: data.ground, channel: data.channel, receivedAt: new Date(data.receivedAt) };
    case 'RestrictionLiftAnnounced': {
      const { restrictionId, because, channel, toldAt } = data;
      return { type: 'AnnounceLifting', ...by, restrictionId, because, channel, at: new Date(toldAt) };
    }
    case 'RestrictionLifted': {
      const { restrictionId, because, decidedBy, decidedAt } = data;
      return { type: 'LiftRestriction', ...by, restrictionId, because, decidedBy, at: new Date(decidedAt) };
    }
    case 'RelationEnded':
      return { type: 'EndRelation', ...by, customer: data.customer, endedAt: new Date(data.endedAt) };
    case 'RetentionPeriodBegan': {
      const { trigger, customer, since } = data;
      return { type: 'BeginRetentionPeriod', ...by, trigger, ...(customer !== undefined && { customer }), since: new Date(since) };
    }
    case 'ObjectionReceived': {
      const { kind, purpose, channel, receivedAt } = data;
      return { type: 'ReceiveObjection', ...by, kind, purpose, channel, receivedAt: new Date(receivedAt), company };
    }
    case 'ObjectionUpheld': {
      const { objectionId, reasons, document, decidedBy, decidedAt } = data;
      return { type: 'UpholdObjection', ...by, objectionId, reasons, document, decidedBy, at: new Date(decidedAt) };
    }
    case 'ObjectionOverruled': {
      const { objectionId, grounds, reasons, document, decidedBy, proposedBy, decidedAt } = data;
      return { type: 'OverruleObjection', ...by, objectionId, grounds, reasons, document, decidedBy, proposedBy, at: new Date(decidedAt) };
    }
    case 'ObjectionWithdrawn':
      return { type: 'WithdrawObjection', ...by, objectionId: data.objectionId, channel: data.channel, at: new Date(data.withdrawnAt) };
    case 'DataErased': {
      const { erasureId, retentionClasses, categories, because, whole, erasedAt } = data;
      return { type: 'EraseData', ...by, erasureId, retentionClasses, categories, because, whole, at: new Date(erasedAt) };
    }
  }
}
