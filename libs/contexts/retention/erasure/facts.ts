import type { Norms } from '@hjemmel/admission';
import { categoriesOf } from '@hjemmel/admission/retention-classes';
import { Ledger, ledger, ledgerOf } from '@hjemmel/contexts/data-subjects/contract';
import { KnownRule, retentionRule, retentionRuleStream } from '@hjemmel/contexts/processing-register/contract';
import type { Decisions } from '@hjemmel/event-store';
import { osloDay } from '@hjemmel/kernel/calendar';
import { legalHolds } from '../holds/decider';
import { holdStream } from '../holds/events';
import type { ActiveHold } from '../holds/state';
import type { ErasureGround, ErasureLine } from './events';
import type { Facts } from './lines.decisions';

/** A data key as the vault knows it; never the key itself. */
export interface VaultKey {
  readonly keyId: string;
  readonly retentionClass: string;
  /** base64url */
  readonly commitment: string;
  readonly destroyedAt: Date | null;
}

/** What the vault says of a person's keys. */
export abstract class KeysHeld {
  abstract keysOf(subjectId: string): Promise<readonly VaultKey[]>;
}

export interface FactParts {
  readonly decisions: Decisions;
  readonly keys: KeysHeld;
  /** The register as it stands: which fields a category has. */
  readonly norms: (at: Date) => Norms;
  /** What rules keep of a person's data still, by the ledger as it is now; only who erases by schedule has to know. */
  readonly keeping?: KeepingOf;
}

export type KeepingOf = (
  subjectId: string,
  at: Date,
) => Promise<{ readonly kept: NonNullable<Facts['kept']>; /** By how many facts of the ledger. */ readonly changes: number }>;

/** Everything that an erasure of this person is decided on, read from the log and the vault as they are now. */
export async function factsOf(
  parts: FactParts,
  subjectId: string,
  ground: ErasureGround,
  at: Date,
): Promise<{ readonly facts: Facts; readonly ledger: Ledger; readonly changes?: number }> {
  const { decisions, keys } = parts;
  const keeping = ground === 'retention' ? await keepingOf(parts, subjectId, at) : undefined;
  const [{ state }, held, bookkeeping] = await Promise.all([
    decisions.load(ledger, ledgerOf(subjectId)),
    keys.keysOf(subjectId),
    ruleOf(decisions, 'bokforing-5y'),
  ]);
  const facts: Facts = {
    registered: state.registered,
    standing: state.standing,
    disclosures: state.disclosures,
    held: linesHeld(held, parts.norms(at)),
    holds: await holdsOn(decisions, subjectId, state),
    bookkeeping: bookkeeping.length,
    ...(keeping && { kept: keeping.kept }),
    today: osloDay(at),
  };
  return { facts, ledger: state, ...(keeping && { changes: keeping.changes }) };
}

function keepingOf({ keeping }: FactParts, subjectId: string, at: Date): ReturnType<KeepingOf> {
  if (!keeping) throw new Error('nothing is erased by schedule where nobody knows what is kept');
  return keeping(subjectId, at);
}

export interface RuleInForce {
  readonly ruleId: string;
  readonly version: number;
  readonly length: string;
}

/** @throws Error where the rule is not set, or has no length: nothing is erased by a rule that nobody made */
export async function ruleOf(decisions: Decisions, ruleId: string): Promise<RuleInForce> {
  const { state } = await decisions.load<KnownRule | undefined, Parameters<typeof retentionRule.evolve>[1]>(
    retentionRule,
    retentionRuleStream(ruleId),
  );
  const length = state?.rule.length;
  if (!state || length === undefined) throw new Error(`retention rule ${ruleId} has no length`);
  return { ruleId, version: state.version, length };
}

function linesHeld(held: readonly VaultKey[], norms: Norms): Omit<ErasureLine, 'deferred'>[] {
  const classes = [...new Set(held.filter(({ destroyedAt }) => destroyedAt === null).map(({ retentionClass }) => retentionClass))].sort();
  return classes.map((retentionClass) => {
    const categories = categoriesOf(retentionClass);
    return {
      retentionClass,
      categories,
      fields: fieldsOf(categories, norms),
      keys: held
        .filter((key) => key.retentionClass === retentionClass && key.destroyedAt === null)
        .map(({ keyId, commitment }) => ({ keyId, commitment })),
    };
  });
}

/** As the register declares them, by whatever activity. */
function fieldsOf(categories: readonly string[], { register }: Norms): string[] {
  const declared = [...register.values()].flatMap((activity) => activity.categories);
  const fields = declared
    .filter(({ category }) => categories.includes(category))
    .flatMap(({ category, fields: names }) => names.map((name) => `${category}.${name}`));
  return [...new Set(fields)].sort();
}

async function holdsOn(decisions: Decisions, subjectId: string, { standing }: Ledger): Promise<ActiveHold[]> {
  const customers = [...new Set([...standing.relations.map(({ customer }) => customer), standing.controller])];
  const targets = [{ subjectId }, ...customers.filter((customer) => customer !== '').map((customer) => ({ customer }))];
  const holds = await Promise.all(targets.map((target) => decisions.load(legalHolds, holdStream(target))));
  return holds.flatMap(({ state }) => state.active);
}
