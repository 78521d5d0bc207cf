import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newUuid } from '@hjemmel/kernel';
import { admissionsOf, bodyOf, contactLess, kindsOfEvents, startErasing, Erasing } from './testing/erasing';

let erasing: Erasing;
beforeAll(async () => {
  erasing = await startErasing();
});
afterAll(() => erasing.stop());

const steps = [
  'ErasureDecided',
  'KeysDestroyed',
  'BlobsDeleted',
  'BlindIndexesRemoved',
  'TablesRescanned',
  'RecipientsNotified',
  'BackupExpiryScheduled',
];

describe('an erasure that a person asks for', () => {
  it('is decided, carried out in its order, and unreadable in operation until the backups are gone', async () => {
    const { contact } = await erasing.order();
    const asked = await erasing.ask(contact);
    expect(asked).toMatchObject({ status: 201, body: { status: 'decided', subjectId: contact } });
    const year = new Date().getUTCFullYear();
    expect(asked.body.lines).toMatchObject([
      { retentionClass: 'contact', categories: ['subject.contact', 'customer.org'] },
      {
        retentionClass: `invoice-${year}`,
        deferred: { exception: 'bookkeeping', legal: 'GDPR art. 17(3)(b); bokføringsloven § 13', until: `${year + 5}-12-31` },
      },
    ]);
    expect(asked.body.lines[0].fields).toContain('subject.contact.email');
    await erasing.run();
    const { erasureId } = asked.body;
    expect(await erasing.types(`erasure-${erasureId}`)).toEqual(steps);
    const view = await erasing.view(erasureId);
    expect(view).toMatchObject({ status: 'unreadable-in-operation-expiring-in-backups', deferredParts: 1 });
    expect(await erasing.events(`erasure-${erasureId}`, 'TablesRescanned')).toMatchObject([{ rows: 0, readable: 0 }]);
    expect((await erasing.events(`erasure-${erasureId}`, 'TablesRescanned'))[0]!['sealedRows']).toBeGreaterThan(0);
    expect(await erasing.events(`erasure-${erasureId}`, 'BlindIndexesRemoved')).toMatchObject([{ byKind: { email: 1 } }]);
  });

  it('shows as erased wherever its fields stand; what is kept for the books stays closed to nobody who has a ground', async () => {
    const { contact, orderId } = await erasing.order();
    await erasing.ask(contact);
    await erasing.run();
    const order = await erasing.read(`/orders/${orderId}`);
    expect(order.body.contact).toMatchObject({ name: { erased: true }, email: { erased: true }, phone: { erased: true } });
    expect(order.body.customer.name).toEqual({ erased: true });
    expect(order.body.invoice.email).toHaveProperty('value');
    expect(order.body.cardHolders[0].name).toHaveProperty('value');
    const list = await erasing.read('/orders');
    expect(list.body.items.find((one: { orderId: string }) => one.orderId === orderId).contact.name).toEqual({ erased: true });
    expect((await erasing.read(`/data-subjects/${contact}`)).body).toMatchObject({ name: { erased: true }, email: { erased: true } });
  });

  it('ends every use, and lets who comes back in as somebody new', async () => {
    const order = erasing.nextOrder();
    const first = await erasing.place(order);
    await erasing.ask(first.contact);
    await erasing.run();
    const again = await erasing.place({ ...order, orderId: undefined });
    expect(again.contact).not.toBe(first.contact);
    expect(admissionsOf(await erasing.ledger(first.contact)).after).toBe(0);
  });

  it('of a person of whom nothing need be kept closes the ledger as a whole', async () => {
    const { cardHolders } = await erasing.order();
    const asked = await erasing.ask(cardHolders[0]!);
    expect(asked.body.lines.map((line: { retentionClass: string }) => line.retentionClass)).toEqual(['contact', 'national-id', 'photo']);
    await erasing.run();
    expect(kindsOfEvents(await erasing.ledger(cardHolders[0]!)).at(-1)).toBe('DataErased');
    expect(await erasing.ask(cardHolders[0]!)).toMatchObject({ status: 409, body: { rule: 'already-erased' } });
    expect(await erasing.ask('ab'.repeat(16))).toMatchObject({ status: 404 });
  });

  it('is completed when the last backup is gone, and not a day before', async () => {
    const { cardHolders } = await erasing.order();
    const { erasureId } = (await erasing.ask(cardHolders[0]!)).body;
    await erasing.run();
    await erasing.days(35);
    await erasing.run();
    expect(await erasing.view(erasureId)).toMatchObject({ status: 'unreadable-in-operation-expiring-in-backups' });
    await erasing.days(2);
    await erasing.run();
    expect(await erasing.view(erasureId)).toMatchObject({ status: 'completed' });
    expect((await erasing.types(`erasure-${erasureId}`)).slice(-2)).toEqual(['BackupExpiryReached', 'ErasureCompleted']);
  });
});

