import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { PublishPrivacyStatement } from './publish.command';
import { PublishStatementBody } from './publish-statement.body';

@ApiTags('privacy statement')
@ApiBearerAuth()
@Controller('privacy-statements')
export class PublishStatementRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('privacy-officer', 'admin')
  @ApiOperation({
    summary: 'Publish a version of the privacy statement; a material one is told to everyone whom it concerns',
    description:
      'The register as it is now is compared with the register at the publication before: a purpose, recipient, category or legal basis that ' +
      'came since must be named, and cannot go out as minor (promise P-82). The caller approves what somebody else prepared.',
  })
  publish(@Body() body: PublishStatementBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { proposedBy, classification, adds = [], ...draft } = body;
    const change = {
      proposedBy,
      classification: { ...classification },
      adds: adds.map(({ kind, activity, name }) => `${kind}:${activity}:${name}` as const),
    };
    return this.gateway.run({ caller, key, route: 'POST /privacy-statements', body }, (context) =>
      this.commands.execute(new PublishPrivacyStatement(draft, change, context)),
    );
  }
}
