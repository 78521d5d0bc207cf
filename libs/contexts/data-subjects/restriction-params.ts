import { ApiProperty } from '@nestjs/swagger';
import { UUID } from '@hjemmel/kernel';
import { Matches } from 'class-validator';
import { SubjectParams } from './subject-params';

export class RestrictionParams extends SubjectParams {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: 'must be the id of a restriction' })
  restrictionId!: string;
}
