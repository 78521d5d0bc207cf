import type { Norms } from '@hjemmel/admission';
import { demandGrant } from '@hjemmel/admission/grant';
import { CommandContext, Decisions, EventLog } from '@hjemmel/event-store';
import { newPseudonym, newUuid, Problem } from '@hjemmel/kernel';
import { startTestLog, TestLog } from '../../../test/support/test-log';
import { AdmissionRequest, Admissions } from './admissions';
import { ledger } from './decider';
import type { AdmissionClosed, LedgerEvent, ProcessingAdmitted, ProcessingRefused } from './events';
import { ledgerOf } from './events';
import { InForce } from './in-force';
import { at, company, consentTo, customer, delivering, disclose, evidence, invoicing, norms, restrict, sending } from './testing/kari';

class Unchanging extends InForce {
  at(): Norms {
    return norms;
  }
}

let log: TestLog;
let client: EventLog;
beforeAll(async () => {
  log = await startTestLog();
  client = log.connect();
});
afterAll(() => log.stop());

/** A process of its own: it remembers nothing of what others did. */
const newProcess = () => new Admissions(new Decisions(client), new Unchanging());
const context = (commandId = newUuid()): CommandContext => ({ commandId, actor: { id: 'shop', role: 'service' }, now: at });

const person = (subjectId = newPseudonym(), ...uses: AdmissionRequest['uses']): AdmissionRequest => ({
  subjectId,
  pointer: `/people/${subjectId.slice(0, 4)}`,
  act: 'PlaceOrder',
  factStream: 'order-1',
  registration: { controller: company, source: 'orderer' },
  relation: { customer, capacity: 'company-representative' },
  uses: uses.length > 0 ? uses : [delivering],
});
const restricted = async (subjectId: string): Promise<void> => {
  await newProcess().admit([person(subjectId)], context());
  await new Decisions(client).run(ledger, { ...restrict(newUuid()), subjectId }, context());
};

async function ledgerEvents(subjectId: string): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for await (const { event } of client.readStream(ledgerOf(subjectId))) events.push(event as LedgerEvent);
  return events;
}
const ofCommand = async <T extends LedgerEvent['type']>(subjectId: string, type: T, { commandId }: CommandContext) =>
  (await ledgerEvents(subjectId)).flatMap((event) =>
    event.type === type && 'commandId' in event.data && event.data.commandId === commandId ? [event] : [],
  ) as Extract<ProcessingAdmitted | ProcessingRefused | AdmissionClosed, { type: T }>[];
const refusalOf = async (admitting: Promise<unknown>) => {
  const error = await admitting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error('it was not refused', { cause: error });
  return error.problem;
};

describe('a command on several people', () => {
  it('is admitted for each, with a grant for each use in the order asked for, after it is in the log', async () => {
    const [kari, ola] = [person(undefined, invoicing, delivering), person()];
    const command = context();
    const admitted = await newProcess().admit([kari, ola], command);
    expect(admitted.map(({ subjectId, grants }) => [subjectId, grants.map(({ ground }) => ground.activity)])).toEqual([
      [kari.subjectId, ['C-2', 'C-1']],
      [ola.subjectId, ['C-1']],
    ]);
    for (const { subjectId, grants } of admitted) {
      const recorded = await ofCommand(subjectId, 'ProcessingAdmitted', command);
      expect(grants.map(({ recordId }) => recordId)).toEqual(recorded.map(({ data }) => data.admissionId));
    }
    const [first] = admitted[0]!.grants;
    expect(() => demandGrant(first!, kari.subjectId, 'invoice')).not.toThrow();
    expect(() => demandGrant(first!, kari.subjectId, 'subject.contact')).toThrow();
  });

  it('that asks twice for the same use gives each its own admission', async () => {
    const { grants } = (await newProcess().admit([person(undefined, delivering, delivering)], context()))[0]!;
    expect(new Set(grants.map(({ recordId }) => recordId)).size).toBe(2);
  });

  it('is refused for all where one is refused: line, rule and article are told, and what was admitted is closed as unused', async () => {
    const [kari, ola] = [person(), person()];
    await restricted(ola.subjectId);
    const command = context();
    const problem = await refusalOf(newProcess().admit([kari, ola], command));
    const [refusal] = await ofCommand(ola.subjectId, 'ProcessingRefused', command);
    expect(problem).toMatchObject({
      status: 403,
      type: '/problems/processing-refused',
      rule: 'restricted',
      legal: 'GDPR art. 18(2)',
      errors: [
        {
          pointer: ola.pointer,
          rule: 'restricted',
          legal: 'GDPR art. 18(2)',
          activity: 'C-1',
          purpose: 'deliver-service',
          subjectId: ola.subjectId,
          refusalId: refusal!.data.refusalId,
        },
      ],
    });
    const [admitted] = await ofCommand(kari.subjectId, 'ProcessingAdmitted', command);
    expect((await ofCommand(kari.subjectId, 'AdmissionClosed', command)).map(({ data }) => data)).toMatchObject([
      { admissionId: admitted!.data.admissionId, because: 'refused-elsewhere' },
    ]);
  });

  it('that is refused comes to the same when it comes again, and nothing is added', async () => {
    const [kari, ola] = [person(), person()];
    await restricted(ola.subjectId);
    const command = context();
    const first = await refusalOf(newProcess().admit([kari, ola], command));
    const before = [await ledgerEvents(kari.subjectId), await ledgerEvents(ola.subjectId)];
    expect(await refusalOf(newProcess().admit([kari, ola], command))).toMatchObject({ status: 403, errors: first.errors });
    expect([await ledgerEvents(kari.subjectId), await ledgerEvents(ola.subjectId)]).toEqual(before);
  });

  it('keeps a consent that the person gave, and the admission to keep evidence of it, where another line is refused', async () => {
    const kari: AdmissionRequest = { ...person(undefined, delivering, evidence), consents: [consentTo('marketing')] };
    const ola = person();
    await restricted(ola.subjectId);
    const command = context();
    await refusalOf(newProcess().admit([kari, ola], command));
    const closed = await ofCommand(kari.subjectId, 'AdmissionClosed', command);
    const [, kept] = await ofCommand(kari.subjectId, 'ProcessingAdmitted', command);
    expect(closed).toHaveLength(1);
    expect(closed[0]!.data.admissionId).not.toBe(kept!.data.admissionId);
    expect((await ledgerEvents(kari.subjectId)).map(({ type }) => type)).toContain('ConsentGiven');
  });

  it('about nobody known is answered as such', async () => {
    const { registration: _, ...unknown } = person();
    expect(await refusalOf(newProcess().admit([unknown], context()))).toMatchObject({ status: 404, rule: 'unknown-data-subject' });
    expect(await ledgerEvents(unknown.subjectId)).toEqual([]);
  });
});

