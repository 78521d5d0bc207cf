import { recordedAs } from '@hjemmel/projections/testing/recorded';
import type { LedgerEvent } from './events';
import { DataSubjectRow, dataSubjects } from './read-models/data-subjects.read-model';
import { evolve, unknownSubject } from './state';
import { customer, kari, registered } from './testing/kari';

const related = (capacity: 'worker' | 'company-representative'): LedgerEvent => ({
  type: 'RelationRecorded',
  data: { subjectId: kari, customer, capacity },
});
const ended = (endedAt: string): LedgerEvent => ({ type: 'RelationEnded', data: { subjectId: kari, commandId: 'c', customer, endedAt } });

const onLedger = (events: readonly LedgerEvent[]) => events.reduce(evolve, unknownSubject).standing.relations;
const inTable = (events: readonly LedgerEvent[]) =>
  events.reduce<DataSubjectRow | undefined>((row, event, i) => {
    const handler = dataSubjects.handlers.get(event.type)!;
    return handler.fold(row, recordedAs(event, BigInt(i)), kari);
  }, undefined)?.relations;

it.each<[string, readonly LedgerEvent[], object[]]>([
  [
    'ends when it is said to',
    [related('worker'), ended('2026-01-01T00:00:00.000Z')],
    [{ capacity: 'worker', endedAt: '2026-01-01T00:00:00.000Z' }],
  ],
  [
    'that had ended is not put off by the end of another',
    [related('worker'), ended('2026-01-01T00:00:00.000Z'), related('company-representative'), ended('2026-02-01T00:00:00.000Z')],
    [
      { capacity: 'worker', endedAt: '2026-01-01T00:00:00.000Z' },
      { capacity: 'company-representative', endedAt: '2026-02-01T00:00:00.000Z' },
    ],
  ],
  ['that is recorded again goes on', [related('worker'), ended('2026-01-01T00:00:00.000Z'), related('worker')], [{ capacity: 'worker' }]],
])('a relation %s, on the ledger and in the table alike', (_, events, expected) => {
  const all = [registered({ relations: [] }), ...events];
  const relations = expected.map((one) => ({ customer, ...one }));
  expect(onLedger(all)).toEqual(relations);
  expect(inTable(all)).toEqual(relations);
});
