import { decide, fold } from '@hjemmel/kernel';
import type { AdmitUses } from './admitting.decisions';
import { ledger } from './decider';
import { admitUses, at, consentGiven, consentTo, evidence, norms, registered } from './testing/kari';

const asking = (changes: Partial<AdmitUses> = {}): AdmitUses => ({
  ...admitUses('command-2', evidence),
  at: new Date(at.getTime() + 60_000),
  consents: [consentTo('marketing')],
  ...changes,
});
/** Marketing under a consent that has to be asked for again each year. */
const yearly: AdmitUses['norms'] = {
  ...norms,
  register: new Map(norms.register).set('C-4', {
    ...norms.register.get('C-4')!,
    legalBases: [{ code: '6(1)(a)', when: 'consent', consentLasts: 'P12M' }],
  }),
};
const known = fold(ledger.evolve, ledger.initial, [registered(), consentGiven('consent-1')]);
const consentsIn = (command: AdmitUses): number => {
  const decision = decide(ledger, command, known);
  return 'events' in decision ? -1 : decision.filter(({ type }) => type === 'ConsentGiven').length;
};

describe('a box that is ticked while the consent lives', () => {
  it('says nothing new where the consent has no end', () => expect(consentsIn(asking())).toBe(0));
  it('starts the time anew where the consent runs out: else nobody could renew it', () =>
    expect(consentsIn(asking({ norms: yearly }))).toBe(1));
});
