import { Activity, admit, Standing, Statement } from '@hjemmel/admission';
import { company } from '@hjemmel/contexts/processing-register/contract';
import type { DataSubjectView } from './get-data-subject.query';

/** Asks the rules about every use that the register declares for this person's controller: what would be admitted now, and on which basis. */
export function permissionsOf(
  standing: Standing,
  register: ReadonlyMap<string, Activity>,
  statement: Statement | undefined,
  at: Date,
): DataSubjectView['permissions'] {
  const role = standing.controller === company ? 'controller' : 'processor';
  const activities = [...register.values()].filter((activity) => activity.role === role && !activity.retired);
  return activities.flatMap((activity) =>
    activity.purposes.map((purpose) => {
      const use = {
        activity: activity.id,
        purpose,
        categories: activity.categories.map(({ category }) => category),
        kind: 'processing',
      } as const;
      const verdictFor = (account: { readonly customer?: string }) =>
        admit({ standing, activity, statement, use: { ...use, ...account }, at, company: company });
      // Who represents one customer and is another has a basis for each, and none for both at once.
      const verdict = standing.relations.map(({ customer }) => verdictFor({ customer })).find(({ admitted }) => admitted) ?? verdictFor({});
      return verdict.admitted
        ? { activity: activity.id, purpose, admitted: true, basis: `GDPR art. ${verdict.ground.basis.code}` }
        : { activity: activity.id, purpose, admitted: false, rule: verdict.rule, legal: verdict.legal };
    }),
  );
}
