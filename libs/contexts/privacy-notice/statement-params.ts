import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class StatementParams {
  @ApiProperty({ example: '2023-12-20' })
  @Matches(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, { message: 'must be the name of a version' })
  version!: string;
}
