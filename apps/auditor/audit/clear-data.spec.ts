import { clearDataIn } from './clear-data';

const on = new Date('2026-03-02T10:00:00.000Z');
const whatIn = (text: string, path = 'note') => clearDataIn([{ path, text }], on).map(({ recorded }) => recorded);

describe('personal data in clear', () => {
  it.each([
    ['07816723854', 'a national identity number in note'],
    ['fnr. 078167 23854, ring', 'a national identity number in note'],
    ['skriv til Kari.Nordmann@vik.example.', 'an e-mail address in note'],
    ['ring +47 923 61 226 før fem', 'a telephone number in note'],
    ['004792361226', 'a telephone number in note'],
    ['923 61 226', 'a telephone number in note'],
    ['92361226', 'a telephone number in note'],
  ])('%s', (text, expected) => expect(whatIn(text)).toEqual([expected]));

  it.each([
    'a757a28aa1d79b57041f97652584ea68',
    '12345678-1234-8123-8123-123456789012',
    '2026-03-02T10:00:00.000Z',
    '915376215',
    'enk-5f0c2f4f9a3f4f0ab6b3d5a8f1a0c9d1',
    'order 12345678 of 2026',
    '12345678901',
    '@',
    'kari@',
    'GDPR art. 5(1)(b)',
    'bokføringsloven § 13',
  ])('%s is none', (text) => expect(whatIn(text)).toEqual([]));

  it('is no position of the log, however long', () => {
    expect(whatIn('07816723854', 'knownUpTo')).toEqual([]);
    expect(whatIn('92361226', 'uses.*.subjects.*.ledgerRevision')).toEqual([]);
  });
});