describe('what stands against an erasure', () => {
  it('is a legal hold on the person’s customer, by two people; released, the erasure goes on', async () => {
    const { contact, customer } = await erasing.order();
    const terms = { customer, reason: 'a claim about the delivery', reference: 'case 2026/7', proposedBy: 'editor' };
    expect((await erasing.post('/legal-holds', { ...terms, subjectId: contact })).body.errors).toMatchObject([{ rule: 'one-target' }]);
    const held = await erasing.post('/legal-holds', terms);
    expect(held.status).toBe(201);
    const asked = await erasing.ask(contact);
    expect(asked.body).toMatchObject({ status: 'deferred', lines: [{ deferred: { exception: 'legal-hold' } }, {}] });
    await erasing.run();
    expect(await erasing.types(`erasure-${asked.body.erasureId}`)).toEqual(['ErasureDeferred']);
    const release = { reason: 'settled', proposedBy: 'editor' };
    expect((await erasing.post(`/legal-holds/${held.body.holdId}/release`, release)).status).toBe(201);
    await erasing.run();
    expect((await erasing.types(`erasure-${asked.body.erasureId}`)).slice(0, 3)).toEqual([
      'ErasureDeferred',
      'ErasureResumed',
      'KeysDestroyed',
    ]);
  });

  it('is a restriction that comes between the decision and the ledger', async () => {
    const { contact } = await erasing.order();
    const { erasureId } = (await erasing.ask(contact)).body;
    await erasing.post(`/data-subjects/${contact}/restrictions`, { ground: 'needed-for-legal-claims', channel: 'e-mail' });
    await erasing.run();
    expect(await erasing.types(`erasure-${erasureId}`)).toEqual(['ErasureDecided', 'ErasureDeferred']);
    expect(await erasing.view(erasureId)).toMatchObject({ status: 'deferred' });
  });
});

describe('what a retention run asks for (GDPR art. 5(1)(e))', () => {
  it('is foreseen without a trace, begun for the classes that are due, and leaves the rest', async () => {
    const { cardHolders } = await erasing.order();
    const asked = {
      erasureId: newUuid(),
      subjectId: cardHolders[0]!,
      retentionClasses: ['photo'],
      rule: 'card-issued-90d',
      runId: 'run-1',
    };
    expect(await erasing.retention.foresee(asked, erasing.context())).toMatchObject({
      outcome: 'deferred',
      because: { exception: 'retention-not-over', condition: 'retention-over' },
    });
    await erasing.cardIssued(asked.subjectId, new Date(Date.now() - 3 * 366 * 86_400_000));
    expect(await erasing.retention.foresee(asked, erasing.context())).toEqual({ erasureId: asked.erasureId, outcome: 'begun' });
    expect(await erasing.types(`erasure-${asked.erasureId}`)).toEqual([]);
    await erasing.retention.begin(asked, erasing.context());
    await erasing.run();
    expect(await erasing.events(`dataSubject-${cardHolders[0]}`, 'DataErased')).toMatchObject([
      { retentionClasses: ['photo'], categories: ['subject.photo'], because: 'retention', whole: false },
    ]);
    const keys = await erasing.parts.keys.keysOf(cardHolders[0]!);
    expect(keys.filter(({ destroyedAt }) => destroyedAt).map(({ retentionClass }) => retentionClass)).toEqual(['photo']);
  });

  it('leaves what was asked for anew between the decision and the erasing', async () => {
    const { cardHolders } = await erasing.order();
    const subjectId = cardHolders[0]!;
    await erasing.cardIssued(subjectId, new Date(Date.now() - 3 * 366 * 86_400_000));
    const asked = { erasureId: newUuid(), subjectId, retentionClasses: ['photo'], rule: 'card-life', runId: 'run-1' };
    expect(await erasing.retention.begin(asked, erasing.context())).toMatchObject({ outcome: 'begun' });
    await erasing.cardIssued(subjectId);
    await erasing.run();
    expect(await erasing.types(`erasure-${asked.erasureId}`)).toEqual(['ErasureDecided', 'ErasureDeferred']);
    expect(await erasing.events(`dataSubject-${subjectId}`, 'DataErased')).toEqual([]);
    expect((await erasing.parts.keys.keysOf(subjectId)).every(({ destroyedAt }) => destroyedAt === null)).toBe(true);
  });
});

