import { given } from '@hjemmel/kernel/testing/given';
import { photos } from './decider';
import type { PhotoEvent } from './events';

const photoId = '39baa770-3202-4318-9844-2c55066dee89';
const stored = {
  subjectId: '0a'.repeat(16),
  admission: 'a1',
  blob: { blobId: photoId, keyId: '3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1', bytes: 100_000, sha256: 'ab'.repeat(32) },
  widthPx: 700,
  heightPx: 900,
};

const photo = given(photos);
const store = (commandId: string, changes: Partial<typeof stored> = {}) =>
  ({ type: 'StorePhoto', photoId, commandId, stored: { ...stored, ...changes } }) as const;
const abandon = (commandId: string) => ({ type: 'AbandonPhoto', photoId, commandId }) as const;
const isStored = (commandId: string): PhotoEvent => ({ type: 'PhotoStored', data: { photoId, commandId, ...stored } });
const isAbandoned = (commandId: string): PhotoEvent => ({ type: 'PhotoAbandoned', data: { photoId, commandId } });

describe('storing a photo', () => {
  it('records where it is sealed, with the command and the admission it rests on', () => {
    photo().when(store('c1')).then(isStored('c1'));
  });
  it('that comes again by the same command adds nothing: the first blob stands', () => {
    photo(isStored('c1'))
      .when(store('c1', { widthPx: 800 }))
      .nothing();
  });
  it('under an id that another command used is refused', () => {
    photo(isStored('c1')).when(store('c2')).refused('photo-exists');
  });
  it('is refused where the command broke off and was closed: a slow writer comes too late', () => {
    photo(isAbandoned('c1')).when(store('c1')).refused('photo-abandoned');
  });
});

describe('abandoning a photo whose command broke off', () => {
  it('ends its stream', () => photo().when(abandon('c1')).then(isAbandoned('c1')));
  it('does nothing where it was stored, or abandoned before', () => {
    photo(isStored('c1')).when(abandon('c1')).nothing();
    photo(isAbandoned('c1')).when(abandon('c1')).nothing();
  });
});

describe('a photo’s stream', () => {
  it('is named by its id', () => expect(photos.stream(store('c1'))).toBe(`photo-${photoId}`));
  it('passes by a fact of a later version of the program', () => {
    photo(isStored('c1'), { type: 'PhotoCropped', data: {} } as never)
      .when(store('c1'))
      .nothing();
  });
});
