import fc from 'fast-check';
import { decide, isRefusal } from '@hjemmel/kernel';
import { privacyNotice } from './decider';
import { partKinds, PrivacyNoticeEvent } from './events';
import { publishStatement } from './publish-statement/publish-statement.command';
import { statementInForce, statementsFrom } from './state';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const dayAt = (days: number) => new Date(start + days * 24 * hour).toISOString().slice(0, 10);

const attempts = fc.array(
  fc.record({ hoursLater: fc.nat(400), effectiveDay: fc.integer({ min: -20, max: 120 }), text: fc.constantFrom('A', 'B') }),
  {
    maxLength: 25,
  },
);

/** What is left of random attempts to publish, under a clock that only goes forward. */
function publishAll(tried: typeof attempts extends fc.Arbitrary<infer T> ? T : never): PrivacyNoticeEvent[] {
  const log: PrivacyNoticeEvent[] = [];
  let now = start;
  for (const { hoursLater, effectiveDay, text } of tried) {
    now += hoursLater * hour;
    const command = publishStatement(
      {
        version: dayAt(effectiveDay),
        effectiveOn: dayAt(effectiveDay),
        reason: 'x',
        texts: [{ language: 'nb', text, sections: [{ id: 'all', heading: text }] }],
      },
      {
        publishedAt: new Date(now),
        approvedBy: { id: 'officer', role: 'privacy-officer' },
        proposedBy: 'editor',
        classification: { kind: 'minor', reasons: 'x' },
      },
    );
    const decision = decide(privacyNotice, command, { versions: statementsFrom(log) });
    if (!isRefusal(decision)) log.push(...decision);
  }
  return log;
}

it('publishing never changes what was in force before: a replay that stops anywhere sees what was seen then', () => {
  fc.assert(
    fc.property(attempts, fc.array(fc.integer({ min: -500, max: 12_000 }), { minLength: 1, maxLength: 20 }), (tried, instants) => {
      const log = publishAll(tried);
      const all = statementsFrom(log);
      for (const at of instants.map((hours) => new Date(start + hours * hour))) {
        const known = log.filter(({ data }, i) => i === 0 || Date.parse(data.publishedAt) <= at.getTime());
        expect(statementInForce(statementsFrom(known), at)).toEqual(statementInForce(all, at));
        const effective = all.filter(({ effectiveFrom }) => Date.parse(effectiveFrom) <= at.getTime());
        expect(statementInForce(all, at)).toEqual(effective.sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom)).at(-1));
      }
    }),
    { numRuns: 300 },
  );
});

const part = fc
  .tuple(fc.constantFrom(...partKinds), fc.constantFrom('C-1', 'C-2'), fc.constantFrom('a', 'b'))
  .map(([kind, activity, name]) => `${kind}:${activity}:${name}` as const);
const parts = fc.uniqueArray(part, { maxLength: 10 });

it('no sequence of versions lets an addition go out as minor, or unnamed', () => {
  const change = fc.record({ covers: parts, adds: parts, kind: fc.constantFrom<'minor' | 'material'>('minor', 'material') });
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 12 }), (changes) => {
      const log: PrivacyNoticeEvent[] = [];
      // Written from the rule's words, knowing nothing of the decider: what the register had at the last publication.
      let told: ReadonlySet<string> | undefined;
      changes.forEach(({ covers, adds, kind }, i) => {
        const day = dayAt(i + 1);
        const command = publishStatement(
          { version: day, effectiveOn: day, reason: 'x', texts: [{ language: 'nb', text: 'T', sections: [{ id: 'all', heading: 'T' }] }] },
          {
            publishedAt: new Date(start),
            approvedBy: { id: 'officer', role: 'admin' },
            proposedBy: 'editor',
            classification: { kind, reasons: 'x' },
            covers,
            adds,
          },
        );
        const decision = decide(privacyNotice, command, { versions: statementsFrom(log) });
        const news = told === undefined ? [] : covers.filter((one) => !told!.has(one));
        const lawful =
          told === undefined ||
          (kind === 'minor'
            ? news.length === 0 && adds.length === 0
            : news.every((one) => adds.includes(one)) && adds.every((one) => covers.includes(one)));
        expect(isRefusal(decision)).toBe(!lawful);
        if (isRefusal(decision)) return;
        log.push(...decision);
        told = new Set(covers);
      });
    }),
    { numRuns: 300 },
  );
});
