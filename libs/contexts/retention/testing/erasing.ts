import type { Standing } from '@hjemmel/admission';
import type { ErasureEvent, ErasureGround, ErasureLine, ErasureRequest } from '../erasure/events';
import type { DecideErasure, ReconsiderErasure } from '../erasure/decider';
import type { Facts } from '../erasure/lines.decisions';

/** One person and what is held of them. Plain data; nothing here decides. */
export const kari = '0a5c1d2e3f405162738495a6b7c8d9e0';
export const company = '915376215';
export const customer = '334115739';
export const erasureId = '5d0e8a64-2f0b-8c11-9b1e-7a1f0c2d3e4f';
export const at = new Date('2026-03-02T10:00:00.000Z');

const line = (retentionClass: string, category: string): ErasureLine => ({
  retentionClass,
  categories: [category],
  fields: [`${category}.name`],
  keys: [{ keyId: `key-of-${retentionClass}`, commitment: `commitment-of-${retentionClass}` }],
});
export const contact = line('contact', 'subject.contact');
export const photo = line('photo', 'subject.photo');
export const invoice2025 = line('invoice-2025', 'invoice');
export const invoice2019 = line('invoice-2019', 'invoice');

export const standing: Standing = {
  controller: company,
  relations: [{ customer, capacity: 'company-representative' }],
  consents: {},
  restrictions: [],
  objections: [],
  periods: [],
  erased: false,
};
export const facts = (changes: Partial<Facts> = {}): Facts => ({
  registered: true,
  standing,
  disclosures: [],
  held: [contact],
  holds: [],
  bookkeeping: 'P5Y',
  today: '2026-03-02',
  ...changes,
});
export const withStanding = (changes: Partial<Standing>): Pick<Facts, 'standing'> => ({ standing: { ...standing, ...changes } });

export const request = (ground: ErasureGround = 'no-longer-necessary'): ErasureRequest => ({
  ground,
  channel: 'e-mail',
  receivedAt: at.toISOString(),
  document: 'archive 2026/17',
});
export const decide = (known: Partial<Facts> = {}, changes: Partial<DecideErasure> = {}): DecideErasure => ({
  type: 'DecideErasure',
  erasureId,
  subjectId: kari,
  commandId: 'c1',
  request: request(),
  facts: facts(known),
  at,
  ...changes,
});
export const reconsider = (known: Partial<Facts> = {}, changes: Partial<ReconsiderErasure> = {}): ReconsiderErasure => ({
  type: 'ReconsiderErasure',
  erasureId,
  facts: facts(known),
  at,
  ...changes,
});

type DecisionEvent = Extract<ErasureEvent, { type: 'ErasureDecided' | 'ErasureDeferred' | 'ErasureResumed' }>;
const decision =
  <T extends DecisionEvent['type']>(type: T) =>
  (lines: readonly ErasureLine[], changes: Partial<DecisionEvent['data']> = {}): Extract<DecisionEvent, { type: T }> =>
    ({
      type,
      data: {
        ...{ erasureId, subjectId: kari, commandId: 'c1', controller: company, request: request() },
        ...{ round: 1, lines, whole: lines.every(({ deferred }) => !deferred), decidedAt: at.toISOString() },
        ...changes,
      },
    }) as Extract<DecisionEvent, { type: T }>;
export const decided = decision('ErasureDecided');
export const deferred = decision('ErasureDeferred');
export const resumed = decision('ErasureResumed');

export const waiting = {
  restriction: { exception: 'restriction', legal: 'GDPR art. 18(2)', condition: 'restriction-lifted' },
  hold: { exception: 'legal-hold', legal: 'GDPR art. 17(3)(e)', condition: 'hold-released', holdId: 'h1' },
  card: { exception: 'card-production', legal: 'GDPR art. 17(3)(b); FOR-2007-03-30-366', condition: 'card-issued' },
  books2025: { exception: 'bookkeeping', legal: 'GDPR art. 17(3)(b); bokføringsloven § 13', until: '2030-12-31' },
} as const satisfies Record<string, NonNullable<ErasureLine['deferred']>>;

const inRound = { erasureId, subjectId: kari, round: 1 };
const when = at.toISOString();
/** What the log says after each step of a round, in their order. */
export const steps: readonly ErasureEvent[] = [
  {
    type: 'KeysDestroyed',
    data: {
      ...inRound,
      keys: [{ ...contact.keys[0]!, retentionClass: 'contact', destroyedAt: when }],
      left: { blobs: { count: 2, bytes: 900 }, blindIndexes: { email: 1 } },
      destroyedAt: when,
    },
  },
  { type: 'BlobsDeleted', data: { ...inRound, count: 2, bytes: 900, retentionClasses: ['contact'], deletedAt: when } },
  { type: 'BlindIndexesRemoved', data: { ...inRound, byKind: { email: 1 }, retentionClasses: ['contact'], removedAt: when } },
  { type: 'TablesRescanned', data: { ...inRound, tables: ['read.orders'], rows: 0, sealedRows: 3, readable: 0, scannedAt: when } },
  {
    type: 'RecipientsNotified',
    data: { ...inRound, recipients: [], template: { id: 'erased-at-source', version: 1, hash: 'ab' }, notifiedAt: when },
  },
  { type: 'BackupExpiryScheduled', data: { ...inRound, latest: '2026-04-06', rule: { ruleId: 'backup', version: 1, length: 'P35D' } } },
  { type: 'BackupExpiryReached', data: { ...inRound, reachedAt: '2026-04-06T22:00:00.000Z' } },
];
export const completed: ErasureEvent = {
  type: 'ErasureCompleted',
  data: { erasureId, subjectId: kari, rounds: 1, completedAt: '2026-04-06T22:00:00.000Z' },
};
