import { createHmac } from 'node:crypto';
import { newPseudonym } from '@hjemmel/kernel';
import type { Pool } from 'pg';

/** A value by which a person (or a sole trader's business, which is one person) is recognised, already normalised. */
export interface IdentityClaim {
  /** Under whom: two controllers never share a pseudonym for one person. */
  readonly controller: string;
  readonly kind: 'national-id' | 'email' | 'sole-trader-organisation';
  readonly value: string;
}

/**
 * Blind indexes: from a national id or e-mail to a random pseudonym, through an HMAC-SHA-256 under a key that is not in the database
 * and with the controller in it, so that nothing links one person's pseudonyms under two controllers.
 */
export class Identities {
  constructor(
    private readonly pool: Pool,
    private readonly blindKey: Buffer,
  ) {
    if (blindKey.length !== 32) throw new Error('the key of the blind indexes must be 32 bytes');
  }

  /** The pseudonym behind each claim, in order, made where the person is new. The same claim always finds the same one. */
  async resolve(claims: readonly IdentityClaim[]): Promise<{ readonly subjectId: string; readonly isNew: boolean }[]> {
    const blinds = claims.map((claim) => this.blind(claim));
    const known = await this.find(claims, blinds);
    const missing = claims.flatMap((_, i) => (known[i] === undefined ? [i] : []));
    if (missing.length === 0) return known.map((subjectId) => ({ subjectId: subjectId!, isNew: false }));
    // A claim may stand twice in one call: the first row wins, and the read below gives it to both.
    await this.pool.query(
      `INSERT INTO vault.identities (controller, kind, blind, subject_id)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) ON CONFLICT DO NOTHING`,
      [
        missing.map((i) => claims[i]!.controller),
        missing.map((i) => claims[i]!.kind),
        missing.map((i) => blinds[i]),
        missing.map(() => newPseudonym()),
      ],
    );
    const now = await this.find(claims, blinds);
    return now.map((subjectId, i) => ({ subjectId: subjectId!, isNew: known[i] === undefined }));
  }

  /** The pseudonym behind a claim, or undefined for an unknown person. Makes nothing. */
  async lookUp(claim: IdentityClaim): Promise<string | undefined> {
    return (await this.find([claim], [this.blind(claim)]))[0];
  }

  private async find(claims: readonly IdentityClaim[], blinds: readonly Buffer[]): Promise<(string | undefined)[]> {
    const { rows } = await this.pool.query<{ n: string; subject_id: string }>(
      `SELECT wanted.n, subject_id FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS wanted (controller, kind, blind, n)
       JOIN vault.identities USING (controller, kind, blind)`,
      [claims.map((claim) => claim.controller), claims.map((claim) => claim.kind), blinds],
    );
    const found: (string | undefined)[] = claims.map(() => undefined);
    for (const row of rows) found[Number(row.n) - 1] = row.subject_id.replaceAll('-', '');
    return found;
  }

  private blind({ controller, kind, value }: IdentityClaim): Buffer {
    return createHmac('sha256', this.blindKey)
      .update(JSON.stringify([controller, kind, value]))
      .digest();
  }
}
