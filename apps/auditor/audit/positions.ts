import { PositionMap } from '@hjemmel/embedded-log/copy';
import { OperatorError, reasonOf } from '@hjemmel/host';

export interface Positions {
  /** Position in this log of one that an event names, given where that event stands itself. */
  readonly positionOf: (named: bigint, at: bigint) => bigint;
  close(): void;
}

/** A position that no event of the source had is named by nothing that was decided on it: it lies behind everything. */
const NOWHERE = 1n << 64n;

/**
 * The map that a copy of a log has written. What was copied names positions of the source; what was appended behind it names this log's own.
 * @throws OperatorError where it can't be read
 */
export function openPositions(file: string): Positions {
  const map = opened(file);
  const lastCopied = map.size === 0 ? -1n : BigInt(map.at(map.size - 1)[1]);
  return {
    positionOf: (named, at) => {
      if (named < 0n || at > lastCopied) return named;
      const found = map.find(Number(named));
      return found === undefined ? NOWHERE : BigInt(found);
    },
    close: () => map.close(),
  };
}

function opened(file: string): PositionMap {
  try {
    return new PositionMap(file);
  } catch (error) {
    throw new OperatorError(`can't read the map of positions ${file}: ${reasonOf(error)}`);
  }
}
