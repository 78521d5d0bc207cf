import fc from 'fast-check';
import { decide, isRefusal, Recorded } from '@hjemmel/kernel';
import { recordedAs } from '@hjemmel/projections/testing/recorded';
import { foldBatch, planBatch } from '@hjemmel/projections/fold';
import { ActivityEntry, partsOf, ProcessingActivityEvent } from '../events';
import { processingActivity } from '../decider';
import { knownParts } from '../declare-activities/declare-activities.command';
import { seedActivities } from '../seed/activities';
import { retentionRules } from '../seed/retention-rules';
import { entriesFrom } from '../state';
import { activityVersions, ActivityVersionRow } from './activity-versions.read-model';
import { activityAt, stood } from './as-of';

const ids = ['C-1', 'C-2', 'D-1'];
const known = knownParts(
  [...new Set(Object.values(seedActivities).flatMap(({ policySections }) => policySections))],
  Object.keys(retentionRules),
);
const approvedBy = { id: 'officer', role: 'privacy-officer' } as const;

const attempt = fc.record({
  activityId: fc.constantFrom(...ids),
  what: fc.constantFrom('declare', 'revise', 'confirm', 'confirm', 'balance', 'retire'),
  title: fc.constantFrom('One', 'Two', 'Three'),
  part: fc.nat(20),
  msLater: fc.constantFrom(0, 0, 1, 1_000),
});

/** What a log holds after random commands, each with a position and an instant that never go back. */
function logOf(attempts: readonly (typeof attempt extends fc.Arbitrary<infer T> ? T : never)[]): Recorded<ProcessingActivityEvent>[] {
  const log: Recorded<ProcessingActivityEvent>[] = [];
  let at = Date.UTC(2026, 0, 1);
  for (const { activityId, what, title, part, msLater } of attempts) {
    at += msLater;
    const state = entriesFrom(log.map(({ event }) => event)).get(activityId);
    const entry: ActivityEntry = { ...(state?.entry ?? seedActivities[activityId]!), title };
    const parts = partsOf(entry);
    const command = {
      declare: { type: 'DeclareActivity', activityId, entry, known, approvedBy, proposedBy: 'x' },
      revise: { type: 'ReviseActivity', activityId, entry, known, approvedBy, proposedBy: 'x', reason: 'r' },
      confirm: { type: 'ConfirmPart', activityId, part: parts[part % parts.length]!, reason: 'r', document: 'd', confirmedBy: approvedBy },
      balance: {
        type: 'BalanceInterest',
        activityId,
        purposes: entry.legalBases.find(({ code }) => code === '6(1)(f)')?.purposes ?? entry.purposes,
        test: { necessity: 'n', balance: title, safeguards: 's', document: 'd', reviewBy: '2030-01-01' },
        today: '2026-01-01',
        approvedBy,
        proposedBy: 'x',
      },
      retire: { type: 'RetireActivity', activityId, approvedBy, proposedBy: 'x', reason: 'r' },
    } as const;
    const decision = decide(processingActivity, command[what], state);
    if (isRefusal(decision)) continue;
    for (const event of decision) {
      log.push({ ...recordedAs(event, BigInt(log.length * 10), `processingActivity-${activityId}`), recordedAt: new Date(at) });
    }
  }
  return log;
}

it('the register as of any instant or position is what a replay up to there gives', () => {
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 40 }), fc.array(fc.nat(12_000), { minLength: 1, maxLength: 8 }), (attempts, asked) => {
      const log = logOf(attempts);
      const { changes } = foldBatch(activityVersions, planBatch(activityVersions, log), new Map());
      const rows = [...changes.values()] as ActivityVersionRow[];
      for (const later of asked) {
        const instant = new Date(Date.UTC(2026, 0, 1) + later);
        const position = BigInt(later % (log.length * 10 + 5)) - 2n;
        for (const [moment, until] of [
          [{ instant }, ({ recordedAt }: Recorded) => recordedAt <= instant],
          [{ position }, (recorded: Recorded) => recorded.position <= position],
        ] as const) {
          const replayed = entriesFrom(log.filter(until).map(({ event }) => event));
          const asOf = rows.filter((row) => stood(moment, row)).map((row) => activityAt(moment, row));
          expect(
            new Map(asOf.map(({ activityId, version, entry, retired }) => [activityId, { activityId, version, entry, retired }])),
          ).toEqual(new Map([...replayed].map(([id, { approvedBy: _, ...activity }]) => [id, activity])));
        }
      }
    }),
    { numRuns: 150 },
  );
});