describe('a command whose admissions were closed', () => {
  it('gets no grant when it comes again: they permit nothing any more', async () => {
    const kari = person();
    const command = context();
    const admissions = newProcess();
    await admissions.admit([kari], command);
    await admissions.close([kari.subjectId], 'abandoned', command);
    for (const process of [admissions, newProcess()]) {
      expect(await refusalOf(process.admit([kari], command))).toMatchObject({ status: 409, rule: 'command-closed' });
    }
    expect(await ofCommand(kari.subjectId, 'ProcessingAdmitted', command)).toHaveLength(1);
  });

  it('leaves open nothing that it is admitted to for others now', async () => {
    const [kari, ola] = [person(), person()];
    const command = context();
    await newProcess().admit([kari], command);
    await newProcess().close([kari.subjectId], 'refused-elsewhere', command);
    await refusalOf(newProcess().admit([kari, ola], command));
    expect(await ofCommand(ola.subjectId, 'ProcessingAdmitted', command)).toHaveLength(1);
    expect(await ofCommand(ola.subjectId, 'AdmissionClosed', command)).toHaveLength(1);
  });

  it('is closed once, however often', async () => {
    const kari = person(undefined, delivering, invoicing);
    const command = context();
    await newProcess().admit([kari], command);
    await Promise.all([1, 2, 3].map(() => newProcess().close([kari.subjectId], 'abandoned', command)));
    expect(await ofCommand(kari.subjectId, 'AdmissionClosed', command)).toHaveLength(2);
  });
});

describe('a command that comes again', () => {
  it('gets the grants it had, also where the process that had them is gone and the person has been restricted since', async () => {
    const kari = person(undefined, delivering, invoicing);
    const command = context();
    const [first] = await newProcess().admit([kari], command);
    await new Decisions(client).run(ledger, { ...restrict(newUuid()), subjectId: kari.subjectId }, context());
    const [again] = await newProcess().admit([{ ...kari, isNew: true }], command);
    expect(again!.grants.map(({ recordId }) => recordId)).toEqual(first!.grants.map(({ recordId }) => recordId));
    expect(await ofCommand(kari.subjectId, 'ProcessingAdmitted', command)).toHaveLength(2);
  });
});

describe('data that is given to a recipient', () => {
  it('is admitted for recipient and fields, and recorded as given once, whichever process is told of it', async () => {
    const kari = person(undefined, sending);
    const command = context();
    const [admitted] = await newProcess().admit([kari], command);
    const [grant] = admitted!.grants;
    expect(grant!.ground.recipient).toEqual(sending.recipient);
    const giving = () => ({ ...disclose(newUuid(), grant!.recordId), subjectId: kari.subjectId });
    const told = await Promise.all([giving(), giving()].map((own) => new Decisions(client).run(ledger, own, context(own.commandId))));
    expect(told.map(({ refusal }) => refusal?.refused ?? 'recorded').sort()).toEqual(['no-such-admission', 'recorded']);
    await newProcess().close([kari.subjectId], 'abandoned', command);
    const types = (await ledgerEvents(kari.subjectId)).map(({ type }) => type);
    expect(types).toEqual(['DataSubjectRegistered', 'ProcessingAdmitted', 'DisclosureMade']);
  });
});

describe('what an admission is measured against', () => {
  it('is what is in force at the instant of the command, and the log says what was known (art. 5(2))', async () => {
    const asked: Date[] = [];
    class Watched extends InForce {
      at(instant: Date): Norms {
        asked.push(instant);
        return { ...norms, knownUpTo: '41' };
      }
    }
    const kari = person();
    const command = context();
    await new Admissions(new Decisions(client), new Watched()).admit([kari], command);
    expect(asked).toEqual([command.now]);
    expect((await ofCommand(kari.subjectId, 'ProcessingAdmitted', command))[0]!.data).toMatchObject({ rules: 2, knownUpTo: '41' });
  });
});
