import { OperatorError } from '@hjemmel/host';
import type { Pool } from 'pg';
import type { EpochKind, KeySource } from './key-sources';

/** A key of 32 bytes and its number, counted from 1. */
export interface EpochKey {
  readonly epoch: number;
  readonly key: Buffer;
}

/** Keys that follow one another: master keys, which wrap data keys and values, or the HMAC keys of blind indexes. */
export interface EpochKeys {
  /** What new rows are made under. */
  current(): Promise<EpochKey>;
  /**
   * The key that a row names. An epoch not heard of yet is looked for anew: a rotation may have begun a moment ago.
   * @throws OperatorError where it is missing
   */
  of(epoch: number): Promise<Buffer>;
  /** All that rows may still name, the current one first. */
  live(): Promise<readonly EpochKey[]>;
  /** Looks anew which one is current. */
  refresh(): Promise<void>;
}
export type MasterKeys = EpochKeys;

export interface EpochRow {
  readonly epoch: number;
  readonly wrapped: string | null;
  readonly retired: boolean;
}

/** Which epochs there are stands in the database, so that all processes go over to a new one together; the keys come from their source. */
export class EpochKeyRing implements EpochKeys {
  private readonly keys = new Map<number, Promise<Buffer>>();
  private rows: ReadonlyMap<number, EpochRow> | undefined;

  constructor(
    readonly kind: EpochKind,
    private readonly source: KeySource,
    private readonly pool: Pool,
  ) {}

  async current(): Promise<EpochKey> {
    const rows = this.rows ?? (await this.readRows());
    const epoch = Math.max(...rows.keys());
    return { epoch, key: await this.of(epoch) };
  }

  async of(epoch: number): Promise<Buffer> {
    const known = this.keys.get(epoch);
    if (known) return known;
    const row = this.rows?.get(epoch) ?? (await this.readRows()).get(epoch);
    if (!row) throw new OperatorError(`the vault knows no epoch ${epoch} of the ${this.kind} key`);
    const reading = this.read(row);
    this.keys.set(epoch, reading);
    // What could not be read now may be there at the next asking.
    reading.catch(() => this.keys.delete(epoch));
    return reading;
  }

  async live(): Promise<readonly EpochKey[]> {
    const rows = this.rows ?? (await this.readRows());
    const epochs = [...rows.values()].filter(({ retired }) => !retired).map(({ epoch }) => epoch);
    return Promise.all(epochs.sort((a, b) => b - a).map(async (epoch) => ({ epoch, key: await this.of(epoch) })));
  }

  async refresh(): Promise<void> {
    await this.readRows();
  }

  private async read({ epoch, wrapped }: EpochRow): Promise<Buffer> {
    const key = await this.source.read(this.kind, epoch, wrapped ?? undefined);
    if (!key) throw new OperatorError(`${this.source.nameOf(this.kind, epoch)} is missing: keys of the vault are under it`);
    return key;
  }

  private async readRows(): Promise<ReadonlyMap<number, EpochRow>> {
    const { rows } = await this.pool.query<EpochRow>({
      name: 'vault-epochs',
      text: 'SELECT epoch, wrapped, retired_at IS NOT NULL AS retired FROM vault.epochs WHERE kind = $1',
      values: [this.kind],
    });
    return (this.rows = new Map(rows.map((row) => [row.epoch, row])));
  }
}
