/**
 * What the worker finds when it looks at everybody who is held: until when each class may be kept. No read model, since it follows from the
 * register's rules as well as from the ledger; it can be emptied at any time, and is then filled anew.
 */
export const keepingSchema: readonly string[] = [
  `CREATE SCHEMA retention`,
  `CREATE TABLE retention.keeping (
     subject_id text NOT NULL,
     retention_class text NOT NULL,
     -- Of what has no end yet: open, refused-no-length, no-rule.
     endless text,
     rule text,
     rule_version integer,
     activity text,
     customer text,
     trigger text,
     until text,
     over_at timestamptz,
     assumed boolean NOT NULL,
     PRIMARY KEY (subject_id, retention_class),
     CHECK ((endless IS NULL) = (over_at IS NOT NULL)))`,
  `CREATE INDEX keeping_over ON retention.keeping (over_at, subject_id, retention_class) INCLUDE (assumed) WHERE over_at IS NOT NULL`,
  `CREATE INDEX keeping_endless ON retention.keeping (endless) WHERE endless IN ('refused-no-length', 'no-rule')`,
  // One row: from which norms and which version of the read model the table follows, and up to which position rows were looked at.
  `CREATE TABLE retention.looked (
     one boolean PRIMARY KEY DEFAULT true CHECK (one),
     model_version integer NOT NULL,
     norms bigint NOT NULL,
     up_to bigint NOT NULL)`,
];

export const keepingGrants = (api: string, worker: string): readonly string[] => [
  `GRANT USAGE ON SCHEMA retention TO ${api}, ${worker}`,
  `GRANT SELECT ON retention.keeping, retention.looked TO ${api}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON retention.keeping, retention.looked TO ${worker}`,
];
