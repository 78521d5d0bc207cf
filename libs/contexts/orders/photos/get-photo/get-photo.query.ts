import { Query } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';

export interface OpenedPhoto {
  /** Of the JPEG. */
  readonly bytes: number;
  /** @throws CannotOpen where the blob is not what was sealed; whoever reads must not take what came until then for the photo */
  readonly chunks: AsyncIterable<Buffer>;
}

export class GetPhoto extends Query<OpenedPhoto> {
  constructor(
    readonly photoId: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
