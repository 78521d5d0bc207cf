import type { HoldEvent } from './events';

export interface ActiveHold {
  readonly holdId: string;
  readonly document: string;
  readonly placedAt: string;
}

/** The holds on one target. */
export interface Holds {
  readonly active: readonly ActiveHold[];
  readonly released: readonly string[];
}

export const noHolds: Holds = { active: [], released: [] };

export function evolveHolds(holds: Holds, { type, data }: HoldEvent): Holds {
  switch (type) {
    case 'HoldPlaced': {
      const { holdId, document, placedAt } = data;
      return { ...holds, active: [...holds.active, { holdId, document, placedAt }] };
    }
    case 'HoldReleased':
      return { active: holds.active.filter(({ holdId }) => holdId !== data.holdId), released: [...holds.released, data.holdId] };
    default:
      return holds;
  }
}
