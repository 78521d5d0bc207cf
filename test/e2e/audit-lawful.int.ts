import { processingAgreement } from '@hjemmel/contexts/processing-register/agreements/decider';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import { Actor, newUuid, systemClock } from '@hjemmel/kernel';
import { startApi, StartedApi } from '../../apps/api/testing/started-api';
import type { Finding } from '../../apps/auditor/audit/findings';
import { auditLawful } from '../../apps/auditor/audit/lawful';
import { madeOrder, madePeople } from '../bench/made-orders';

let api: StartedApi;
const people = madePeople();
const officer: Actor = { id: 'anne', role: 'privacy-officer' };

beforeAll(async () => {
  api = await startApi();
  await conclude('334115739');
});
afterAll(() => api.stop());

async function conclude(customer: string): Promise<void> {
  const now = systemClock.now();
  const context: CommandContext = { commandId: newUuid(), actor: officer, now };
  const agreement = {
    customer,
    version: '1',
    sha256: 'ab'.repeat(32),
    from: now,
    at: now,
    activities: ['D-1', 'D-7'],
    known: ['D-1', 'D-7'],
    by: officer,
  };
  await new Decisions(api.parts.log).run(processingAgreement, { type: 'ConcludeAgreement', ...agreement }, context);
  await api.parts.inForce.refresh();
}

interface Placed {
  readonly contact: string;
  readonly holder: string;
}

async function order(n: number, changes: object = {}): Promise<Placed | undefined> {
  const { commandId, body } = madeOrder(n, people.next().value as { number: string; birthDate: string });
  const answer = await api.post('/orders', { ...JSON.parse(body), ...changes }, { key: commandId, role: 'service' });
  return answer.status === 201 ? { contact: answer.body.contact.subjectId, holder: answer.body.cardHolders[0].subjectId } : undefined;
}

const get = async (path: string) => {
  const answer = await api.get(
    `${path}${path.includes('?') ? '&' : '?'}after=${String(await api.parts.log.lastPosition())}`,
    'case-worker',
  );
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
};
const post = async (path: string, body: object, status = 201) => {
  const answer = await api.post(path, body);
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ path, status });
};

describe('what the program does over HTTP', () => {
  it('is lawful by its own log: the auditor, who has no database and no key, reaches the same verdicts', async () => {
    const placed = await Promise.all(
      Array.from({ length: 12 }, (_, n) => order(n, { marketingConsent: n % 2 === 0, expectRenewal: n % 3 === 0 })),
    );
    const [kari, ola, eva] = placed.map((one) => one!);
    await get('/orders?limit=20');
    await get(`/data-subjects/${kari!.contact}`);
    await post(`/data-subjects/${kari!.contact}/consent-withdrawals`, { purpose: 'marketing', surface: 'unsubscribe-link', steps: 1 });
    await post(`/data-subjects/${kari!.contact}/restrictions`, { ground: 'accuracy-contested', channel: 'e-mail' });
    await post(`/data-subjects/${eva!.holder}/restrictions`, { ground: 'accuracy-contested', channel: 'letter' });
    expect(await order(0)).toBeUndefined(); // kari, whose data is restricted
    await post(`/data-subjects/${ola!.contact}/uses`, {
      activity: 'C-1',
      purpose: 'customer-service',
      categories: ['subject.contact'],
    });
    await post(`/data-subjects/${ola!.contact}/uses`, { activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'] }, 403);
    for (const subjectId of [kari!.contact, eva!.holder]) await post('/rights-requests', { right: 'access', subjectId, channel: 'e-mail' });
    await post('/privacy-statements/2023-12-20/presentations', { locale: 'nb', surface: 'account', subjectId: ola!.contact });
    await post('/processing-activities/C-15/retirement', { reason: 'no suppliers any more', proposedBy: 'bo' });
    await get('/orders?limit=20');
    await get(`/data-subjects/${eva!.holder}`);

    const found: Finding[] = [];
    const end = (await api.parts.log.lastPosition())!;
    const { counts } = await auditLawful(api.parts.log, { end, now: systemClock.now(), onFinding: (finding) => void found.push(finding) });
    expect(found).toEqual([]);
    expect(counts).toMatchObject({ persons: 25, facts: 15, reads: 4, byOtherRules: {} });
    expect(counts.verdicts).toBeGreaterThan(40);
  });
});
