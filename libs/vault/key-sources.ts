import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, newPassword, OperatorError, readSecretFile, secretFile } from '@hjemmel/host';
import type { Transit } from './transit';
import { KEY_BYTES } from './wrapping';

/** `master` keys wrap data keys and the values behind blind indexes; `blind-index` keys are those of the HMAC. */
export type EpochKind = 'master' | 'blind-index';
export const EPOCH_KINDS: readonly EpochKind[] = ['master', 'blind-index'];

/** Where keys of 32 bytes are kept, outside the database: a copy of that alone opens nothing and links nobody. */
export interface KeySource {
  /** The key; undefined where it is not there. @param wrapped what stands in the database for it, if anything */
  read(kind: EpochKind, epoch: number, wrapped?: string): Promise<Buffer | undefined>;
  /** Makes the key where it is missing. Gives what belongs into the database for it, if anything. @throws OperatorError where it can't be made here */
  make(kind: EpochKind, epoch: number): Promise<string | undefined>;
  /** Takes away what is kept of it here. Gives what is left to the operator, if anything. */
  remove(kind: EpochKind, epoch: number): Promise<string | undefined>;
  /** How the operator knows the key. */
  nameOf(kind: EpochKind, epoch: number): string;
}

/** 32 bytes from base64url, or undefined. */
export function keyFrom(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

/** Files in the folder of secrets, mode 600: `vault-master.key` for the first epoch, `vault-master.2.key` for the second. */
export class FileKeys implements KeySource {
  constructor(private readonly secrets: string) {}

  async read(kind: EpochKind, epoch: number): Promise<Buffer | undefined> {
    const path = this.nameOf(kind, epoch);
    if (!(await exists(path))) return undefined;
    const key = keyFrom((await readSecretFile(path)).trim());
    if (!key) throw new OperatorError(`${path} must hold ${KEY_BYTES} bytes as base64url`);
    return key;
  }

  async make(kind: EpochKind, epoch: number): Promise<undefined> {
    await secretFile(this.nameOf(kind, epoch), newPassword);
  }

  async remove(kind: EpochKind, epoch: number): Promise<undefined> {
    await rm(this.nameOf(kind, epoch), { force: true });
  }

  nameOf(kind: EpochKind, epoch: number): string {
    return join(this.secrets, `vault-${kind}${epoch === 1 ? '' : `.${epoch}`}.key`);
  }
}

export const KEY_VARIABLES = { master: 'HJEMMEL_VAULT_MASTER_KEYS', 'blind-index': 'HJEMMEL_VAULT_BLIND_INDEX_KEYS' } as const;

/** Keys that were told in environment variables, as `1:<base64url>,2:<base64url>`. */
export class EnvironmentKeys implements KeySource {
  private readonly keys: Readonly<Record<EpochKind, ReadonlyMap<number, Buffer>>>;

  /** @throws OperatorError that names the variable and the place in it, and no value */
  constructor(told: Readonly<Partial<Record<EpochKind, string>>>) {
    const keysOf = (kind: EpochKind) => (told[kind] === undefined ? new Map<number, Buffer>() : parse(kind, told[kind]));
    this.keys = { master: keysOf('master'), 'blind-index': keysOf('blind-index') };
  }

  async read(kind: EpochKind, epoch: number): Promise<Buffer | undefined> {
    return this.keys[kind].get(epoch);
  }

  async make(kind: EpochKind, epoch: number): Promise<undefined> {
    if (this.keys[kind].has(epoch)) return undefined;
    throw new OperatorError(
      `${KEY_VARIABLES[kind]} must hold ${epoch}:<${KEY_BYTES} bytes as base64url> first, in every process: add it and start them anew`,
    );
  }

  async remove(kind: EpochKind, epoch: number): Promise<string | undefined> {
    return this.keys[kind].has(epoch) ? `take ${epoch}:… out of ${KEY_VARIABLES[kind]}, and destroy where you keep it` : undefined;
  }

  nameOf(kind: EpochKind, epoch: number): string {
    return `key ${epoch} of ${KEY_VARIABLES[kind]}`;
  }
}

function parse(kind: EpochKind, text: string): ReadonlyMap<number, Buffer> {
  const keys = new Map<number, Buffer>();
  text.split(',').forEach((part, place) => {
    const [, number, encoded] = /^\s*([1-9]\d{0,8}):([\w-]+)\s*$/.exec(part) ?? [];
    const key = encoded === undefined ? undefined : keyFrom(encoded);
    if (!key || keys.has(Number(number)))
      throw new OperatorError(
        `${KEY_VARIABLES[kind]} must be <number>:<${KEY_BYTES} bytes as base64url> with commas between, each number once: see entry ${place + 1}`,
      );
    keys.set(Number(number), key);
  });
  return keys;
}

/**
 * Keys that an outside key service makes and unwraps; the database keeps what only that service can read. Epochs from before it was used are in
 * files still, until they are rotated away and retired.
 */
export class TransitKeys implements KeySource {
  private readonly files: FileKeys;

  constructor(
    private readonly transit: Transit,
    secrets: string,
  ) {
    this.files = new FileKeys(secrets);
  }

  async read(kind: EpochKind, epoch: number, wrapped?: string): Promise<Buffer | undefined> {
    return wrapped === undefined ? this.files.read(kind, epoch) : this.transit.unwrap(wrapped, `${kind} key ${epoch}`);
  }

  make(): Promise<string> {
    return this.transit.makeKey();
  }

  async remove(kind: EpochKind, epoch: number): Promise<string | undefined> {
    return this.files.remove(kind, epoch);
  }

  nameOf(kind: EpochKind, epoch: number): string {
    return `${kind} key ${epoch} (made by ${this.transit.where}, or ${this.files.nameOf(kind, epoch)})`;
  }
}
