import { NO_METADATA, SOFT_DELETE, parseStreamMetadata, withTruncateBefore } from './stream-metadata';

const parse = (json: string) => parseStreamMetadata(Buffer.from(json));

describe('stream metadata', () => {
  it.each([
    ['{}', {}],
    ['{"$maxCount":3}', { maxCount: 3 }],
    ['{"$maxAge":60,"$tb":5,"$cacheControl":10}', { maxAge: 60, truncateBefore: 5 }],
    [' { "own" : {"deep":[1,{"x":null}]} , "$maxCount" : 1 } ', { maxCount: 1 }],
    ['{"$maxCount":1,"$maxCount":3}', { maxCount: 3 }],
    ['{"$acl":{"$r":["$all"],"$w":"$admins"},"$maxCount":2}', { maxCount: 2 }],
    ['{"\\u0024maxCount":4}', { maxCount: 4 }],
  ])('reads %s', (json, expected) => expect(parse(json)).toEqual(expected));

  it.each(['{"$maxCount":0}', '{"$maxCount":-1}', '{"$maxAge":0}', '{"$tb":-3}'])(
    'passes over the limit in %s, which limits nothing',
    (json) => expect(parse(json)).toEqual({}),
  );

  it.each([
    '',
    '{not json',
    '[1]',
    'null',
    '{"$maxCount":"3"}',
    '{"$maxCount":1.0}',
    '{"$maxCount":1e3}',
    '{"$maxCount":true}',
    '{"$maxCount":9223372036854775808}',
    '{"$maxAge":9223372036854775807}',
    '{"$acl":"$userStreamAcl","$maxCount":1}',
    '{"$acl":{"$r":[1]},"$maxCount":1}',
    '{"$tempStream":1}',
    '{"$maxCount":1',
    `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
  ])('counts all of %s as absent', (json) => expect(parse(json)).toEqual(NO_METADATA));

  it('tells int64 max, which a soft delete writes, from the numbers beside it', () => {
    expect(parseStreamMetadata(SOFT_DELETE).softDeleted).toBe(true);
    expect(parse('{"$tb":9223372036854775806}').softDeleted).toBeUndefined();
  });

  it('moves $tb and keeps what else stands there', () => {
    expect(JSON.parse(String(withTruncateBefore(Buffer.from('{"$tb":9223372036854775807,"own":"æ"}'), 7)))).toEqual({ $tb: 7, own: 'æ' });
    expect(withTruncateBefore(Buffer.from('[1]'), 7)).toBeUndefined();
    expect(withTruncateBefore(Buffer.from('nothing'), 7)).toBeUndefined();
  });
});