describe('the certificate', () => {
  it('says what was decided and done, what the log shows and what is only stated; it names nobody', async () => {
    const order = erasing.nextOrder();
    const { contact } = await erasing.place(order);
    const { erasureId } = (await erasing.ask(contact)).body;
    await erasing.run();
    const { body } = await erasing.read(`/erasures/${erasureId}/certificate?lang=en`);
    expect(body).toMatchObject({ status: 'unreadable-in-operation-expiring-in-backups', proof: null });
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual([steps[0], 'DataErased', ...steps.slice(1)]);
    expect(body.keys).toMatchObject([{ retentionClass: 'contact', commitment: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(body.words.status).toContain('not completed');
    for (const lang of ['nb', 'en']) {
      const page = await erasing.read(`/erasures/${erasureId}/certificate?lang=${lang}&format=html`);
      expect(page.text).toContain(`<html lang="${lang}">`);
      expect(page.text).toContain(body.keys[0].commitment);
      for (const personal of [order.contact.email, order.contact.familyName, order.customer.name])
        expect(page.text).not.toContain(personal);
    }
    expect((await erasing.read(`/erasures/${contactLess}/certificate`)).status).toBe(404);
  });
});

describe('recipients of a disclosure (GDPR art. 19)', () => {
  it('are told in both languages by their own receipts alone; who has no address is put down as not told', async () => {
    const { cardHolders } = await erasing.order();
    const person = cardHolders[0]!;
    await erasing.disclose(person, 'evry-card-services', 'receipt-4711');
    await erasing.disclose(person, 'arbeidstilsynet', 'AT-99');
    await erasing.cardIssued(person);
    const { erasureId } = (await erasing.ask(person)).body;
    await erasing.run();
    const [{ recipients }] = (await erasing.events(`erasure-${erasureId}`, 'RecipientsNotified')) as [
      { recipients: { recipient: string; told: object }[] },
    ];
    expect(recipients).toMatchObject([
      { recipient: 'evry-card-services', told: { outcome: 'given-up', reason: 'no-address' } },
      { recipient: 'arbeidstilsynet', told: { outcome: 'told', transport: 'file' } },
    ]);
    const [file] = await readdir(join(erasing.data, 'outbox'));
    const mail = bodyOf(await readFile(join(erasing.data, 'outbox', file!), 'utf8'));
    expect(mail).toContain('AT-99');
    expect(mail).not.toContain('receipt-4711');
    expect(mail).not.toContain(person);
  });

  it('wait while a card is made of what they got (P-66)', async () => {
    const { cardHolders } = await erasing.order();
    await erasing.disclose(cardHolders[0]!, 'arbeidstilsynet', 'AT-100');
    expect((await erasing.ask(cardHolders[0]!)).body).toMatchObject({
      status: 'deferred',
      lines: [{ deferred: { exception: 'card-production', condition: 'card-issued' } }, {}, {}],
    });
  });
});

describe('the eraser’s login', () => {
  it.each([
    ['reads no key', 'SELECT wrapped FROM vault.data_keys'],
    ['reads no blind index', 'SELECT blind FROM vault.identities'],
    ['makes no key', `INSERT INTO vault.data_keys (key_id) VALUES (gen_random_uuid())`],
    ['writes no key', `UPDATE vault.data_keys SET wrapped = 'x'`],
    ['puts no key back', `UPDATE vault.data_keys SET destroyed_at = now() WHERE destroyed_at IS NOT NULL`],
    ['changes no row of a read model', 'DELETE FROM read.orders'],
  ])('%s', async (_, sql) => {
    const { orderId } = await erasing.order();
    expect(orderId).toBeDefined();
    await expect(erasing.asEraser(sql)).rejects.toMatchObject({ code: '42501' });
  });
});
