import fc from 'fast-check';
import type { Question } from './question';
import { admit } from './rules';
import { lawfully, precedence } from './testing/the-law';
import { lawful, wild } from './testing/worlds';

describe('the rules and the law', () => {
  const met = new Map<string, number>();

  it('agree on every use of every person: admitted on the same ground, or refused for the same reason', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: lawful }, { weight: 1, arbitrary: wild }), (asked) => {
        const verdict = admit(asked);
        const outcome = verdict.admitted ? verdict.ground.basis.code : verdict.rule;
        met.set(outcome, (met.get(outcome) ?? 0) + 1);
        expect(verdict).toEqual(lawfully(asked));
      }),
      { numRuns: 10_000 },
    );
    // A run in which a rule was never met would show nothing of it.
    const codes = ['28(3)(a)', '6(1)(a)', '6(1)(b)', '6(1)(c)', '6(1)(d)', '6(1)(e)', '6(1)(f)'];
    expect([...met.keys()].sort()).toEqual([...precedence, ...codes].sort());
  });

  it('give the same verdict whenever they are asked, and change nothing of what they are given', () => {
    fc.assert(
      fc.property(lawful, (asked) => {
        const before = structuredClone(asked);
        const verdict = admit(asked);
        expect(admit(before)).toEqual(verdict);
        expect(asked).toEqual(before);
      }),
      { numRuns: 1_500 },
    );
  });

  const standing =
    (changes: (asked: Question) => Partial<Question['standing']>) =>
    (asked: Question): Question => ({
      ...asked,
      standing: { ...asked.standing, ...changes(asked) },
    });
  const activity =
    (changes: (declared: NonNullable<Question['activity']>) => Partial<Question['activity']>) =>
    (asked: Question): Question => ({
      ...asked,
      activity: asked.activity && { ...asked.activity, ...changes(asked.activity) },
    });
  const agreement =
    (changes: (agreed: NonNullable<Question['agreement']>, now: string) => Partial<Question['agreement']>) =>
    (asked: Question): Question => ({
      ...asked,
      agreement: asked.agreement && { ...asked.agreement, ...changes(asked.agreement, asked.at.toISOString()) },
    });
  const objecting = (kind: 'situation' | 'direct-marketing') =>
    standing(({ standing: { objections }, use: { purpose } }) => ({
      objections: [...objections, { objectionId: 'x', kind, purpose, state: 'pending' }],
    }));

  it.each<[string, (asked: Question) => Question]>([
    [
      'a person is restricted (art. 18)',
      standing(({ standing: { restrictions } }) => ({
        restrictions: [...restrictions, { restrictionId: 'x', ground: 'objection-pending' }],
      })),
    ],
    ['a person objects to direct marketing (art. 21(2))', objecting('direct-marketing')],
    ['a person objects on grounds of their situation (art. 21(1))', objecting('situation')],
    [
      'a person withdraws a consent (art. 7(3))',
      standing(({ standing: { consents }, use: { purpose } }) => ({ consents: { ...consents, [purpose]: { state: 'withdrawn' } } })),
    ],
    ['a person is erased (art. 17)', standing(() => ({ erased: true }))],
    [
      'every relation has ended (art. 6(1)(b))',
      standing(({ standing: { relations }, at }) => ({
        relations: relations.map((relation) => ({ ...relation, endedAt: at.toISOString() })),
      })),
    ],
    ['an agreement has ended (art. 28(3)(g))', agreement((_, now) => ({ until: now }))],
    [
      'an instruction is withdrawn (art. 28(3)(a))',
      agreement(({ instructions }, now) => ({
        instructions: Object.fromEntries(Object.entries(instructions).map(([id, { from }]) => [id, { from, until: now }])),
      })),
    ],
    ['a recipient is taken from the entry (art. 30(1)(d))', activity(() => ({ recipients: [] }))],
    [
      'a balancing test is taken from the entry (art. 6(1)(f))',
      activity(({ legalBases }) => ({ legalBases: legalBases.map(({ balancing: _, ...basis }) => basis) })),
    ],
    ['a need for secure identification is taken from the entry (§ 12)', activity(({ secureIdentification: _, ...rest }) => rest)],
  ])('never admit more where %s', (_, tighten) => {
    fc.assert(
      fc.property(lawful, (asked) => {
        if (admit(tighten(asked)).admitted) expect(admit(asked).admitted).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });
});
