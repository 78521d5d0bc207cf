import type { Pool } from 'pg';
import type { EpochKeys } from './epoch-keys';
import type { IdentityClaim, Identities } from './identities';
import type { KeyStore } from './key-store';
import { lookUpsOf } from './look-ups';

/** A key as whoever destroys it sees it. */
export interface ShreddedKey {
  readonly keyId: string;
  readonly retentionClass: string;
  /** base64url, as it stands in the log. */
  readonly commitment: string;
  readonly destroyedAt: Date | null;
}

/** By which look-ups a person is found whose data of a class is kept; by a business number a customer is found, who is none. */
const kindsOf: Readonly<Record<string, readonly IdentityClaim['kind'][]>> = { contact: ['email', 'phone'], 'national-id': ['national-id'] };

const refused = (): Promise<never> => Promise.reject(new Error('this program reads no key of the vault'));

/** For a program that destroys: it has no master key, and needs none. */
export const noKeys: EpochKeys = { current: refused, of: refused, live: refused, refresh: refused };

/** Takes keys and look-ups away, and opens nothing. */
export class Shredder {
  constructor(
    private readonly pool: Pool,
    private readonly keys: Pick<KeyStore, 'keysOf' | 'destroy'>,
    private readonly identities: Pick<Identities, 'remove'>,
  ) {}

  /** All keys that the person ever had. */
  async keysOf(subjectId: string): Promise<ShreddedKey[]> {
    return (await this.keys.keysOf(subjectId)).map(shown);
  }

  /** When it settles, no process seals or opens with any of them. Idempotent. */
  async destroy(keyIds: readonly string[]): Promise<ShreddedKey[]> {
    return (await this.keys.destroy(keyIds)).map(shown);
  }

  /** How many look-ups there are that belong to data of these classes, by kind. */
  async lookUpsOf(subjectId: string, retentionClasses: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const wanted: readonly string[] = kinds(retentionClasses);
    return Object.fromEntries(Object.entries(await lookUpsOf(this.pool, subjectId)).filter(([kind]) => wanted.includes(kind)));
  }

  async removeLookUps(subjectId: string, retentionClasses: readonly string[]): Promise<void> {
    const wanted = kinds(retentionClasses);
    if (wanted.length > 0) await this.identities.remove(subjectId, wanted);
  }
}

const kinds = (retentionClasses: readonly string[]): IdentityClaim['kind'][] => retentionClasses.flatMap((one) => kindsOf[one] ?? []);

const shown = ({
  keyId,
  retentionClass,
  commitment,
  destroyedAt,
}: {
  readonly keyId: string;
  readonly retentionClass: string;
  readonly commitment: Buffer;
  readonly destroyedAt: Date | null;
}): ShreddedKey => ({ keyId, retentionClass, commitment: commitment.toString('base64url'), destroyedAt });
