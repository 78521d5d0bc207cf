import { Transform, Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, registerDecorator, ValidateNested } from 'class-validator';
import * as fc from 'fast-check';
import { Checked, Line, Sample } from '../testing/sample.route';
import { thoroughly } from './dto-pipe';
import { quickly } from './quick-check';
import { Omittable } from './rules';

const any = fc.jsonValue({ maxDepth: 2 });
const line = fc.record(
  {
    name: fc.oneof({ weight: 9, arbitrary: fc.string({ minLength: 1, maxLength: 41 }) }, { weight: 1, arbitrary: any }),
    count: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 10 }) }, { weight: 1, arbitrary: any }),
    tags: fc.oneof({ weight: 5, arbitrary: fc.array(fc.string({ minLength: 1, maxLength: 11 })) }, { weight: 1, arbitrary: any }),
    ...{ total: any, extra: any },
  },
  { requiredKeys: ['name', 'count'] },
);
const withoutExtras = line.map(({ total: _, extra: __, ...rest }) => rest);
const sample = fc.record(
  {
    title: fc.constantFrom('Blåbær', '', 'x'.repeat(81), 5, null, 'a\u0000'),
    kind: fc.constantFrom('a', 'b', 'c'),
    note: fc.constantFrom('', 'two\nlines', null, '\u0007'),
    yes: fc.constantFrom(true, false, 'true'),
    amount: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('1')),
    first: fc.oneof({ weight: 5, arbitrary: withoutExtras }, { weight: 1, arbitrary: line }, { weight: 1, arbitrary: any }),
    lines: fc.oneof({ weight: 5, arbitrary: fc.array(withoutExtras, { maxLength: 4 }) }, { weight: 1, arbitrary: any }),
    extra: any,
  },
  { requiredKeys: ['title', 'kind', 'yes', 'amount', 'first', 'lines'] },
);
const valid = fc.record({
  title: fc.constant('Blåbær'),
  kind: fc.constantFrom('a', 'b'),
  yes: fc.boolean(),
  amount: fc.integer(),
  first: fc.constant({ name: 'Rūta', count: 1, tags: ['x'] }),
  lines: fc.array(fc.record({ name: fc.constant('Ola'), count: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 3 }),
});

test('what is accepted quickly is what the libraries accept, and becomes the same', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(sample, valid), async (body) => {
      const quick = quickly(Sample, body);
      const thorough = await thoroughly(Sample, body).catch(() => undefined);
      expect(quick).toEqual(thorough);
      if (!quick) return;
      accepted++;
      expect(quick).toBeInstanceOf(Sample);
      expect(quick.first).toBeInstanceOf(Line);
      for (const one of quick.lines) expect(one).toBeInstanceOf(Line);
    }),
    { numRuns: 1_500 },
  );
  expect(accepted).toBeGreaterThan(300); // else the property says little
});

class Converted {
  @Transform(({ value }) => Number(value))
  @IsInt()
  count!: number;
}

class Later {
  @Answers(Promise.resolve(false))
  name!: string;
}

class Truthy {
  @Answers('yes')
  name!: string;
}

class Untyped {
  @ValidateNested()
  inner!: object;
}

class Discriminated {
  @ValidateNested()
  @Type(() => Line, { discriminator: { property: 'kind', subTypes: [{ name: 'line', value: Line }] } })
  inner!: object;
}

class Bare {
  name!: string;
}

class Base {
  @IsString()
  name!: string;

  @Omittable()
  @IsString()
  note?: string;
}

class Derived extends Base {
  @IsOptional()
  @IsInt()
  count: number | null = 7;
}

function Answers(answer: unknown): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'answers',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: { validate: () => answer as boolean },
    });
}

test.each([
  ['a conversion', Converted, { count: '5' }],
  ['a promise', Later, { name: 'x' }],
  ['an answer that is not plain', Truthy, { name: 'x' }],
  ['an object of no class', Untyped, { inner: {} }],
  ['classes by discriminator', Discriminated, { inner: { kind: 'line', name: 'x', count: 1 } }],
  ['a class without rules', Bare, { name: 'x' }],
])('leaves %s to the libraries', (_what, dto: new () => object, body) => {
  expect(quickly(dto, body)).toBeUndefined();
});

test('knows inherited rules, defaults and what may be left out', () => {
  expect(quickly(Derived, { name: 'x' })).toEqual({ name: 'x', count: 7 });
  expect(quickly(Derived, { name: 'x', count: null })).toEqual({ name: 'x', count: null });
  expect(quickly(Derived, { name: 'x', note: null })).toBeUndefined();
  expect(quickly(Derived, { count: 1 })).toBeUndefined();
  expect(quickly(Checked, { title: 'x', code: 'y' })).toBeInstanceOf(Checked);
});

test('a body with far too many lines is refused without looking at all of them', async () => {
  const lines = Array.from({ length: 20_000 }, () => ({}));
  await expect(
    thoroughly(Sample, { title: 'x', kind: 'a', yes: true, amount: 1, first: { name: 'x', count: 1 }, lines }),
  ).rejects.toMatchObject({
    problem: {
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/lines', rule: 'array-max-size' })]) as unknown,
    },
  });
});
