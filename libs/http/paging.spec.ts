import * as fc from 'fast-check';
import { Json, Problem } from '@hjemmel/kernel';
import { decodeCursor, encodeCursor } from './paging';

const isPair = (value: unknown): value is [string, number] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

test('a cursor leads back to the place that it was made of', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (place) => {
      const json = JSON.parse(JSON.stringify(place)) as Json;
      expect(encodeCursor(json)).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(decodeCursor(encodeCursor(json), (_): _ is Json => true)).toEqual(json);
    }),
  );
});

test('no cursor: the list starts at its beginning', () => expect(decodeCursor(undefined, isPair)).toBeUndefined());

test('anything that is no cursor of this list is 400 and is not repeated', () => {
  const status = (cursor: string): number => {
    try {
      decodeCursor(cursor, isPair);
      return 200;
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      const { problem } = error as Problem;
      expect(JSON.stringify(problem)).not.toContain(cursor);
      return problem.status;
    }
  };
  expect(status(encodeCursor(['a', 1]))).toBe(200);
  expect(status(encodeCursor(['a']))).toBe(400);
  fc.assert(fc.property(fc.string({ minLength: 12 }), (text) => expect(status(`${text}!`)).toBe(400)));
});
