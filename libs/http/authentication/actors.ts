import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Actor, Role } from '@hjemmel/kernel';
import type { VerifiedToken } from './token-verifier';

const SERVICE_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * Who a token's subject is in the log. A service is no person and goes by its name; everybody else goes by a pseudonym
 * (HMAC-SHA256 of the subject, 32 hex digits), which only the holder of the key can lead back (GDPR art. 4(5)).
 */
export class Actors {
  private readonly pseudonyms = new LRUCache<string, string>({ max: 10_000 });

  constructor(private readonly key: Buffer) {}

  /** @param role the one by which the route lets the caller in */
  actorOf({ subject, roles }: VerifiedToken, role: Role): Actor {
    const named = roles.every((held) => held === 'service') && SERVICE_NAME.test(subject);
    return { id: named ? subject : this.pseudonymOf(subject), role };
  }

  pseudonymOf(subject: string): string {
    let pseudonym = this.pseudonyms.get(subject);
    if (pseudonym === undefined) {
      pseudonym = createHmac('sha256', this.key).update(subject).digest('hex').slice(0, 32);
      this.pseudonyms.set(subject, pseudonym);
    }
    return pseudonym;
  }
}
