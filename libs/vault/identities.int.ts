import { join } from 'node:path';
import { newPseudonym } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import { Identities, IdentityClaim } from './identities';
import { blindOf, openValue } from './identity-values';
import { rotateBlindIndex } from './rotation';
import type { VaultKeys } from './secrets';
import { givenKeys } from './testing/given-keys';

let database: VaultDatabase;
let keys: VaultKeys;
let owner: Pool;
let pool: Pool;

beforeAll(async () => {
  database = await startVaultDatabase();
  keys = await database.keysIn(join(database.folder, 'secrets'));
  ({ owner, vault: pool } = database);
});
afterAll(() => database.stop());

/** Another process: it remembers nothing of what others did. */
const newIdentities = (): Identities => new Identities(pool, keys);
let number = 10_000_000_000;
const claim = (value = String(number++), controller = '334115739', kind: IdentityClaim['kind'] = 'national-id'): IdentityClaim => ({
  controller,
  kind,
  value,
});

describe('who is behind a value', () => {
  it('is the same pseudonym each time, new the first time only', async () => {
    const known = claim();
    const [first] = await newIdentities().resolve([known]);
    const [second] = await newIdentities().resolve([known]);
    expect([first!.isNew, second!.isNew]).toEqual([true, false]);
    expect(second!.subjectId).toBe(first!.subjectId);
    expect(first!.subjectId).toMatch(/^[0-9a-f]{32}$/);
    expect(await newIdentities().lookUp(known)).toBe(first!.subjectId);
  });

  it('is nobody where nobody was made: looking up makes nothing', async () => {
    const unknown = claim();
    expect(await newIdentities().lookUp(unknown)).toBeUndefined();
    expect(await newIdentities().lookUp(unknown)).toBeUndefined();
  });

  it('is another pseudonym under another controller, and as another kind', async () => {
    const value = String(number++).slice(2);
    const claims = [claim(value, 'a', 'sole-trader-organisation'), claim(value, 'b', 'sole-trader-organisation'), claim(`00${value}`, 'a')];
    const people = await newIdentities().resolve(claims);
    expect(new Set(people.map(({ subjectId }) => subjectId)).size).toBe(3);
  });

  it.each<[IdentityClaim['kind'], readonly string[]]>([
    ['national-id', ['15819010029', '158190 10029', ' 15819010029\n', '158190-10029']],
    ['email', ['kari.nordmann@blåbær.example', ' Kari.Nordmann@BLÅBÆR.example ', 'kari.nordmann@xn--blbr-roah.example']],
    ['phone', ['+4792361226', '923 61 226', '0047 923-61-226', ' +47 92361226']],
    ['sole-trader-organisation', ['974760673', '974 760 673', '974\u00a0760\u00a0673']],
  ])('is one, in whichever form the value is written: %s', async (kind, forms) => {
    const found = await Promise.all(forms.map((value) => newIdentities().resolve([claim(value, '334115739', kind)])));
    expect(new Set(found.flat().map(({ subjectId }) => subjectId)).size).toBe(1);
    expect(await newIdentities().lookUp(claim(forms[1], '334115739', kind))).toBe(found[0]![0]!.subjectId);
  });

  it.each<[string, string]>([
    ['national-id', '1581901002'],
    ['national-id', '１５８１９０１００２９'],
    ['email', 'kari at firma.example'],
    ['phone', '12345678'],
    ['sole-trader-organisation', '97476067x'],
    ['shoe-size', '42'],
    ['constructor', '42'],
  ])('is asked for by no value that has no form: %s %s; and it is not repeated', async (kind, value) => {
    const wrong = { controller: '334115739', kind: kind as IdentityClaim['kind'], value };
    for (const asked of [newIdentities().resolve([claim(), wrong]), newIdentities().lookUp(wrong)]) {
      const error = await asked.then(String, (thrown: unknown) => thrown as Error);
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).not.toContain(value);
    }
  });

  it('has the index that the first release made, so that those who are known stay known', async () => {
    const known = claim('kari@firma.example', '334115739', 'email');
    const subjectId = newPseudonym();
    const { key } = await keys.blindIndex.current();
    // JSON of the three as they were hashed from the beginning: a change of it would lose everybody.
    await owner.query(`INSERT INTO vault.identities (controller, kind, blind, subject_id, version) VALUES ($1, $2, $3, $4, 1)`, [
      known.controller,
      known.kind,
      blindOf(key, known),
      subjectId,
    ]);
    expect(blindOf(Buffer.alloc(32, 2), claim('15819010029')).toString('hex')).toBe(
      'c4ead4f928b9b3aba6c5ae1f05e65e428b3a06a241f420a35207f75f467cf08f',
    );
    expect(await newIdentities().resolve([known])).toEqual([{ subjectId, isNew: false }]);
  });

  it('shows in the database neither the value nor that rows have one in common, under two controllers or as two kinds', async () => {
    const value = `974760${String(number++).slice(-3)}`;
    const people = await newIdentities().resolve([
      claim(value, '334115739', 'sole-trader-organisation'),
      claim(value, '923609016', 'sole-trader-organisation'),
    ]);
    const { rows } = await owner.query<{ row: string; blind: Buffer; sealed: Buffer }>(
      'SELECT identities::text AS row, blind, sealed FROM vault.identities WHERE subject_id = ANY($1::uuid[])',
      [people.map(({ subjectId }) => subjectId)],
    );
    for (const part of ['blind', 'sealed'] as const) expect(new Set(rows.map((row) => row[part].toString('hex'))).size).toBe(2);
    for (const { row } of rows) {
      expect(row).not.toContain(value);
      expect(row).not.toContain(Buffer.from(value).toString('hex'));
    }
  });

  it('keeps its value for its own person and kind alone, under its epoch', async () => {
    const known = claim();
    const [made] = await newIdentities().resolve([known]);
    const { rows } = await owner.query<{ sealed: Buffer; epoch: number }>(
      'SELECT sealed, epoch FROM vault.identities WHERE subject_id = $1',
      [made!.subjectId],
    );
    const { sealed, epoch } = rows[0]!;
    const { key } = await keys.master.current();
    const place = { controller: known.controller, kind: known.kind, subjectId: made!.subjectId, epoch };
    expect(openValue(key, place, sealed)).toBe(known.value);
    for (const other of [{ controller: 'c' }, { kind: 'email' }, { subjectId: newPseudonym() }, { epoch: 2 }])
      expect(openValue(key, { ...place, ...other }, sealed)).toBeUndefined();
    expect(openValue(Buffer.alloc(32, 9), place, sealed)).toBeUndefined();
    for (let length = 0; length < sealed.length; length++) expect(openValue(key, place, sealed.subarray(0, length))).toBeUndefined();
  });

  it('is one, however many processes ask at the same moment and in whatever order, for the same people more than once', async () => {
    for (let round = 0; round < 10; round++) {
      const claims = Array.from({ length: 20 }, () => claim());
      const orders = [claims, claims.toReversed(), [...claims.slice(7), ...claims.slice(0, 7)], [...claims, ...claims]];
      const answers = await Promise.all(orders.map((order) => newIdentities().resolve(order)));
      const byValue = new Map(claims.map(({ value }) => [value, new Set<string>()]));
      orders.forEach((order, i) => order.forEach(({ value }, j) => byValue.get(value)!.add(answers[i]![j]!.subjectId)));
      expect([...byValue.values()].map(({ size }) => size)).toEqual(claims.map(() => 1));
      expect(new Set([...byValue.values()].flatMap((people) => [...people])).size).toBe(claims.length);
    }
  });

  it('is found without waiting for ever, where two processes make the same people in opposite order', async () => {
    const claims = [claim(), claim(), claim()];
    const { key } = await keys.blindIndex.current();
    const middle = claims[1]!;
    const holding = {
      text: 'INSERT INTO vault.identities (controller, kind, blind, subject_id, version) VALUES ($1, $2, $3, $4, 1)',
      values: [middle.controller, middle.kind, blindOf(key, middle), newPseudonym()],
    };
    const found = await database.meeting(holding, () => [newIdentities().resolve(claims), newIdentities().resolve(claims.toReversed())]);
    expect(found[0]!.map(({ subjectId }) => subjectId)).toEqual(found[1]!.map(({ subjectId }) => subjectId).reverse());
  });
});

