import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Admissions, controllerOf } from '@hjemmel/contexts/data-subjects/contract';
import type { Admitted } from '@hjemmel/contexts/data-subjects/contract';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { cardPhoto } from '@hjemmel/images';
import { derivedUuid, Problem } from '@hjemmel/kernel';
import { Vault } from '@hjemmel/vault';
import { PhotoRefusal, photos } from '../decider';
import { photoStream } from '../events';
import { PhotoStoredAnswer, StorePhoto } from './store-photo.command';

const CATEGORY = 'subject.photo';

/**
 * Makes a card photo of what was sent, has the use admitted, seals the photo into the store of blobs, and only then appends the fact. A run
 * that is cut off in between leaves a blob that nobody knows; the next run of the command finds it under the id that follows from it.
 */
@CommandHandler(StorePhoto)
export class StorePhotoHandler implements ICommandHandler<StorePhoto> {
  constructor(
    private readonly decisions: Decisions,
    private readonly admissions: Admissions,
    private readonly vault: Vault,
  ) {}

  async execute({ subjectId, upload, context }: StorePhoto): Promise<CommandAnswer<PhotoStoredAnswer>> {
    const customer = await controllerOf(this.decisions, subjectId);
    const { jpeg, widthPx, heightPx } = await cardPhoto(upload);
    const photoId = derivedUuid('photo', context.commandId);
    const [grant] = (await this.admit(subjectId, customer, photoId, context)).grants;
    // The blob has the photo's id: whoever finds a blob finds the stream that knows it or does not.
    const blob = await this.vault.sealBlob(grant!, CATEGORY, photoId, once(jpeg), context.now);
    const stored = { subjectId, admission: grant!.recordId, blob, widthPx, heightPx };
    const command = { type: 'StorePhoto', photoId, commandId: context.commandId, stored } as const;
    const { refusal, position } = await this.decisions.run(photos, command, context, { isNew: true });
    if (refusal) await this.refuse(refusal.refused, subjectId, context);
    return { status: 201, body: { photoId, widthPx, heightPx, position: String(position) } };
  }

  /** The person's photo key is committed to with the admission, where it is new. */
  private async admit(subjectId: string, customer: string, photoId: string, context: CommandContext): Promise<Admitted> {
    const [keys] = await this.vault.keysFor([{ subjectId, categories: [CATEGORY] }], context.now);
    const request = {
      subjectId,
      pointer: '',
      act: 'StorePhoto',
      factStream: photoStream(photoId),
      keys: keys!.map(({ keyId, retentionClass, commitment }) => ({ keyId, retentionClass, commitment: commitment.toString('base64url') })),
      uses: [{ kind: 'processing', customer, activity: 'D-1', purpose: 'hms-card-ordering', categories: [CATEGORY] } as const],
    };
    const [admitted] = await this.admissions.admit([request], context);
    return admitted!;
  }

  private async refuse(rule: PhotoRefusal, subjectId: string, context: CommandContext): Promise<never> {
    await this.admissions.close([subjectId], 'fact-refused', context);
    throw new Problem({ type: `/problems/${rule}`, title: titles[rule], status: 409, rule });
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}

const titles: Readonly<Record<PhotoRefusal, string>> = {
  'photo-exists': 'Another command stored a photo under this id',
  'photo-abandoned': 'This command broke off and was closed; send the photo under a new key',
};
