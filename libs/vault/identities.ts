import { createHmac } from 'node:crypto';
import { MicroBatch, newPseudonym } from '@hjemmel/kernel';
import type { Pool } from 'pg';

/** A value by which a person (or a sole trader's business, which is one person) is recognised, already normalised. */
export interface IdentityClaim {
  /** Under whom: two controllers never share a pseudonym for one person. */
  readonly controller: string;
  readonly kind: 'national-id' | 'email' | 'sole-trader-organisation';
  readonly value: string;
}

interface Resolved {
  readonly subjectId: string;
  readonly isNew: boolean;
}

interface Blinded {
  readonly controller: string;
  readonly kind: string;
  readonly blind: Buffer;
}

interface Row extends Blinded {
  readonly subject_id: string;
}

const nameOf = ({ controller, kind, blind }: Blinded): string => `${kind} ${controller} ${blind.toString('base64')}`;

const pseudonymsOf = (rows: readonly Row[]): Map<string, string> =>
  new Map(rows.map((row) => [nameOf(row), row.subject_id.replaceAll('-', '')]));

/**
 * Blind indexes: from a national id or e-mail to a random pseudonym, through an HMAC-SHA-256 under a key that is not in the database
 * and with the controller in it, so that nothing links one person's pseudonyms under two controllers.
 */
export class Identities {
  /** Commands of the same moment share statements: recognising people stands on the path of every order. */
  private readonly resolving = new MicroBatch<Blinded, Resolved>((claims) => this.resolveAll(claims));

  constructor(
    private readonly pool: Pool,
    private readonly blindKey: Buffer,
  ) {
    if (blindKey.length !== 32) throw new Error('the key of the blind indexes must be 32 bytes');
  }

  /** The pseudonym behind each claim, in order, made where the person is new. The same claim always finds the same one. */
  resolve(claims: readonly IdentityClaim[]): Promise<Resolved[]> {
    return Promise.all(claims.map((claim) => this.resolving.add(this.blinded(claim))));
  }

  /** The pseudonym behind a claim, or undefined for an unknown person. Makes nothing. */
  async lookUp(claim: IdentityClaim): Promise<string | undefined> {
    const blinded = this.blinded(claim);
    return (await this.find([blinded])).get(nameOf(blinded));
  }

  private async resolveAll(claims: readonly Blinded[]): Promise<Resolved[]> {
    const known = await this.find(claims);
    const missing = [...new Map(claims.map((claim) => [nameOf(claim), claim]))].flatMap(([name, claim]) =>
      known.has(name) ? [] : [claim],
    );
    const now = missing.length === 0 ? known : new Map([...known, ...(await this.add(missing))]);
    return claims.map((claim) => ({ subjectId: now.get(nameOf(claim))!, isNew: !known.has(nameOf(claim)) }));
  }

  private async find(claims: readonly Blinded[]): Promise<Map<string, string>> {
    const { rows } = await this.pool.query<Row>({
      name: 'vault-find-identities',
      text: `SELECT controller, kind, blind, subject_id FROM unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (controller, kind, blind)
             JOIN vault.identities USING (controller, kind, blind)`,
      values: [claims.map((claim) => claim.controller), claims.map((claim) => claim.kind), claims.map((claim) => claim.blind)],
    });
    return pseudonymsOf(rows);
  }

  private async add(claims: readonly Blinded[]): Promise<Map<string, string>> {
    // In one order in every process, so that two of them don't wait for each other.
    const inOrder = [...claims].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const { rows } = await this.pool.query<Row>({
      name: 'vault-add-identities',
      text: `INSERT INTO vault.identities (controller, kind, blind, subject_id)
             SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) ON CONFLICT DO NOTHING
             RETURNING controller, kind, blind, subject_id`,
      values: [
        inOrder.map((claim) => claim.controller),
        inOrder.map((claim) => claim.kind),
        inOrder.map((claim) => claim.blind),
        inOrder.map(() => newPseudonym()),
      ],
    });
    const added = pseudonymsOf(rows);
    const taken = inOrder.filter((claim) => !added.has(nameOf(claim)));
    return taken.length === 0 ? added : new Map([...added, ...(await this.find(taken))]);
  }

  private blinded(claim: IdentityClaim): Blinded {
    return { controller: claim.controller, kind: claim.kind, blind: this.blind(claim) };
  }

  private blind({ controller, kind, value }: IdentityClaim): Buffer {
    return createHmac('sha256', this.blindKey)
      .update(JSON.stringify([controller, kind, value]))
      .digest();
  }
}
