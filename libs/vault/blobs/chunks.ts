/**
 * The same bytes in pieces of `size`; the last one may be shorter, and is left out where nothing is left for it. Holds at most one piece,
 * and keeps the source's buffers until then: a source must not write into a buffer that it gave.
 * @param first size of the first piece, for a header that stands before pieces of one size
 */
export async function* inPieces(source: AsyncIterable<Buffer>, size: number, first = size): AsyncGenerator<Buffer, void, undefined> {
  let wanted = first;
  let held: Buffer[] = [];
  let length = 0;
  for await (const given of source) {
    let rest = given;
    while (length + rest.length >= wanted) {
      const taken = rest.subarray(0, wanted - length);
      rest = rest.subarray(taken.length);
      yield held.length === 0 ? taken : Buffer.concat([...held, taken], wanted);
      [held, length, wanted] = [[], 0, size];
    }
    if (rest.length === 0) continue;
    held.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(held, length);
}

/** Each piece with whether it is the last; one empty piece where there is none. */
export async function* withLast(pieces: AsyncIterable<Buffer>): AsyncGenerator<readonly [piece: Buffer, isLast: boolean], void, undefined> {
  let before: Buffer | undefined;
  for await (const piece of pieces) {
    if (before) yield [before, false];
    before = piece;
  }
  yield [before ?? Buffer.alloc(0), true];
}
