import { DomainEvent, Recorded } from '@hjemmel/kernel';

/** An event as the log would give it back, for specs of read models. Positions and times follow from `position` alone. */
export function recordedAs<E extends DomainEvent>(event: E, position: bigint, stream = 'thing-1', revision = position): Recorded<E> {
  const recordedAt = new Date(Date.UTC(2024, 0, 1) + Number(position));
  const id = `00000000-0000-4000-8000-${position.toString(16).padStart(12, '0')}`;
  const actor = { id: 'spec', role: 'service' } as const;
  const metadata = { schema: 1, correlationId: id, causationId: id, actor, decidedAt: recordedAt.toISOString() };
  return { id, stream, revision, position, recordedAt, event, metadata };
}
