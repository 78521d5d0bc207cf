import { Readable } from 'node:stream';
import { Controller, Get, Header, Logger, Param, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import { freshContext } from '@hjemmel/event-store';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf } from '@hjemmel/http';
import { IsUUID } from 'class-validator';
import { GetPhoto } from './get-photo.query';

export class PhotoParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID(undefined, { message: 'must be a UUID' })
  photoId!: string;
}

@ApiTags('photos')
@ApiBearerAuth()
@Controller('photos')
export class GetPhotoRoute {
  private readonly log = new Logger('photos');

  constructor(private readonly queries: QueryBus) {}

  @Get(':photoId')
  @Allow('case-worker', 'privacy-officer')
  // Opened by itself in a browser it is a picture and nothing more, whatever its bytes may look like.
  @Header('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
  @ApiOperation({ summary: 'A card photo; opening it is admitted and goes on record first' })
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async get(@Param() { photoId }: PhotoParams, @CallerOf() caller: Caller): Promise<StreamableFile> {
    const { bytes, chunks } = await this.queries.execute(new GetPhoto(photoId.toLowerCase(), freshContext(caller.actor)));
    const stream = Readable.from(chunks, { objectMode: false });
    // The connection ends short of the length that was told, so that half a photo is not taken for a whole one.
    stream.on('error', (error) => this.log.error(`a photo could not be sent whole: ${error.name}`));
    return new StreamableFile(stream, { type: 'image/jpeg', length: bytes });
  }
}
