import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';

export class SubjectParams {
  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}

export const customerMessage = 'must be an organisation number, or enk- and the pseudonym of a sole trader';
