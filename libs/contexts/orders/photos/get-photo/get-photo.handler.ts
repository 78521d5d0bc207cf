import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { controllerOf, Reads } from '@hjemmel/contexts/data-subjects/contract';
import type { BlobAnswer } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import { Problem } from '@hjemmel/kernel';
import { BlobMissing } from '@hjemmel/vault';
import { photos } from '../decider';
import { photoStream } from '../events';
import { GetPhoto, OpenedPhoto } from './get-photo.query';

/** Opens a photo under the activity for which it was sent in. */
@QueryHandler(GetPhoto)
export class GetPhotoHandler implements IQueryHandler<GetPhoto> {
  constructor(
    private readonly decisions: Decisions,
    private readonly reads: Reads,
  ) {}

  async execute({ photoId, context }: GetPhoto): Promise<OpenedPhoto> {
    const { state } = await this.decisions.load(photos, photoStream(photoId));
    if (state.status !== 'stored') throw new Problem({ type: '/problems/no-such-photo', title: 'No such photo', status: 404 });
    const { subjectId, blob } = state;
    const customer = await controllerOf(this.decisions, subjectId);
    const use = { activity: 'D-1', purpose: 'hms-card-ordering', customer };
    const field = { ...blob, subjectId, category: 'subject.photo' };
    return openOr(await this.reads.openBlob('GetPhoto', { name: 'photo', field, use }, context).catch(lost));
  }
}

function openOr(answer: BlobAnswer): OpenedPhoto {
  if (answer.state === 'open') return answer;
  if (answer.state === 'erased') throw new Problem({ type: '/problems/photo-erased', title: 'The photo is erased', status: 410 });
  const { rule, legal } = answer;
  if (rule === 'erased') throw new Problem({ type: '/problems/photo-erased', title: 'The photo is erased', status: 410, rule, legal });
  throw new Problem({
    type: '/problems/photo-withheld',
    title: 'The photo stays closed',
    status: 403,
    detail: `${rule}: ${legal}. The asking is on record.`,
    rule,
    legal,
  });
}

/** The log says that the photo is there, its key is there, and the store has it not: somebody has to look into it. */
function lost(error: unknown): never {
  if (!(error instanceof BlobMissing)) throw error;
  const problem = new Problem({ type: '/problems/photo-lost', title: 'The store does not have the photo', status: 500 });
  problem.cause = error;
  throw problem;
}
