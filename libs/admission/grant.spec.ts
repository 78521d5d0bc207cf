import { demandGrant, Grant, issueGrant, NotAdmitted } from './grant';
import { Ground } from './types';

const [kari, ola] = ['0a'.repeat(16), '0b'.repeat(16)];
const ground: Ground = {
  activity: 'C-1',
  activityVersion: 1,
  purpose: 'deliver-service',
  role: 'controller',
  controller: '915376215',
  categories: ['subject.contact'],
  basis: { code: '6(1)(f)', because: 'company-representative' },
  statement: { version: '2023-12-20', hash: 'ab' },
};
const demanding =
  (grant: Grant, subjectId = kari, category = 'subject.contact') =>
  () =>
    demandGrant(grant, subjectId, category);

describe('a grant', () => {
  it('covers the categories of its own person', () => {
    expect(demanding(issueGrant(kari, ground, 'r'))).not.toThrow();
  });
  it('covers no other person', () => {
    expect(demanding(issueGrant(kari, ground, 'r'), ola)).toThrow(new NotAdmitted('it is for another person'));
  });
  it('covers no other category', () => {
    expect(demanding(issueGrant(kari, ground, 'r'), kari, 'invoice')).toThrow(NotAdmitted);
  });

  it('is not made by making one', () => {
    expect(demanding(new Grant(kari, ground, 'r'))).toThrow(new NotAdmitted('it was not issued by a ledger'));
  });
  it('is not made by copying one', () => {
    const issued = issueGrant(kari, ground, 'r');
    expect(demanding(Object.assign(Object.create(Grant.prototype) as Grant, issued))).toThrow(NotAdmitted);
  });
  it('is not made by looking like one, which does not compile either', () => {
    // @ts-expect-error an object of the same shape is no grant
    const lookalike: Grant = { subjectId: kari, ground, recordId: 'r' };
    expect(demanding(lookalike)).toThrow(NotAdmitted);
    expect(demanding(undefined as never)).toThrow(NotAdmitted);
  });

  it('cannot be changed once it is issued, nor through the record it was made from', () => {
    const categories = ['subject.contact'];
    const grant = issueGrant(kari, { ...ground, categories }, 'r');
    categories.push('invoice');
    expect(demanding(grant, kari, 'invoice')).toThrow(NotAdmitted);
    expect(() => Object.assign(grant, { subjectId: ola })).toThrow(TypeError);
    expect(() => Object.assign(grant.ground, { categories })).toThrow(TypeError);
    expect(() => (grant.ground.categories as string[]).push('invoice')).toThrow(TypeError);
  });
});
