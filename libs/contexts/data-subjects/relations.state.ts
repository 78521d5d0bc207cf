interface Relation {
  readonly customer: string;
  readonly capacity: string;
}
type Standing<R extends Relation> = readonly (R & { readonly endedAt?: string })[];

/** The same relation again is one that had ended and goes on: it stands last. One fold for everybody who says in what relations a person stands. */
export const withRelation = <R extends Relation>(relations: Standing<R>, { customer, capacity }: NoInfer<R>): Standing<R> => [
  ...relations.filter((known) => known.customer !== customer || known.capacity !== capacity),
  { customer, capacity } as R,
];

/** What had ended before ended then: it does not live again until this one's end. */
export const withRelationsEnded = <R extends Relation>(
  relations: Standing<R>,
  { customer, endedAt }: { readonly customer: string; readonly endedAt: string },
): Standing<R> => relations.map((known) => (known.customer === customer ? { endedAt, ...known } : known));