describe('a person whose look-ups are removed', () => {
  it('is nobody any more, under any version of the key, and somebody new when they come back', async () => {
    const known = claim();
    const [before] = await newIdentities().resolve([known]);
    await rotateBlindIndex(pool, keys);
    const stale = new Identities(pool, {
      ...keys,
      blindIndex: givenKeys({ 1: await keys.blindIndex.of(1), 2: await keys.blindIndex.of(2) }),
    });
    expect(await stale.lookUp(known)).toBe(before!.subjectId);
    expect(await newIdentities().remove(before!.subjectId)).toEqual({ 'national-id': 1 });
    for (const identities of [newIdentities(), stale]) expect(await identities.lookUp(known)).toBeUndefined();
    const { rowCount } = await owner.query('SELECT FROM vault.identities WHERE subject_id = $1', [before!.subjectId]);
    expect(rowCount).toBe(0);
    const [after] = await newIdentities().resolve([known]);
    expect(after).toMatchObject({ isNew: true });
    expect(after!.subjectId).not.toBe(before!.subjectId);
    expect(await newIdentities().remove(before!.subjectId)).toEqual({});
  });

  it('keeps those of kinds that were not named', async () => {
    const claims = [claim(), claim('ola@firma.example', '334115739', 'email'), claim('923 61 226', '1', 'phone')];
    const [person] = await newIdentities().resolve(claims.slice(0, 1));
    await newIdentities().resolve(claims.slice(1));
    const { subjectId } = person!;
    for (const { controller, kind } of claims.slice(1))
      await owner.query('UPDATE vault.identities SET subject_id = $1 WHERE controller = $2 AND kind = $3', [subjectId, controller, kind]);
    expect(await newIdentities().remove(subjectId, ['email', 'phone'])).toEqual({ email: expect.any(Number), phone: 1 });
    expect(await newIdentities().lookUp(claims[0]!)).toBe(subjectId);
    expect(await newIdentities().lookUp(claims[1]!)).toBeUndefined();
    expect(await newIdentities().remove(subjectId, [])).toEqual({});
  });
});
