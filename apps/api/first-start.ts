import type { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import type { RegisteredActivity } from '@hjemmel/contexts/processing-register/contract';
import { privacyNotice } from '@hjemmel/contexts/privacy-notice/decider';
import { seedCoverage } from '@hjemmel/contexts/privacy-notice/seed/seed-coverage';
import { publishStatement } from '@hjemmel/contexts/privacy-notice/publish-statement/publish-statement.command';
import { statement20231220 } from '@hjemmel/contexts/privacy-notice/seed/statement-2023-12-20';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { declareActivities, knownParts } from '@hjemmel/contexts/processing-register/declare-activities/declare-activities.command';
import { retentionRule } from '@hjemmel/contexts/processing-register/retention/decider';
import { retentionRuleStream } from '@hjemmel/contexts/processing-register/retention/events';
import { seedActivities } from '@hjemmel/contexts/processing-register/seed/activities';
import { renewedEntry } from '@hjemmel/contexts/processing-register/seed/renewed-entry';
import { retentionRules } from '@hjemmel/contexts/processing-register/seed/retention-rules';
import type { CommandContext, Decisions } from '@hjemmel/event-store';
import { Actor, derivedUuid, systemClock } from '@hjemmel/kernel';

const installer: Actor = { id: 'first-start', role: 'system' };

/** Command ids are the same at every start, so that two processes that start at once publish once. */
const contextOf = (what: string): CommandContext => ({
  commandId: derivedUuid('first-start', what),
  actor: installer,
  now: systemClock.now(),
});

/** Publishes the privacy statement and sets the retention rules and declares the processing activities that the log does not have: without them nothing is admitted. */
export async function startFirst(decisions: Decisions, inForce: InForceFromLog): Promise<void> {
  const isFirst = inForce.notice().versions.length === 0;
  if (isFirst) await publish(decisions);
  await setRetentionRules(decisions);
  const missing = Object.fromEntries(Object.entries(seedActivities).filter(([id]) => !inForce.entries().has(id)));
  if (isFirst || Object.keys(missing).length > 0) {
    await inForce.refresh();
    await declare(decisions, inForce, missing);
    await inForce.refresh();
  }
  if (await reviseOwn(decisions, inForce)) await inForce.refresh();
}

async function publish(decisions: Decisions): Promise<void> {
  const context = contextOf('statement');
  const command = publishStatement(statement20231220, { publishedAt: context.now, approvedBy: installer, covers: seedCoverage });
  const { refusal } = await decisions.run(privacyNotice, command, context);
  if (refusal) throw new Error(`the privacy statement that comes with the program was refused: ${refusal.refused}`);
}

/** Only what is missing: a rule that the company has set anew since stays as it is. */
async function setRetentionRules(decisions: Decisions): Promise<void> {
  await Promise.all(
    Object.entries(retentionRules).map(async ([ruleId, rule]) => {
      const { state } = await decisions.load(retentionRule, retentionRuleStream(ruleId));
      if (state) return;
      const command = { type: 'SetRetentionRule', ruleId, rule, reason: 'comes with the program', approvedBy: installer } as const;
      const { refusal } = await decisions.run(retentionRule, command, contextOf(`retention rule ${ruleId}`));
      if (refusal) throw new Error(`retention rule ${ruleId} that comes with the program was refused: ${refusal.refused}`);
    }),
  );
}

async function declare(decisions: Decisions, inForce: InForceFromLog, entries: typeof seedActivities): Promise<void> {
  const sections = inForce.notice().versions.at(-1)?.sections ?? [];
  const known = knownParts(sections, Object.keys(retentionRules));
  await Promise.all(
    declareActivities(entries, known, installer).map(async (command) => {
      const { refusal } = await decisions.run(processingActivity, command, contextOf(command.activityId));
      if (refusal) throw new Error(`activity ${command.activityId} that comes with the program was refused: ${refusal.refused}`);
    }),
  );
}

/**
 * A newer version of the program may know more of an activity than the one that declared it. What the company itself declared or revised
 * since is the company's: it stays.
 */
async function reviseOwn(decisions: Decisions, inForce: InForceFromLog): Promise<boolean> {
  const sections = inForce.notice().versions.at(-1)?.sections ?? [];
  const known = knownParts(sections, Object.keys(retentionRules));
  const own = [...inForce.entries().values()].filter(isOwn).flatMap((activity) => {
    const entry = renewedEntry(activity.entry, seedActivities[activity.activityId]!);
    return entry ? [{ activity, entry }] : [];
  });
  await Promise.all(
    own.map(async ({ activity: { activityId, version }, entry }) => {
      const command = {
        type: 'ReviseActivity',
        activityId,
        entry,
        known,
        approvedBy: installer,
        reason: 'comes with the program',
      } as const;
      const { refusal } = await decisions.run(processingActivity, command, contextOf(`${activityId} version ${version + 1}`));
      if (refusal) throw new Error(`activity ${activityId} that comes with the program was refused: ${refusal.refused}`);
    }),
  );
  return own.length > 0;
}

const isOwn = ({ activityId, approvedBy, retired }: RegisteredActivity): boolean =>
  approvedBy.role === 'system' && approvedBy.id === installer.id && !retired && Object.hasOwn(seedActivities, activityId);
