import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Omittable } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import { RegisterVisitor } from './register-visitor.command';

const sources = ['device'] as const;

export class VisitorBody {
  @ApiPropertyOptional({ enum: sources, default: 'device', description: 'By what the visitor is known again; nothing else is taken' })
  @Omittable()
  @IsIn(sources)
  source?: (typeof sources)[number];
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('site-visitors')
export class RegisterVisitorRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('service')
  @ApiOperation({ summary: 'Make a pseudonym for a visitor of the site, which the device keeps: choices of cookies are recorded under it' })
  register(@Body() body: VisitorBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /site-visitors', body }, (context) =>
      this.commands.execute(new RegisterVisitor(context)),
    );
  }
}
