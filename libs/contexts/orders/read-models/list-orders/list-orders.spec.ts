import { isPlace } from './list-orders.route';

const place = { placedAt: '2026-05-28T12:27:33.000Z', orderId: '4072d409-2e8d-439e-a3fd-3b8e4bd24f62' };

describe('where a page of orders ends', () => {
  it('is when the last one was placed, and its id', () => expect(isPlace(place)).toBe(true));

  it.each([
    { placedAt: '-271821-04-20T00:00:00.000Z' },
    { placedAt: '+275760-09-13T00:00:00.000Z' },
    { placedAt: '0000-01-01T00:00:00.000Z' },
    { placedAt: '2026-02-30T00:00:00.000Z' },
    { placedAt: '2026' },
    { placedAt: 5 },
    { orderId: '\u0000' },
    { orderId: '' },
    { orderId: null },
  ])('is nothing that Postgres would not take: %j', (wrong) => expect(isPlace({ ...place, ...wrong })).toBe(false));
});
