import { createHash } from 'node:crypto';
import { Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, BodyBytes, CallerOf, CommandGateway, IdempotencyKey, TakesBytes } from '@hjemmel/http';
import { MAX_PHOTO_BYTES } from '@hjemmel/images';
import { Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { StorePhoto } from './store-photo.command';

export class PhotographedParams {
  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}

@ApiTags('photos')
@ApiBearerAuth()
@Controller('data-subjects')
export class StorePhotoRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/photos')
  @Allow('service')
  @TakesBytes(MAX_PHOTO_BYTES, 'image/jpeg', 'image/png')
  @ApiOperation({
    summary: 'Store a card photo, 35:45, at least 413 × 531 pixels; only its pixels are kept, sealed under the person’s key',
  })
  store(
    @Param() { subjectId }: PhotographedParams,
    @BodyBytes() upload: Buffer,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const body = { subjectId, sha256: createHash('sha256').update(upload).digest('hex') };
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/photos', body }, (context) =>
      this.commands.execute(new StorePhoto(subjectId, upload, context)),
    );
  }
}
