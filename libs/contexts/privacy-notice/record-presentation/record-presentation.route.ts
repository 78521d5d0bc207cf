import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Omittable, SEMANTIC } from '@hjemmel/http';
import { Problem, PSEUDONYM } from '@hjemmel/kernel';
import { IsIn, Matches } from 'class-validator';
import type { Language } from '../events';
import type { Surface } from '../presentation';
import { surfaces } from '../presentation';
import { StatementParams } from '../statement-params';
import { RecordStatementPresentation } from './record-presentation.command';

export class PresentationBody {
  @ApiProperty({ enum: surfaces })
  @IsIn(surfaces, SEMANTIC)
  surface!: Surface;

  @ApiProperty({ enum: ['nb', 'en'] })
  @IsIn(['nb', 'en'], SEMANTIC)
  locale!: Language;

  @ApiPropertyOptional({ description: 'Pseudonym of the data subject, where the reader is known; else `session`' })
  @Omittable()
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId?: string;

  @ApiPropertyOptional({ description: 'Random pseudonym of a session, 32 hex digits, that nothing links to a person' })
  @Omittable()
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  session?: string;
}

@ApiTags('privacy statement')
@ApiBearerAuth()
@Controller('privacy-statements')
export class RecordPresentationRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':version/presentations')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({
    summary: 'Record that a version was shown (promise P-03): where, in which language, to whom. Never that it was agreed to',
  })
  record(@Param() { version }: StatementParams, @Body() body: PresentationBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    if ((body.subjectId === undefined) === (body.session === undefined)) throw oneReader();
    const route = 'POST /privacy-statements/{version}/presentations';
    return this.gateway.run({ caller, key, route, body: { version, ...body } }, (context) =>
      this.commands.execute(new RecordStatementPresentation(version, { ...body }, context)),
    );
  }
}

const oneReader = (): Problem =>
  new Problem({
    type: '/problems/invalid-values',
    title: 'Some values are not valid',
    status: 422,
    errors: [{ pointer: '/subjectId', rule: 'one-reader', detail: 'give either a subjectId or a session' }],
  });
