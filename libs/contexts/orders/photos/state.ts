import type { PhotoEvent, PhotoStored } from './events';

export type Photo =
  | { readonly status: 'none' }
  | { readonly status: 'abandoned'; readonly commandId: string }
  | ({ readonly status: 'stored' } & Omit<PhotoStored['data'], 'photoId' | 'admission'>);

export const noPhoto: Photo = { status: 'none' };

export function evolve(photo: Photo, event: PhotoEvent): Photo {
  switch (event.type) {
    case 'PhotoStored': {
      const { photoId: _, admission: _admission, ...stored } = event.data;
      return { status: 'stored', ...stored };
    }
    case 'PhotoAbandoned':
      return { status: 'abandoned', commandId: event.data.commandId };
    default:
      return photo;
  }
}
