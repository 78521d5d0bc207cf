export { cardPhoto, MAX_PHOTO_BYTES } from './card-photo';
export type { CardPhoto } from './card-photo';
