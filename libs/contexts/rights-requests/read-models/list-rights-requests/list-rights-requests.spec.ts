import { isPlace } from './list-rights-requests.route';

const place = { due: '2026-12-23', requestId: 'a17c7a8a-28d6-88a4-8681-b5b636fedbc9' };

describe('where a page of rights requests ends', () => {
  it('is the day on which the last one is due, and its id', () => expect(isPlace(place)).toBe(true));

  it.each([{ due: '\u0000' }, { due: 'soon' }, { due: 5 }, { requestId: '\u0000' }, { requestId: '' }])(
    'is nothing that Postgres would not take: %j',
    (wrong) => expect(isPlace({ ...place, ...wrong })).toBe(false),
  );
});
