import { createCipheriv, randomBytes } from 'node:crypto';
import { keyMaterial, open, seal } from '@hjemmel/vault/sealing';
import type { BenchTable } from './types';

const ROUNDS = 100_000;

/** Sealing and opening small fields with a key at hand, on one core, beside the bare cipher. */
export function run(): BenchTable {
  const key = keyMaterial('00000000-0000-8000-8000-000000000000', randomBytes(32));
  const place = (i: number) => ({
    eventId: '00000000-0000-8000-8000-000000000001',
    stream: 'order-1',
    path: `cardHolders.${i % 500}.name`,
  });
  const text = JSON.stringify({ givenName: 'Mădălina', familyName: 'Țurcanu' });
  const sealed = Array.from({ length: 500 }, (_, i) => seal(key, place(i), text));
  const seals = perSecond((i) => void seal(key, place(i), text));
  const opens = perSecond((i) => void open(key, place(i), sealed[i % 500]!));
  const bare = perSecond(() => {
    const cipher = createCipheriv('aes-256-gcm', key.encryption, randomBytes(12));
    cipher.update(text, 'utf8');
    cipher.final();
    cipher.getAuthTag();
  });
  const beside = `AES-256-GCM alone: ${Math.round(bare)}/s`;
  return {
    title: 'Sealing',
    rows: [
      { what: 'fields sealed', value: seals, unit: '/s', target: '≥ 40 000/s', beside },
      { what: 'fields opened', value: opens, unit: '/s', target: '≥ 40 000/s', beside },
    ],
    settings: { bytes: Buffer.byteLength(text), rounds: ROUNDS },
  };
}

function perSecond(once: (i: number) => void): number {
  for (let i = 0; i < ROUNDS / 10; i++) once(i);
  const begun = performance.now();
  for (let i = 0; i < ROUNDS; i++) once(i);
  return (ROUNDS / (performance.now() - begun)) * 1000;
}
