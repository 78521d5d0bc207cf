import { decider } from '@hjemmel/kernel';
import {
  AdmittingRefusal,
  AdmitUses,
  admitUses,
  CloseAdmissions,
  closeAdmissions,
  RecordDisclosure,
  recordDisclosure,
} from './admitting.decisions';
import { EraseData, eraseData, ErasingRefusal } from './erasure.decisions';
import { ledgerOf, LedgerEvent } from './events';
import {
  ObjectionCommand,
  ObjectionRefusal,
  overruleObjection,
  receiveObjection,
  upholdObjection,
  withdrawObjection,
} from './objections.decisions';
import {
  announceLifting,
  beginRetentionPeriod,
  endRelation,
  liftRestriction,
  restrictProcessing,
  StandingCommand,
  StandingRefusal,
  withdrawConsent,
} from './standing.decisions';
import { evolve, Ledger, summary, unknownSubject } from './state';

export type LedgerCommand = AdmitUses | CloseAdmissions | RecordDisclosure | StandingCommand | ObjectionCommand | EraseData;
export type LedgerRefusal = AdmittingRefusal | StandingRefusal | ObjectionRefusal | ErasingRefusal;

/** The person's ledger: one stream, so that what the person decides and what is done with their data have one order. */
export const ledger = decider<LedgerCommand, Ledger, LedgerEvent, LedgerRefusal>({
  stream: ({ subjectId }) => ledgerOf(subjectId),
  initial: unknownSubject,
  evolve,
  summary,
  decide: {
    AdmitUses: admitUses,
    CloseAdmissions: closeAdmissions,
    RecordDisclosure: recordDisclosure,
    WithdrawConsent: withdrawConsent,
    RestrictProcessing: restrictProcessing,
    AnnounceLifting: announceLifting,
    LiftRestriction: liftRestriction,
    EndRelation: endRelation,
    BeginRetentionPeriod: beginRetentionPeriod,
    ReceiveObjection: receiveObjection,
    UpholdObjection: upholdObjection,
    OverruleObjection: overruleObjection,
    WithdrawObjection: withdrawObjection,
    EraseData: eraseData,
  },
});
