import type { Fault } from '@hjemmel/kernel';
import type { KnownParts } from '../decider';
import { ActivityEntry, dataSubjectKinds, partsOf, purposes, sources } from '../events';

/** Every code of an entry that nothing stands behind, each with its place: an author corrects them all at once. */
export function entryFaults(entry: ActivityEntry, known: KnownParts, at = '/entry'): Fault[] {
  const unknown = (codes: readonly string[], list: readonly string[], pointer: string, rule: string, legal?: string): Fault[] =>
    codes.flatMap((code, i) =>
      list.includes(code) ? [] : [{ pointer: `${at}${pointer}/${i}`, rule, detail: 'is not known', ...(legal !== undefined && { legal }) }],
    );
  const field = (category: string, i: number, fields: readonly string[]): Fault[] =>
    Object.hasOwn(known.fields, category)
      ? unknown(fields, known.fields[category]!, `/categories/${i}/fields`, 'unknown-field-of-data', 'GDPR art. 5(1)(c); P-15')
      : [{ pointer: `${at}/categories/${i}/category`, rule: 'unknown-category', detail: 'is not known', legal: 'GDPR art. 5(1)(c); P-15' }];
  return [
    ...unknown(entry.purposes, purposes, '/purposes', 'unknown-purpose', 'GDPR art. 5(1)(b); P-23'),
    ...entry.legalBases.flatMap((basis, i) =>
      unknown(basis.purposes ?? [], entry.purposes, `/legalBases/${i}/purposes`, 'unknown-purpose', 'GDPR art. 5(1)(b); P-23'),
    ),
    ...unknown(entry.dataSubjects, dataSubjectKinds, '/dataSubjects', 'unknown-data-subjects', 'GDPR art. 30(1)(c)'),
    ...unknown(entry.sources, sources, '/sources', 'unknown-source', 'GDPR art. 14(2)(f); P-16'),
    ...entry.categories.flatMap(({ category, fields }, i) => field(category, i, fields)),
    ...entry.recipients.flatMap(({ fields = [] }, i) =>
      unknown(fields, declaredFields(entry), `/recipients/${i}/fields`, 'undeclared-field', 'GDPR art. 5(1)(c); P-48'),
    ),
    ...entry.legalBases.flatMap(({ wordings = [] }, i) =>
      unknown(wordings, Object.values(known.wordings).flat(), `/legalBases/${i}/wordings`, 'unknown-wording', 'GDPR art. 7(1)'),
    ),
    ...unknown(entry.identifies ?? [], entry.purposes, '/identifies', 'unknown-purpose', 'personopplysningsloven § 12; P-19'),
    ...entry.retention.flatMap(({ categories = [] }, i) =>
      unknown(
        categories,
        entry.categories.map(({ category }) => category),
        `/retention/${i}/categories`,
        'undeclared-category',
        'GDPR art. 5(1)(e); P-68',
      ),
    ),
    ...entry.retention.flatMap(({ rule }, i) =>
      known.retentionRules.includes(rule)
        ? []
        : [
            {
              pointer: `${at}/retention/${i}/rule`,
              rule: 'unknown-retention-rule',
              detail: 'is not set',
              legal: 'GDPR art. 30(1)(f); P-62',
            },
          ],
    ),
    ...unknown(entry.policySections, known.policySections, '/policySections', 'unknown-section', 'GDPR art. 13; P-07'),
    ...entry.promises.flatMap((promise, i) =>
      /^P-(0[1-9]|[1-7]\d|8[0-4])$/.test(promise)
        ? []
        : [{ pointer: `${at}/promises/${i}`, rule: 'unknown-promise', detail: 'is not one of P-01 … P-84' }],
    ),
    ...unknown(entry.unconfirmed, partsOf(entry), '/unconfirmed', 'unknown-part', 'GDPR art. 5(2)'),
  ];
}

const declaredFields = ({ categories }: ActivityEntry): string[] =>
  categories.flatMap(({ category, fields }) => fields.map((field) => `${category}.${field}`));
