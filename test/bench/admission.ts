import { Activity, admit, RequestedUse, Standing } from '@hjemmel/admission';
import { createHash } from 'node:crypto';
import type { BenchTable } from './types';

const ROUNDS = 500_000;

const activity: Activity = {
  id: 'C-1',
  version: 1,
  role: 'controller',
  purposes: ['deliver-service', 'customer-service'],
  legalBases: [
    { code: '6(1)(b)', when: 'sole-trader' },
    { code: '6(1)(f)', when: 'company-representative', balancing: { reviewBy: '2099-12-31' } },
  ],
  categories: [
    { category: 'subject.contact', fields: ['name', 'email', 'phone'] },
    { category: 'customer.org', fields: ['name'] },
  ],
  recipients: [{ id: 'mail-provider', location: 'EEA', storage: 'EEA', fields: ['subject.contact.name', 'subject.contact.email'] }],
  retention: [{ rule: 'order-3y', trigger: 'contract-ended', length: 'P3Y' }],
  retired: false,
};
const standing: Standing = {
  controller: '915376215',
  relations: [{ customer: '334115739', capacity: 'company-representative' }],
  consents: { marketing: { state: 'given' } },
  restrictions: [],
  objections: [],
  periods: [],
  erased: false,
};
const use: RequestedUse = {
  activity: 'C-1',
  purpose: 'deliver-service',
  categories: ['subject.contact', 'customer.org'],
  kind: 'processing',
  customer: '334115739',
};

/** Verdicts of the pure rules, beside hashing as many small messages. */
export function run(): BenchTable {
  const question = {
    standing,
    activity,
    statement: { version: '2023-12-20', hash: 'ab', effectiveFrom: '2023-12-19T23:00:00.000Z' },
    agreement: undefined,
    use,
    company: '915376215',
  };
  const at = new Date();
  let admitted = 0;
  const verdicts = perSecond(() => void (admitted += admit({ ...question, at }).admitted ? 1 : 0));
  const hashes = perSecond(() => void createHash('sha256').update('a message of some forty bytes, no more.').digest());
  if (admitted === 0) throw new Error('nothing was admitted');
  return {
    title: 'Admission rules',
    rows: [
      { what: 'verdicts', value: verdicts, unit: '/s', target: '≥ 200 000/s', beside: `SHA-256 of 40 bytes: ${Math.round(hashes)}/s` },
    ],
    settings: { rounds: ROUNDS },
  };
}

function perSecond(once: () => void): number {
  for (let i = 0; i < ROUNDS / 10; i++) once();
  const begun = performance.now();
  for (let i = 0; i < ROUNDS; i++) once();
  return (ROUNDS / (performance.now() - begun)) * 1000;
}
