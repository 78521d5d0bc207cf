import { NEWEST, parseLink } from './links';

describe('a link', () => {
  it.each([
    ['0@order-1', { revision: 0, stream: 'order-1' }],
    ['12@a@b', { revision: 12, stream: 'a@b' }],
    [' +7 @s', { revision: 7, stream: 's' }],
    ['-1@s', { revision: NEWEST, stream: 's' }],
    ['9223372036854775807@s', { revision: Infinity, stream: 's' }],
  ])('%s names an event', (data, target) => expect(parseLink(Buffer.from(data))).toEqual(target));

  it.each(['', '@', '@s', '5', '5@', 'x@s', '1.5@s', '-2@s', '9223372036854775808@s', '"0@s"'])('%s is shown as it is', (data) =>
    expect(parseLink(Buffer.from(data))).toBeUndefined(),
  );
});
