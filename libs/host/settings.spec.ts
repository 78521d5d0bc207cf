import { settings } from '.';

describe('settings', () => {
  const read = settings({
    PORT: '8080',
    BAD_PORT: '70000',
    EMPTY: ' ',
    WAIT: '15m',
    BAD_WAIT: 'soon',
    LOG: 'esdb://a:1,b:2?tls=true',
    BAD_LOG: 'http://user:hunter2@x',
    ROLE: 'admin',
    ON: 'Yes',
    BATCH: '50',
  });

  it('are typed', () => {
    expect(read.port('PORT')).toBe(8080);
    expect(read.port('NONE')).toBeUndefined();
    expect(read.port('EMPTY', 3000)).toBe(3000);
    expect(read.durationMs('WAIT', '1s')).toBe(900_000);
    expect(read.durationMs('NONE', '250ms')).toBe(250);
    expect(read.url('LOG', ['esdb:', 'esdb+discover:'])).toBe('esdb://a:1,b:2?tls=true');
    expect(read.choice('ROLE', ['service', 'admin'], 'service')).toBe('admin');
    expect(read.flag('ON', false)).toBe(true);
    expect(read.integer('BATCH', 1, { max: 100 })).toBe(50);
    expect(read.text('NONE', 'x')).toBe('x');
  });

  it.each([
    [() => read.port('BAD_PORT'), 'BAD_PORT must be a whole number from 1 to 65535'],
    [() => read.durationMs('BAD_WAIT', '1s'), 'BAD_WAIT must be a duration such as 250ms, 10s, 15m, 2h or 30d'],
    [() => read.url('BAD_LOG', ['esdb:', 'esdb+discover:']), 'BAD_LOG must be a URL that begins with esdb:// or esdb+discover://'],
    [() => read.choice('PORT', ['a', 'b'], 'a'), 'PORT must be one of a, b'],
    [() => read.flag('PORT', false), 'PORT must be true or false'],
    [() => read.integer('BATCH', 1, { max: 10 }), 'BATCH must be a whole number from 0 to 10'],
    [() => read.required('EMPTY'), 'EMPTY must be set'],
  ])('say what they expect and never what they got: %#', (use, message) => expect(use).toThrow(new Error(message)));
});
