import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class SubjectParams {
  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(/^[0-9a-f]{32}$/, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}
