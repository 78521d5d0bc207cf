import { join } from 'node:path';
import { Grant, issueGrant } from '@hjemmel/admission/grant';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import fc from 'fast-check';
import { startVaultDatabase, VaultDatabase } from '../../test/support/vault-database';
import { CannotOpen, open, keyMaterial, parseSealed } from './sealing';
import { SealedField, Vault } from './vault';

const category = 'subject.contact';
const sealedAt = new Date('2026-03-02T10:00:00.000Z');
const grantOf = (subjectId: string): Grant =>
  issueGrant(
    subjectId,
    {
      activity: 'C-1',
      activityVersion: 1,
      purpose: 'deliver-service',
      role: 'controller',
      controller: '915376215',
      categories: [category, 'invoice'],
      basis: { code: '6(1)(f)', because: 'company-representative' },
      statement: { version: '2023-12-20', hash: 'ab' },
    },
    newUuid(),
  );

/** What becomes of a sealed text on its way: bits, characters and parts that are changed, cut, doubled or of another. */
const damage: fc.Arbitrary<(sealed: string, other: string) => string> = fc.oneof(
  fc.nat().map((at) => (sealed: string) => {
    const bytes = Buffer.from(sealed);
    bytes[at % bytes.length]! ^= 1 << (at % 7);
    return bytes.toString('latin1');
  }),
  fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 2, unit: 'binary' })).map(([at, text]) => (sealed: string) => {
    const place = at % (sealed.length + 1);
    return sealed.slice(0, place) + text + sealed.slice(place);
  }),
  fc.nat().map((at) => (sealed: string) => sealed.slice(0, at % sealed.length)),
  fc.nat().map((at) => (sealed: string) => sealed.slice(1 + (at % sealed.length))),
  fc.integer({ min: 0, max: 2 }).map((part) => (sealed: string, other: string) => {
    const [parts, others] = [sealed.split('.'), other.split('.')];
    return parts.map((text, i) => (i === part ? others[i] : text)).join('.');
  }),
  fc.constant((sealed: string) => sealed + sealed),
  fc.uuid().map((keyId) => (sealed: string) => sealed.replace(/\.[^.]*\./, `.${keyId}.`)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => (sealed: string) => `${sealed.slice(0, 40)}${Buffer.from(bytes).toString('base64url')}`),
  fc.string({ unit: 'binary', maxLength: 120 }).map((text) => () => text),
);

describe('a text that is no sealed field of this place', () => {
  let database: VaultDatabase;
  let vault: Vault;
  let fields: readonly SealedField[];

  beforeAll(async () => {
    database = await startVaultDatabase();
    vault = new Vault(database.storeOf(await database.keysIn(join(database.folder, 'secrets'))));
    const [kari, ola] = [newPseudonym(), newPseudonym()];
    const made: SealedField[] = [];
    for (const [subjectId, text] of [
      [kari, 'Kari Nordmann'],
      [kari, 'Storgata 1, 0155 Oslo'],
      [ola, 'Ola Nordmann'],
      [ola, ''],
    ] as const) {
      const grant = grantOf(subjectId);
      const seal = await vault.sealer([grant], sealedAt);
      const place = { eventId: newUuid(), stream: `order-${newUuid()}`, path: 'contact.name' };
      made.push({ ...place, ...seal(grant, category, place, text), subjectId, category });
    }
    fields = made;
  });
  afterAll(() => database.stop());

  /** How the vault answers, by the name of its error. */
  const answerTo = async (field: SealedField): Promise<string> => {
    try {
      const [opened] = await vault.open([{ grant: grantOf(field.subjectId), field }]);
      return opened!.state === 'open' ? `opened: ${opened!.text}` : opened!.state;
    } catch (error) {
      return error instanceof CannotOpen ? 'CannotOpen' : String(error);
    }
  };

  it('cannot be opened, whatever was done to it; there is no other error, no erasure and no text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(3), fc.array(damage, { minLength: 1, maxLength: 3 }), async (one, two, damages) => {
        const [field, other] = [fields[one]!, fields[two]!];
        const $sealed = damages.reduce((sealed, harm) => harm(sealed, other.$sealed), field.$sealed);
        fc.pre($sealed !== field.$sealed);
        const answer = await answerTo({ ...field, $sealed });
        // The key of another person opens nothing under this person's grant, and is said so.
        const foreign = other.subjectId !== field.subjectId && $sealed.includes(other.$sealed.split('.')[1]!);
        expect(foreign ? ['CannotOpen', 'NotAdmitted'] : ['CannotOpen']).toContain(answer.split(':')[0]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is not that of another event, stream or path of the same person either', async () => {
    const [name, address] = fields as [SealedField, SealedField];
    expect(await answerTo({ ...name, $sealed: address.$sealed })).toBe('CannotOpen');
    expect(await answerTo({ ...address, $sealed: name.$sealed })).toBe('CannotOpen');
    for (const part of ['eventId', 'stream'] as const) expect(await answerTo({ ...name, [part]: address[part] })).toBe('CannotOpen');
    expect(await answerTo({ ...name, category: 'invoice' })).toBe('CannotOpen');
    expect(await answerTo({ ...name, $sealed: fields[2]!.$sealed })).toMatch(/^NotAdmitted/);
    expect(await answerTo(name)).toBe('opened: Kari Nordmann');
  });

  it('is not erased because nobody knows its key', async () => {
    const $sealed = fields[0]!.$sealed.replace(/\.[^.]*\./, `.${newUuid()}.`);
    expect(await answerTo({ ...fields[0]!, $sealed })).toBe('CannotOpen');
  });

  it('may be any value at all that JSON has', () => {
    const key = keyMaterial('3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1', Buffer.alloc(32, 7));
    const place = { eventId: 'e', stream: 's', path: 'p' };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const sealed = JSON.parse(JSON.stringify({ $sealed: value })) as { readonly $sealed: string };
        expect(() => parseSealed(sealed)).toThrow(CannotOpen);
        expect(() => open(key, place, sealed)).toThrow(CannotOpen);
      }),
      { numRuns: 1_000 },
    );
  });
});
