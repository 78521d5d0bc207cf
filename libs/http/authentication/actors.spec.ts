import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Role, roles } from '@hjemmel/kernel';
import { Actors } from './actors';

const key = Buffer.alloc(32, 7);
const actors = new Actors(key);
const token = (subject: string, held: readonly Role[]) => ({ subject, roles: held, expires: 0 });

test('a person’s pseudonym is the HMAC of the subject, never the subject or a plain hash', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.constantFrom(...roles.filter((role) => role !== 'service')), (subject, role) => {
      const { id } = actors.actorOf(token(subject, [role]), role);
      expect(id).toBe(createHmac('sha256', key).update(subject).digest('hex').slice(0, 32));
      expect(new Actors(Buffer.alloc(32, 8)).actorOf(token(subject, [role]), role).id).not.toBe(id);
    }),
  );
});

test.each(['shop', 'web-shop.2', 'a', '0', 'x'.repeat(63)])('a service may be named: %s', (subject) => {
  expect(actors.actorOf(token(subject, ['service']), 'service')).toEqual({ id: subject, role: 'service' });
});

test.each(['Shop', '-shop', 'kari@vik.example', 'x'.repeat(64), 'sh op', 'shøp', 'shop\n'])(
  'what does not look like a service’s name is not: %s',
  (subject) => {
    expect(actors.actorOf(token(subject, ['service']), 'service').id).toMatch(/^[0-9a-f]{32}$/);
  },
);
