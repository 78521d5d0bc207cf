import type { Outbox } from '@hjemmel/contexts/outbox/contract';
import type { CommandContext } from '@hjemmel/event-store';
import { Actor, Clock, derivedUuid } from '@hjemmel/kernel';
import { ErasureCommand, erasure } from './decider';
import type { LeftToRemove, Rescan } from './events';
import type { FactParts, KeysHeld, VaultKey } from './facts';

/** What the process reads: a read model, which may lag behind; each step is decided on the log. */
export interface ErasureStore {
  /**
   * Erasures that can go on, the longest due first.
   * @param conditions also those that wait for something to happen, not for a time
   */
  due(now: Date, conditions: boolean, behind: string, limit: number): Promise<readonly string[]>;
}

/** The vault as the eraser's login has it: it destroys, and opens nothing. */
export interface Shredder extends KeysHeld {
  /** Idempotent; gives each with the instant at which it was destroyed first. */
  destroy(keyIds: readonly string[]): Promise<readonly VaultKey[]>;
  /** Look-ups of a person that belong to these classes, by kind. */
  lookUpsOf(subjectId: string, retentionClasses: readonly string[]): Promise<Readonly<Record<string, number>>>;
  removeLookUps(subjectId: string, retentionClasses: readonly string[]): Promise<void>;
}

/** Files that belong to a person's data of these classes. */
export interface Files {
  of(subjectId: string, retentionClasses: readonly string[]): Promise<LeftToRemove['blobs']>;
  delete(subjectId: string, retentionClasses: readonly string[]): Promise<void>;
}

export interface EraserParts extends FactParts {
  readonly store: ErasureStore;
  readonly keys: Shredder;
  readonly files: Files;
  readonly rescan: (subjectId: string, keyIds: readonly string[], lookUps: number) => Promise<Rescan>;
  readonly outbox: Outbox;
  /** Where recipients are written to, by their id in the register. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

export const eraser: Actor = { id: 'eraser', role: 'system' };

export const contextOf = (parts: readonly string[], now: Date): CommandContext => ({
  commandId: derivedUuid('erasure', ...parts),
  actor: eraser,
  now,
});

/** @returns whether it added anything to the log */
export async function record({ decisions }: EraserParts, command: ErasureCommand, id: readonly string[]): Promise<boolean> {
  const { refusal, events } = await decisions.run(erasure, command, contextOf(id, command.at));
  if (refusal) throw new Error(`a step of an erasure was refused: ${refusal.refused}`);
  return events.length > 0;
}
