import { Query } from '@nestjs/cqrs';

/** JSON-LD, from the person's ledger as the log has it now. Names no personal data: pseudonyms, words of the company and codes. */
export class GetConsentRecords extends Query<object> {
  constructor(
    readonly subjectId: string,
    readonly at: Date,
  ) {
    super();
  }
}
