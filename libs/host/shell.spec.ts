import { execFileSync } from 'node:child_process';
import { shellWord } from './shell';

describe('a word of a shell', () => {
  it('is left as it is where nothing in it means more than itself', () =>
    expect(shellWord('/srv/hjemmel-1/data')).toBe('/srv/hjemmel-1/data'));

  it.each(['/srv/Mine prosjekter æøå/data', "it's", '$HOME `id`', 'a"b\\', '', '*', 'a\nb'])('comes to the program as it was: %j', (text) =>
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text),
  );
});
