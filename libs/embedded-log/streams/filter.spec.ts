import { StoredRecord } from '../engine/contract';
import { FilterRule, compileFilter } from './filter';

const record = (stream: string, type: string): StoredRecord => ({
  stream,
  type,
  position: 1,
  revision: 0,
  eventId: Buffer.alloc(16),
  createdTicks: 0n,
  payload: Buffer.alloc(0),
});
const matches = (rule: Partial<FilterRule>, stream: string, type: string): boolean =>
  compileFilter({ on: 'type', regex: '', prefixes: [], ...rule })({ event: record(stream, type) });

describe('a filter', () => {
  it('takes any of its prefixes', () => {
    expect(matches({ prefixes: ['Order', 'Invoice'] }, 's', 'InvoiceSent')).toBe(true);
    expect(matches({ on: 'stream', prefixes: ['order-'] }, 'invoice-1', 'Order')).toBe(false);
  });

  it('matches nothing where it names nothing', () => {
    expect(matches({}, 's', 'T')).toBe(false);
    expect(matches({ regex: '', prefixes: [] }, 's', '')).toBe(false);
  });

  it.each([
    ['^[^$].*', 'Order', true],
    ['^[^$].*', '$metadata', false],
    ['rde', 'Order', true],
    ['(?i)^order$', 'ORDER', true],
    ['\\AOrder\\z', 'Order', true],
    ['^(?!Order)', 'Order', false],
  ])('reads the expression %s as .NET does', (regex, type, expected) => expect(matches({ regex }, 's', type)).toBe(expected));

  it('refuses a broken expression', () => expect(() => compileFilter({ on: 'type', regex: '([', prefixes: [] })).toThrow(SyntaxError));

  it('judges a resolved link by the type behind it and by the stream it stands in', () => {
    const link = record('list', '$>');
    const event = record('order-1', 'Order');
    expect(compileFilter({ on: 'type', regex: '', prefixes: ['Order'] })({ link, event })).toBe(true);
    expect(compileFilter({ on: 'stream', regex: '', prefixes: ['list'] })({ link, event })).toBe(true);
    expect(compileFilter({ on: 'type', regex: '\\$>', prefixes: [] })({ link })).toBe(true);
  });
});
