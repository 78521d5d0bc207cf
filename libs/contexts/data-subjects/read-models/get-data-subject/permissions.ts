import { admit, Norms, questionOf, Standing } from '@hjemmel/admission';
import type { DataSubjectView } from './get-data-subject.query';

/** Asks the rules about every use that the register declares for this person's controller: what would be admitted now, and on which basis. */
export function permissionsOf(standing: Standing, norms: Norms, at: Date): DataSubjectView['permissions'] {
  const role = standing.controller === norms.company ? 'controller' : 'processor';
  const activities = [...norms.register.values()].filter((activity) => activity.role === role && !activity.retired);
  return activities.flatMap((activity) =>
    activity.purposes.map((purpose) => {
      const use = {
        activity: activity.id,
        purpose,
        // A national id is asked for where the purpose has a need for it: not as a part of everything else.
        categories: activity.categories
          .map(({ category }) => category)
          .filter((category) => category !== 'subject.nationalId' || activity.secureIdentification?.purposes.includes(purpose)),
        kind: 'processing',
      } as const;
      const verdictFor = (account: { readonly customer?: string }) => admit(questionOf(norms, standing, { ...use, ...account }, at));
      // Who represents one customer and is another has a basis for each, and none for both at once.
      const verdict = standing.relations.map(({ customer }) => verdictFor({ customer })).find(({ admitted }) => admitted) ?? verdictFor({});
      return verdict.admitted
        ? { activity: activity.id, purpose, admitted: true, basis: `GDPR art. ${verdict.ground.basis.code}` }
        : { activity: activity.id, purpose, admitted: false, rule: verdict.rule, legal: verdict.legal };
    }),
  );
}
