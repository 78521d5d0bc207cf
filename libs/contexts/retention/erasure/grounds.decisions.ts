import { refuse, Refusal } from '@hjemmel/kernel';
import type { ErasureGround } from './events';
import type { Facts } from './lines.decisions';

export type GroundRefusal =
  | 'unknown-subject'
  | 'already-erased'
  | 'no-ground'
  | 'consent-live'
  | 'no-consent-withdrawn'
  | 'no-objection-upheld'
  | 'nothing-held'
  | 'no-document';

/** Whether the person may demand it, on that ground (GDPR art. 17(1)). */
export function faultOfGround(ground: ErasureGround, facts: Facts): Refusal<GroundRefusal> | undefined {
  const { registered, standing, held } = facts;
  if (!registered) return refuse('unknown-subject');
  if (standing.erased) return refuse('already-erased', 'GDPR art. 17(1)');
  const consents = Object.values(standing.consents);
  switch (ground) {
    case 'consent-withdrawn':
      if (consents.some(({ state }) => state === 'given')) return refuse('consent-live', 'GDPR art. 17(1)(b)');
      return consents.some(({ state }) => state === 'withdrawn') ? undefined : refuse('no-consent-withdrawn', 'GDPR art. 17(1)(b)');
    case 'objection-upheld':
      return standing.objections.some(({ state }) => state === 'upheld') ? undefined : refuse('no-objection-upheld', 'GDPR art. 17(1)(c)');
    case 'retention':
      return held.length > 0 ? undefined : refuse('nothing-held', 'GDPR art. 5(1)(e)');
    case 'no-longer-necessary':
    case 'processed-unlawfully':
    case 'legal-obligation':
    case 'child-information-society-service':
      return undefined;
    default:
      return refuse('no-ground', 'GDPR art. 17(1)');
  }
}
