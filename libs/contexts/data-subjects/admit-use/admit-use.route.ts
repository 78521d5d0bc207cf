import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import { SubjectParams } from '../subject-params';
import { AdmitUse } from './admit-use.command';

const code = /^[a-z][a-zA-Z0-9.-]{0,60}$/;

export class AdmitUseBody {
  @ApiProperty({ example: 'C-4', description: 'Entry of the register of processing activities' })
  @Matches(/^[CD]-\d{1,3}$/, { message: 'must be the id of a processing activity' })
  activity!: string;

  @ApiProperty({ example: 'marketing' })
  @Matches(code, { message: 'must be the code of a purpose' })
  purpose!: string;

  @ApiProperty({ example: ['subject.contact'] })
  @Matches(code, { each: true, message: 'must be the code of a data category' })
  @ArrayUnique()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsArray()
  categories!: string[];
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class AdmitUseRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/uses')
  @Allow('service', 'privacy-officer')
  @ApiOperation({
    summary: 'Ask to use a person’s data: admitted with its full ground, or refused with rule and article; both are on record',
  })
  admit(@Param() { subjectId }: SubjectParams, @Body() body: AdmitUseBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/uses', body: { subjectId, ...body } }, (context) =>
      this.commands.execute(new AdmitUse(subjectId, { ...body }, context)),
    );
  }
}
