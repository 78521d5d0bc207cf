import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsBoolean, Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { StatementParams } from '../statement-params';
import { RecordBounce } from './record-bounce.command';

export class BounceParams extends StatementParams {
  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}

export class BounceBody {
  @ApiProperty({
    example: '5.2.2',
    description: 'Enhanced status code (RFC 3463) or a word; never the server’s text, which may quote the address',
  })
  @Matches(/^[a-z0-9][a-z0-9.-]{0,39}$/, { message: 'must be a code: small letters, digits, dots, hyphens' })
  reason!: string;

  @ApiProperty({ description: 'Whether trying again is of no use' })
  @IsBoolean()
  permanent!: boolean;
}

@ApiTags('privacy statement')
@ApiBearerAuth()
@Controller('privacy-statements')
export class RecordBounceRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':version/notifications/:subjectId/bounces')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that a notification came back: it is tried again within bounds, or given up' })
  bounced(@Param() person: BounceParams, @Body() body: BounceBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const route = 'POST /privacy-statements/{version}/notifications/{id}/bounces';
    return this.gateway.run({ caller, key, route, body: { ...person, ...body } }, (context) =>
      this.commands.execute(new RecordBounce({ ...person }, { ...body }, context)),
    );
  }
}
