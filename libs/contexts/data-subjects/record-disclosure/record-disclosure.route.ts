import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { UUID } from '@hjemmel/kernel';
import { Matches } from 'class-validator';
import { SubjectParams } from '../subject-params';
import { RecordDisclosure } from './record-disclosure.command';

/** No address fits in it, and eleven digits by themselves are a person's number rather than a receipt. */
const RECEIPT = /^(?!(?:.*[^0-9])?[0-9]{11}(?:[^0-9]|$))[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,199}$/;

export class DisclosureBody {
  @ApiProperty({ format: 'uuid', description: 'Of the use that named the recipient' })
  @Matches(UUID, { message: 'must be the id of an admission' })
  admissionId!: string;

  @ApiProperty({ example: 'msg-7f3a9c', maxLength: 200, description: 'What the recipient answered, as a code that tells of nobody' })
  @Matches(RECEIPT, { message: 'must be a code of at most 200 letters, digits and . _ : / + = - that is no person’s number' })
  receipt!: string;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class RecordDisclosureRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/disclosures')
  @Allow('service')
  @ApiOperation({ summary: 'Record that data went to the recipient of an admission, with the fields that it names; once for each' })
  record(@Param() { subjectId }: SubjectParams, @Body() body: DisclosureBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/disclosures', body: { subjectId, ...body } }, (context) =>
      this.commands.execute(new RecordDisclosure(subjectId, { ...body }, context)),
    );
  }
}
