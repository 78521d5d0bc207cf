import type { EventLog } from '@hjemmel/event-store';
import type { Recorded } from '@hjemmel/kernel';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/facts.contract';
import { ledgerOf } from '@hjemmel/contexts/data-subjects/facts.contract';
import { ClassStanding, standingsOf } from '../due/due';
import { evolveHeld, Held } from '../due/held';
import type { KeepingNorms } from '../due/norms';

/** What is held of one person as the read model has it, and up to where. */
export interface HeldRow {
  readonly subjectId: string;
  readonly held: Held;
  /** Of the last event that changed it. */
  readonly position: bigint;
}

/** Which norms and which read model the kept standings follow from. */
export interface LookedAt {
  readonly modelVersion: number;
  /** Position of the last event of register and rules. */
  readonly norms: bigint;
  /** Every row that changed up to here was looked at. */
  readonly upTo: bigint;
}

/**
 * What the worker found when it looked at everybody last: how long each class of each person may be kept. The read model alone can't tell: the lengths
 * are the register's, and change without any event of the person's. It may be thrown away at any time; then everybody is looked at anew.
 */
export interface KeepingStore {
  readonly modelVersion: number;
  looked(): Promise<LookedAt | undefined>;
  /** Up to where the read model has come. */
  checkpoint(): Promise<bigint>;
  /** Rows that changed after a position, by position; or all of them, by pseudonym. */
  changed(after: bigint, behind: Place | undefined, limit: number): Promise<readonly HeldRow[]>;
  all(behind: string, limit: number): Promise<readonly HeldRow[]>;
  /** In place of what was found of these persons before. */
  keep(found: readonly { readonly subjectId: string; readonly standings: readonly ClassStanding[] }[]): Promise<void>;
  mark(looked: LookedAt): Promise<void>;
  /** Persons of whom something is over under a confirmed rule, by pseudonym. */
  due(at: Date, behind: string, limit: number): Promise<readonly string[]>;
  unsettled(at: Date): Promise<{ readonly waiting: number; readonly refused: number; readonly unruled: number }>;
}

interface Place {
  readonly position: bigint;
  readonly subjectId: string;
}

const PAGE = 500;

/**
 * Looks at everybody whose ledger changed since it was done last, and at all where register or rules did. Gives how many were looked at.
 * @param known position of the last event of register and rules that is in the norms
 * @param signal aborted when the process is to stop
 */
export async function lookAgain(store: KeepingStore, norms: KeepingNorms, known: bigint, at: Date, signal?: AbortSignal): Promise<number> {
  const before = await store.looked();
  if (before && before.norms > known) return 0; // another worker knew more already
  const upTo = await store.checkpoint();
  const isSame = before !== undefined && before.norms === known && before.modelVersion === store.modelVersion;
  let looked = 0;
  let last: HeldRow | undefined;
  for (;;) {
    if (signal?.aborted) return looked; // not marked: the next look begins anew
    const rows = await (isSame ? store.changed(before.upTo, last, PAGE) : store.all(last?.subjectId ?? '', PAGE));
    await store.keep(rows.map(({ subjectId, held }) => ({ subjectId, standings: standingsOf(held, norms, at) })));
    looked += rows.length;
    last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
  }
  await store.mark({ modelVersion: store.modelVersion, norms: known, upTo });
  return looked;
}

/** What is held of a person as the ledger itself says now: what a decision is taken on. */
export async function heldOnLedger(log: EventLog, subjectId: string): Promise<Held | undefined> {
  let held: Held | undefined;
  for await (const recorded of log.readStream(ledgerOf(subjectId))) held = evolveHeld(held, recorded as Recorded<LedgerEvent>);
  return held;
}
