import { errorCode } from '@hjemmel/host';
import { MicroBatch, newPseudonym } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import type { EpochKey, EpochKeys, MasterKeys } from './epoch-keys';
import { currentHeld, inTransaction } from './epochs';
import { NOT_CURRENT } from './epochs.sql';
import { blindOf, IdentityClaim, normalised, sealValue } from './identity-values';

export type { IdentityClaim } from './identity-values';

interface Resolved {
  readonly subjectId: string;
  readonly isNew: boolean;
}

/** How many look-ups of a person were removed, by kind. */
export type RemovedIdentities = Readonly<Partial<Record<IdentityClaim['kind'], number>>>;

/** A person who is known. */
interface Known {
  readonly subjectId: string;
  /** Made before rows kept their value: it is put in now that the value is seen. */
  readonly withoutValue: boolean;
  readonly blind: Buffer;
}

/** A person who is being made. */
interface Fresh {
  readonly claim: IdentityClaim;
  readonly subjectId: string;
  readonly sealed: Buffer;
  readonly blind: Buffer;
}

/** Another attempt is for an epoch that began, or a person who was removed, in the very moment. */
const ATTEMPTS = 5;

const nameOf = ({ controller, kind, value }: IdentityClaim): string => JSON.stringify([controller, kind, value]);

/**
 * Blind indexes: from a national id, e-mail address, telephone number or business number to a random pseudonym, through an HMAC under a key that is not
 * in the database. While the key is being changed, rows of the older versions are found as well.
 */
export class Identities {
  /** Commands of the same moment share statements: recognising people stands on the path of every order. */
  private readonly resolving = new MicroBatch<IdentityClaim, Resolved>((claims) => this.resolveAll(claims));

  constructor(
    private readonly pool: Pool,
    private readonly keys: { readonly blindIndex: EpochKeys; readonly master: MasterKeys },
  ) {}

  /**
   * The pseudonym behind each claim, in order, made where the person is new. The same claim always finds the same one, in whichever form its
   * value is written.
   * @throws RangeError where a value has no form in which anybody could be known by it
   */
  async resolve(claims: readonly IdentityClaim[]): Promise<Resolved[]> {
    return Promise.all(claims.map(normalised).map((claim) => this.resolving.add(claim)));
  }

  /** The pseudonym behind a claim, or undefined for an unknown person. Makes nothing. @throws RangeError as `resolve` */
  async lookUp(claim: IdentityClaim): Promise<string | undefined> {
    const wanted = normalised(claim);
    return (await this.find([wanted])).known.get(nameOf(wanted))?.subjectId;
  }

  /**
   * Removes the look-ups of a person, all or those of some kinds: nobody finds the pseudonym by them any more, under any version of the key, and the
   * person is somebody new when they come back.
   */
  async remove(subjectId: string, kinds?: readonly IdentityClaim['kind'][]): Promise<RemovedIdentities> {
    const { rows } = await this.pool.query<{ kind: IdentityClaim['kind'] }>({
      name: 'vault-remove-identities',
      text: 'DELETE FROM vault.identities WHERE subject_id = $1 AND ($2::text[] IS NULL OR kind = ANY($2)) RETURNING kind',
      values: [subjectId, kinds ?? null],
    });
    const removed: Partial<Record<IdentityClaim['kind'], number>> = {};
    for (const { kind } of rows) removed[kind] = (removed[kind] ?? 0) + 1;
    return removed;
  }

  private async resolveAll(claims: readonly IdentityClaim[]): Promise<Resolved[]> {
    const wanted = new Map(claims.map((claim) => [nameOf(claim), claim]));
    const resolved = new Map<string, Resolved>();
    for (let attempt = 1; resolved.size < wanted.size; attempt++) {
      // What was neither found nor could be added is looked for anew: made, removed, or of another version by now.
      if (attempt > ATTEMPTS) throw new Error('people or keys change faster than people can be found');
      const missing = [...wanted].flatMap(([name, claim]) => (resolved.has(name) ? [] : [claim]));
      const { version, known } = await this.find(missing);
      for (const [name, { subjectId }] of known) resolved.set(name, { subjectId, isNew: false });
      const unknown = missing.filter((claim) => !known.has(nameOf(claim)));
      if (unknown.length === 0) continue;
      for (const [name, subjectId] of await this.add(unknown, version)) resolved.set(name, { subjectId, isNew: true });
    }
    return claims.map((claim) => resolved.get(nameOf(claim))!);
  }

