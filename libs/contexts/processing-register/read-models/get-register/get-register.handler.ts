import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Problem } from '@hjemmel/kernel';
import type { ActivityAt } from '../../register-history';
import type { ActivityVersionRow } from '../activity-versions.read-model';
import { activityAt, stood } from '../as-of';
import { StoredRegisterHistory } from '../register-history.store';
import { ActivityView, ActivityWithHistory, GetActivity, GetRegister, ListRetentionRules, VersionView } from './get-register.query';

@QueryHandler(GetRegister)
export class GetRegisterHandler implements IQueryHandler<GetRegister> {
  constructor(private readonly history: StoredRegisterHistory) {}

  async execute({ moment }: GetRegister) {
    return { items: (await this.history.activitiesAt(moment)).map(viewOf) };
  }
}

@QueryHandler(GetActivity)
export class GetActivityHandler implements IQueryHandler<GetActivity> {
  constructor(private readonly history: StoredRegisterHistory) {}

  async execute({ activityId, moment }: GetActivity): Promise<ActivityWithHistory> {
    const versions = await this.history.versionsOf(activityId);
    if (versions.length === 0)
      throw new Problem({ type: '/problems/not-declared', title: 'No such processing activity', status: 404, rule: 'not-declared' });
    const standing = versions.find((row) => stood(moment, row));
    return { ...(standing && { activity: viewOf(activityAt(moment, standing)) }), history: versions.map(versionOf) };
  }
}

@QueryHandler(ListRetentionRules)
export class ListRetentionRulesHandler implements IQueryHandler<ListRetentionRules> {
  constructor(private readonly history: StoredRegisterHistory) {}

  async execute({ moment }: ListRetentionRules) {
    const rules = await this.history.retentionRulesAt(moment);
    return { items: rules.map(({ ruleId, version, rule }) => ({ ruleId, version, ...rule })) };
  }
}

const viewOf = ({ activityId, version, since, approvedBy, retired, entry }: ActivityAt): ActivityView => ({
  activityId,
  version,
  since,
  approvedBy,
  retired,
  confirmed: entry.unconfirmed.length === 0,
  entry,
});

const versionOf = (row: ActivityVersionRow): VersionView => ({
  version: row.version,
  validFrom: row.validFrom,
  ...(row.validUntil !== null && { validUntil: row.validUntil }),
  ...(row.reason !== null && { reason: row.reason }),
  approvedBy: row.approvedBy,
  approvedAs: row.approvedAs,
  ...(row.proposedBy !== null && { proposedBy: row.proposedBy }),
  entry: row.entry,
  confirmations: row.confirmations,
  balancings: row.balancings,
  ...(row.retiredAt !== null && { retired: { at: row.retiredAt, by: row.retiredBy!, because: row.retiredBecause! } }),
  position: String(row.fromPosition),
});
