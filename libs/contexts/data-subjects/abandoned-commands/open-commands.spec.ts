import type { DomainEvent, Recorded } from '@hjemmel/kernel';
import type { LedgerEvent } from '../events';
import { openCommands, OpenCommandRow } from './open-commands.read-model';

const [kari, ola] = ['0a'.repeat(16), '0b'.repeat(16)];

/** The rows that these events leave, by command. */
function rowsAfter(...events: readonly DomainEvent[]): ReadonlyMap<string, OpenCommandRow> {
  const rows = new Map<string, OpenCommandRow>();
  events.forEach((event, i) => {
    const recorded: Recorded = {
      id: `e${i}`,
      stream: 's',
      revision: BigInt(i),
      position: BigInt(i),
      recordedAt: new Date(i),
      event,
      metadata: {
        schema: 1,
        correlationId: 'sweep',
        causationId: 'sweep',
        actor: { id: 'shop', role: 'service' },
        decidedAt: `2026-03-02T10:00:0${i}.000Z`,
      },
    };
    const handler = openCommands.handlers.get(event.type)!;
    for (const key of [handler.keys(recorded)].flat()) {
      const row = handler.fold(rows.get(key), recorded, key);
      if (row) rows.set(key, row);
      else rows.delete(key);
    }
  });
  return rows;
}

const admitted = (commandId: string, subjectId: string, admissionId: string, purpose = 'deliver-service'): LedgerEvent => ({
  type: 'ProcessingAdmitted',
  data: {
    admissionId,
    subjectId,
    commandId,
    act: 'PlaceOrder',
    factStream: 'order-1',
    asked: { kind: 'processing' },
    activity: 'C-1',
    activityVersion: 1,
    purpose,
    role: 'controller',
    controller: '915376215',
    categories: ['subject.contact'],
    basis: { code: '6(1)(f)', because: 'always' },
    statement: { version: '2023-12-20', hash: 'ab' },
  },
});
const closed = (commandId: string, subjectId: string, admissionId: string): LedgerEvent => ({
  type: 'AdmissionClosed',
  data: { admissionId, subjectId, commandId, outcome: 'unused', because: 'abandoned' },
});
const row: OpenCommandRow = {
  commandId: 'c1',
  factStream: 'order-1',
  subjects: [kari, ola],
  admissions: [
    { subjectId: kari, admissionId: 'a1' },
    { subjectId: ola, admissionId: 'a2' },
  ],
  admittedAt: '2026-03-02T10:00:00.000Z',
};

describe('a command that was admitted and has not led to its fact yet', () => {
  const open = [admitted('c1', kari, 'a1'), admitted('c1', ola, 'a2')];

  it('is known with everybody and everything it was admitted to, from the first admission on', () => {
    expect(rowsAfter(...open)).toEqual(new Map([['c1', row]]));
  });
  it('leaves out what is used where it is admitted: evidence of a consent is never closed', () => {
    expect(rowsAfter(...open, admitted('c1', kari, 'a3', 'consent-evidence')).get('c1')).toEqual(row);
    expect(rowsAfter(admitted('c1', kari, 'a3', 'consent-evidence')).size).toBe(0);
  });
  it('waits for nobody whose admissions are closed, by whichever command closes them, and is gone with the last one', () => {
    expect(rowsAfter(...open, closed('c1', kari, 'a1')).get('c1')?.subjects).toEqual([ola]);
    expect(rowsAfter(...open, closed('c1', kari, 'a1'), closed('c1', ola, 'a2')).size).toBe(0);
  });
  it.each(['OrderPlaced', 'RightsRequestReceived'])('is gone with its fact: %s', (type) => {
    expect([...rowsAfter(...open, admitted('c2', kari, 'a9'), { type, data: { commandId: 'c1' } }).keys()]).toEqual(['c2']);
  });
  it('is none where no fact is to follow', () => {
    const { factStream: _, ...alone } = (open[0] as Extract<LedgerEvent, { type: 'ProcessingAdmitted' }>).data;
    expect(rowsAfter({ type: 'ProcessingAdmitted', data: alone }).size).toBe(0);
  });
});
