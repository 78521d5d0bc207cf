import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class SubjectParams {
  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(/^[0-9a-f]{32}$/, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}

/** As the log writes the ids of what stands in a ledger. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How a ledger names a customer: a sole trader's number is personal data, and stands there as a pseudonym. */
export const CUSTOMER = /^(?:\d{9}|enk-[0-9a-f]{32})$/;
export const customerMessage = 'must be an organisation number, or enk- and the pseudonym of a sole trader';
