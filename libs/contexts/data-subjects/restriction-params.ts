import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { SubjectParams, UUID } from './subject-params';

export class RestrictionParams extends SubjectParams {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: 'must be the id of a restriction' })
  restrictionId!: string;
}
