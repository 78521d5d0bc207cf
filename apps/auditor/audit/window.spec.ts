import { windowOf } from './window';

describe('the time that is reported on', () => {
  it('is open where nothing is said', () => expect(windowOf({})).toEqual({}));

  it('is days in Oslo, both of them whole, also where the clock is moved', () =>
    expect(windowOf({ from: '2026-03-28', until: '2026-03-29' })).toEqual({
      from: new Date('2026-03-27T23:00:00.000Z'),
      until: new Date('2026-03-29T22:00:00.000Z'),
    }));

  it('is instants with an offset', () =>
    expect(windowOf({ from: '2026-03-28T10:00:00+01:00' })).toEqual({ from: new Date('2026-03-28T09:00:00.000Z') }));

  it.each(['2026-02-30', '2026-13-01T10:00:00Z', '2026-03-28T10:00:00', '28.03.2026', '', 'now'])('is not %j', (from) =>
    expect(() => windowOf({ from })).toThrow('--from must be an instant with its offset'),
  );

  it('is not empty', () => expect(() => windowOf({ from: '2026-03-29', until: '2026-03-28' })).toThrow('--from must lie before --until'));
});