  /** Those who are known, by claim. Asked with every version of the key that rows may be of; again where a new one began meanwhile. */
  private async find(
    claims: readonly IdentityClaim[],
  ): Promise<{ readonly version: EpochKey; readonly known: ReadonlyMap<string, Known> }> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const versions = await this.keys.blindIndex.live();
      const { current, known } = await this.findUnder(versions, claims);
      const version = versions[0];
      if (version === undefined || current !== version.epoch) {
        await this.keys.blindIndex.refresh();
        continue;
      }
      for (const claim of claims) {
        const row = known.get(nameOf(claim));
        if (row?.withoutValue) await this.complete(claim, row);
      }
      return { version, known };
    }
    throw new Error('the key of the blind indexes was changed faster than people could be found');
  }

  private async findUnder(versions: readonly EpochKey[], claims: readonly IdentityClaim[]) {
    const asked = claims.flatMap((claim) => versions.map(({ key }) => ({ claim, blind: blindOf(key, claim) })));
    const { rows } = await this.pool.query<{
      current: number;
      place: string | null;
      subject_id: string;
      blind: Buffer;
      without_value: boolean;
    }>({
      name: 'vault-find-identities',
      // In one statement with the current version: a row that was moved to a newer one is missed by nobody who does not notice.
      text: `SELECT current, place, subject_id, blind, without_value FROM (SELECT max(epoch) AS current FROM vault.epochs WHERE kind = 'blind-index') AS newest
             LEFT JOIN (SELECT place, subject_id, blind, sealed IS NULL AS without_value
                        FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS wanted (controller, kind, blind, place)
                        JOIN vault.identities USING (controller, kind, blind)) AS found ON true`,
      values: [asked.map(({ claim }) => claim.controller), asked.map(({ claim }) => claim.kind), asked.map(({ blind }) => blind)],
    });
    const known = new Map<string, Known>();
    for (const { place, subject_id, blind, without_value } of rows) {
      if (place === null) continue;
      const { claim } = asked[Number(place) - 1]!;
      known.set(nameOf(claim), { subjectId: subject_id.replaceAll('-', ''), blind, withoutValue: without_value });
    }
    return { current: rows[0]?.current, known };
  }

  /**
   * Makes people, and gives those that nobody else made at the same moment.
   * @param version under which they were not found. No other may be taken: between the two somebody may have made them under this one.
   * @returns nobody where the version or the master key was followed by another
   */
  private async add(claims: readonly IdentityClaim[], version: EpochKey): Promise<ReadonlyMap<string, string>> {
    const master = await this.keys.master.current();
    const fresh = claims.map((claim) => {
      const subjectId = newPseudonym();
      const sealed = sealValue(master.key, { ...claim, subjectId, epoch: master.epoch }, claim.value);
      return { claim, subjectId, sealed, blind: blindOf(version.key, claim) };
    });
    // In one order in every process, so that two of them don't wait for each other.
    fresh.sort((a, b) => (nameOf(a.claim) < nameOf(b.claim) ? -1 : 1));
    try {
      const added = new Set(await this.insert(fresh, version, master));
      return new Map(fresh.filter(({ subjectId }) => added.has(subjectId)).map(({ claim, subjectId }) => [nameOf(claim), subjectId]));
    } catch (error) {
      if (errorCode(error) !== NOT_CURRENT) throw error;
      await this.keys.blindIndex.refresh();
      await this.keys.master.refresh();
      return new Map();
    }
  }

  /** Gives the pseudonyms of rows that were not there. */
  private async insert(fresh: readonly Fresh[], version: EpochKey, master: EpochKey): Promise<string[]> {
    const { rows } = await this.pool.query<{ subject_id: string }>({
      name: 'vault-add-identities',
      text: `INSERT INTO vault.identities (controller, kind, blind, subject_id, sealed, version, epoch)
             SELECT *, $6::integer, $7::integer FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::bytea[])
             ON CONFLICT DO NOTHING RETURNING subject_id`,
      values: [
        fresh.map(({ claim }) => claim.controller),
        fresh.map(({ claim }) => claim.kind),
        fresh.map(({ blind }) => blind),
        fresh.map(({ subjectId }) => subjectId),
        fresh.map(({ sealed }) => sealed),
        version.epoch,
        master.epoch,
      ],
    });
    return rows.map(({ subject_id }) => subject_id.replaceAll('-', ''));
  }

  private async complete(claim: IdentityClaim, { subjectId, blind }: Known): Promise<void> {
    const [version, master] = [await this.keys.blindIndex.current(), await this.keys.master.current()];
    await inTransaction(this.pool, async (client) => {
      const current = [await currentHeld(client, 'blind-index'), await currentHeld(client, 'master')];
      if (current[0] !== version.epoch || current[1] !== master.epoch) return; // at the next time it is seen
      await client.query(
        `UPDATE vault.identities SET blind = $4, version = $5, epoch = $6, sealed = $7
         WHERE controller = $1 AND kind = $2 AND blind = $3 AND sealed IS NULL`,
        [
          claim.controller,
          claim.kind,
          blind,
          blindOf(version.key, claim),
          version.epoch,
          master.epoch,
          sealValue(master.key, { ...claim, subjectId, epoch: master.epoch }, claim.value),
        ],
      );
    });
  }
}
