import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/facts.contract';
import { changesKeeping, withRelation } from '@hjemmel/contexts/data-subjects/facts.contract';
import type { Recorded } from '@hjemmel/kernel';

/** What is held of one person, and what happened from which the end of the keeping counts. Plain data without personal data: a read model keeps it as it is. */
export interface Held {
  readonly subjectId: string;
  /** How many facts changed it, as the ledger counts them too: who decides on what is held can tell whether another came since. */
  readonly changes: number;
  /** Live keys: what is sealed under them can be read. */
  readonly keys: readonly HeldKey[];
  /** In the order in which they began; over since `endedAt`. */
  readonly relations: readonly { readonly customer: string; readonly capacity: string; readonly endedAt?: string }[];
  readonly uses: readonly HeldUse[];
  /** The last choice for each purpose. */
  readonly choices: readonly { readonly purpose: string; readonly state: 'given' | 'refused' | 'withdrawn'; readonly since: string }[];
  /** Objections that stand, decided or not. */
  readonly objections: readonly {
    readonly objectionId: string;
    readonly kind: 'situation' | 'direct-marketing';
    readonly purpose: string;
    readonly since: string;
  }[];
  /** The last beginning for each trigger and customer; towards all customers where none is named. */
  readonly periods: readonly { readonly trigger: string; readonly customer?: string; readonly since: string }[];
}

export interface HeldKey {
  readonly keyId: string;
  readonly retentionClass: string;
}

/** What one activity has done with the person's data on one customer's account. */
export interface HeldUse {
  readonly activity: string;
  readonly customer?: string;
  /** What it has stored: an admission that names a fact stores what the fact says, one without uses what is there and keeps nothing longer. */
  readonly categories: readonly string[];
  readonly storedAt?: string;
  readonly usedAt: string;
}

const nothingHeld = (subjectId: string): Held => ({
  subjectId,
  changes: 0,
  keys: [],
  relations: [],
  uses: [],
  choices: [],
  objections: [],
  periods: [],
});

type Fact<T extends LedgerEvent['type']> = Extract<LedgerEvent, { readonly type: T }>['data'];

/** Folds one event of the person's ledger; the others change nothing. Pure. */
export function evolveHeld(before: Held | undefined, recorded: Recorded<LedgerEvent>): Held {
  const held = before ?? nothingHeld(recorded.event.data.subjectId);
  return changesKeeping(recorded.event) ? { ...evolved(held, recorded), changes: held.changes + 1 } : held;
}

function evolved(held: Held, { event, metadata, recordedAt }: Recorded<LedgerEvent>): Held {
  switch (event.type) {
    case 'DataSubjectRegistered':
      return withKeys(event.data.relations.reduce(inRelation, held), event.data.keys);
    case 'KeysCommitted':
      return withKeys(held, event.data.keys);
    case 'RelationRecorded':
      return inRelation(held, event.data);
    case 'RelationEnded':
      return withoutRelation(held, event.data);
    case 'ProcessingAdmitted':
      return withUse(held, event.data, metadata.decidedAt ?? recordedAt.toISOString());
    case 'ConsentGiven':
      return withChoice(held, { purpose: event.data.purpose, state: 'given', since: event.data.givenAt });
    case 'ConsentRefused':
      return withChoice(held, { purpose: event.data.purpose, state: 'refused', since: event.data.refusedAt });
    case 'ConsentWithdrawn':
      return withChoice(held, { purpose: event.data.purpose, state: 'withdrawn', since: event.data.withdrawnAt });
    case 'ObjectionReceived':
      return withObjection(held, event.data);
    case 'ObjectionOverruled':
    case 'ObjectionWithdrawn':
      return { ...held, objections: held.objections.filter(({ objectionId }) => objectionId !== event.data.objectionId) };
    case 'RetentionPeriodBegan':
      return withPeriod(held, event.data);
    case 'DataErased':
      return withoutErased(held, event.data);
    default:
      return held;
  }
}

function withKeys(held: Held, keys: Fact<'KeysCommitted'>['keys']): Held {
  const fresh = keys.filter(({ keyId }) => !held.keys.some((known) => known.keyId === keyId));
  return { ...held, keys: [...held.keys, ...fresh.map(({ keyId, retentionClass }) => ({ keyId, retentionClass }))] };
}

/** A relation that is recorded anew goes on: what was said of its end is said of an earlier one. */
function inRelation(held: Held, relation: { readonly customer: string; readonly capacity: string }): Held {
  const periods = held.periods.filter((period) => period.trigger !== 'contract-ended' || period.customer !== relation.customer);
  return { ...held, relations: withRelation(held.relations, relation), periods };
}

const withoutRelation = (held: Held, { customer, endedAt }: Fact<'RelationEnded'>): Held => ({
  ...held,
  relations: held.relations.map((known) => (known.customer === customer ? { ...known, endedAt } : known)),
});

function withUse(held: Held, { activity, categories, factStream, asked }: Fact<'ProcessingAdmitted'>, at: string): Held {
  const customer = asked?.customer;
  const isSame = (use: HeldUse): boolean => use.activity === activity && use.customer === customer;
  const known = held.uses.find(isSame);
  const stores = factStream !== undefined || asked?.kind === 'storage';
  const storedAt = stores ? latest(known?.storedAt, at) : known?.storedAt;
  const use: HeldUse = {
    activity,
    ...(customer !== undefined && { customer }),
    categories: stores ? [...new Set([...(known?.categories ?? []), ...categories])].sort() : (known?.categories ?? []),
    ...(storedAt !== undefined && { storedAt }),
    usedAt: latest(known?.usedAt, at),
  };
  return { ...held, uses: [...held.uses.filter((one) => !isSame(one)), use] };
}

const withChoice = (held: Held, choice: Held['choices'][number]): Held => ({
  ...held,
  choices: [...held.choices.filter(({ purpose }) => purpose !== choice.purpose), choice],
});

const withObjection = (held: Held, { objectionId, kind, purpose, receivedAt }: Fact<'ObjectionReceived'>): Held => ({
  ...held,
  objections: [...held.objections, { objectionId, kind, purpose, since: receivedAt }],
});

function withPeriod(held: Held, { trigger, customer, since }: Fact<'RetentionPeriodBegan'>): Held {
  const others = held.periods.filter((period) => period.trigger !== trigger || period.customer !== customer);
  return { ...held, periods: [...others, { trigger, ...(customer !== undefined && { customer }), since }] };
}

/** What is gone is held by nobody: who collects it anew begins anew. */
const withoutErased = (held: Held, { retentionClasses, categories }: Fact<'DataErased'>): Held => ({
  ...held,
  keys: held.keys.filter(({ retentionClass }) => !retentionClasses.includes(retentionClass)),
  uses: held.uses.map((use) => ({ ...use, categories: use.categories.filter((category) => !categories.includes(category)) })),
});

/** Of two instants as `Date.toISOString` writes them. */
const latest = (a: string | undefined, b: string): string => (a !== undefined && a > b ? a : b);
