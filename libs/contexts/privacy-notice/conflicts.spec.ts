import { seedActivities } from '../processing-register/seed/activities';
import { conflicts, conflictsIn, conflictsOf } from './conflicts';
import { statement20231220 } from './seed/statement-2023-12-20';

const { text } = statement20231220.texts[0]!;
const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('the conflicts inside the statement', () => {
  it('are fourteen, each said in both languages and tied to promises', () => {
    expect(ids(conflicts)).toEqual(Array.from({ length: 14 }, (_, i) => `T-${i + 1}`));
    for (const { where, what, suggestion } of conflicts) {
      for (const promise of where) expect(promise).toMatch(/^P-\d\d$/);
      expect([what.nb, what.en, suggestion.nb, suggestion.en].every((words) => words.length > 10)).toBe(true);
    }
  });

  it('stand in the text of 2023-12-20; T-11 from the day on which the new ekomlov came into force', () => {
    expect(ids(conflictsIn(text, '2024-12-31'))).toEqual(ids(conflicts).filter((id) => id !== 'T-11'));
    expect(ids(conflictsIn(text, '2025-01-01'))).toEqual(ids(conflicts));
  });

  it('end with the words that make them', () => {
    const corrected = text.replace('15. juni 2018 nr. 3)', '15. juni 2018 nr. 38)').replace('ekomloven § 2-7 b', 'ekomloven § 3-15');
    expect(ids(conflictsIn(corrected, '2027-01-01'))).toEqual(ids(conflicts).filter((id) => id !== 'T-1' && id !== 'T-11'));
  });

  it('touch entries of the register: by promise, or because something is suspended for one', () => {
    const touched = (id: string) => ids(conflictsOf(conflicts, seedActivities[id]!));
    expect(touched('C-8')).toEqual(['T-4', 'T-6']);
    expect(touched('C-5')).toEqual(['T-4', 'T-14']);
    expect(touched('C-4')).toEqual(['T-4', 'T-6']);
    expect(touched('C-11')).toEqual([]);
  });
});
