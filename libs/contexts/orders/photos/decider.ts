import { decider, refuse } from '@hjemmel/kernel';
import { PhotoEvent, PhotoStored, photoStream } from './events';
import { evolve, noPhoto, Photo } from './state';

export type PhotoCommand =
  | {
      readonly type: 'StorePhoto';
      readonly photoId: string;
      readonly commandId: string;
      readonly stored: Omit<PhotoStored['data'], 'photoId' | 'commandId'>;
    }
  | { readonly type: 'AbandonPhoto'; readonly photoId: string; readonly commandId: string };

export type PhotoRefusal = 'photo-exists' | 'photo-abandoned';

export const photos = decider<PhotoCommand, Photo, PhotoEvent, PhotoRefusal>({
  stream: ({ photoId }) => photoStream(photoId),
  initial: noPhoto,
  evolve,
  decide: {
    StorePhoto: ({ photoId, commandId, stored }, photo) => {
      if (photo.status === 'none') return [{ type: 'PhotoStored', data: { photoId, commandId, ...stored } }];
      if (photo.status === 'abandoned') return refuse('photo-abandoned');
      return photo.commandId === commandId ? [] : refuse('photo-exists');
    },
    AbandonPhoto: ({ photoId, commandId }, photo) =>
      photo.status === 'none' ? [{ type: 'PhotoAbandoned', data: { photoId, commandId } }] : [],
  },
});
