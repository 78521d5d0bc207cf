import type { Activity } from '@hjemmel/admission';
import type { RegisteredActivity } from '@hjemmel/contexts/processing-register/contract';

export const partKinds = ['purpose', 'category', 'field', 'recipient', 'source'] as const;
export type PartKind = (typeof partKinds)[number];

/** The declared parts of an activity that nothing in the log makes use of, or the whole activity. */
export interface Drift {
  readonly activity: string;
  readonly title: string;
  /** `activity`: nothing at all was done under it, and its parts are not told one by one. */
  readonly kind: 'activity' | PartKind;
  readonly names: readonly string[];
}

type Parts = { readonly [K in PartKind]: Set<string> };

/** What the log shows to be in use, beside what the register declares: the drift of a record of processing activities (GDPR art. 30). */
export class Observed {
  private readonly byActivity = new Map<string, Parts>();
  private readonly sources = new Set<string>();
  /** Fields that events show of people, whichever activity they belong to. */
  private readonly fields = new Set<string>();

  use({ activity, purpose, categories, recipient }: UseOf): void {
    const parts = this.partsOf(activity);
    parts.purpose.add(purpose);
    for (const category of categories) parts.category.add(category);
    if (recipient) parts.recipient.add(recipient.id);
  }

  source(name: string): void {
    this.sources.add(name);
  }

  field(name: string): void {
    this.fields.add(name);
  }

  /** Declared and never observed. What is retired or suspended is not carried out, and not looked for. */
  drift(entries: ReadonlyMap<string, RegisteredActivity>): Drift[] {
    const carriedOut = [...entries.values()].filter(({ entry, retired }) => !retired && !entry.suspended);
    return carriedOut.sort(byRecordOrder).flatMap((registered) => this.driftOf(registered));
  }

  private driftOf({ activityId: activity, entry }: RegisteredActivity): Drift[] {
    const { title } = entry;
    const parts = this.byActivity.get(activity);
    if (!parts) return [{ activity, title, kind: 'activity', names: [activity] }];
    const declared: { readonly [K in PartKind]: readonly string[] } = {
      purpose: entry.purposes,
      category: entry.categories.map(({ category }) => category),
      field: entry.categories.flatMap(({ category, fields }) =>
        parts.category.has(category) ? fields.map((field) => `${category}.${field}`) : [],
      ),
      recipient: entry.recipients.filter(({ suspended }) => suspended === undefined).map(({ id }) => id),
      source: entry.sources,
    };
    const observed: Parts = { ...parts, field: this.fields, source: this.sources };
    return partKinds.flatMap((kind) => {
      const names = declared[kind].filter((name) => !observed[kind].has(name));
      return names.length === 0 ? [] : [{ activity, title, kind, names }];
    });
  }

  private partsOf(activity: string): Parts {
    let parts = this.byActivity.get(activity);
    if (!parts) {
      parts = { purpose: new Set(), category: new Set(), field: new Set(), recipient: new Set(), source: new Set() };
      this.byActivity.set(activity, parts);
    }
    return parts;
  }
}

interface UseOf {
  readonly activity: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly recipient?: { readonly id: string };
}

/** Whether an activity of the person's controller declares where the person's data came from. */
export function declaresSource(entries: ReadonlyMap<string, RegisteredActivity>, role: Activity['role'], source: string): boolean {
  return [...entries.values()].some(({ entry, retired }) => !retired && entry.role === role && entry.sources.some((one) => one === source));
}

/** `C-2` before `C-10`, and all of them before `D-1`. */
const byRecordOrder = (a: RegisteredActivity, b: RegisteredActivity): number =>
  a.activityId[0]!.localeCompare(b.activityId[0]!) || Number(a.activityId.slice(2)) - Number(b.activityId.slice(2));
