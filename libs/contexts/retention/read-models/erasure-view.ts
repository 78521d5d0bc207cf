import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { erasureStatuses, roundSteps } from '../erasure/state';
import type { ErasureStatus, Round } from '../erasure/state';
import type { ErasureLine } from '../erasure/events';
import type { ErasureRow } from './erasures.read-model';

class DeferredView {
  @ApiProperty({ enum: ['restriction', 'legal-hold', 'card-production', 'bookkeeping'] })
  exception!: string;

  @ApiProperty({ example: 'GDPR art. 17(3)(b); bokføringsloven § 13' })
  legal!: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day on which it is kept' })
  until?: string;

  @ApiPropertyOptional({ enum: ['restriction-lifted', 'hold-released', 'card-issued'] })
  condition?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  holdId?: string;
}

export class LineView {
  @ApiProperty({ example: 'invoice-2026' })
  retentionClass!: string;

  @ApiProperty({ type: [String] })
  categories!: readonly string[];

  @ApiProperty({ type: [String], example: ['invoice.address'] })
  fields!: readonly string[];

  @ApiPropertyOptional({ type: DeferredView, description: 'Why it is kept for the time being; erased where absent' })
  deferred?: DeferredView;
}

class RoundView {
  @ApiProperty()
  round!: number;

  @ApiProperty({ enum: roundSteps, description: 'The last step that was taken' })
  step!: string;

  @ApiProperty({ type: [LineView] })
  lines!: readonly LineView[];

  @ApiPropertyOptional({ format: 'date', description: 'Day on which the last backup with a key is gone' })
  backupsUntil?: string;
}

/** An erasure in a list. */
export class ErasureSummary {
  @ApiProperty({ format: 'uuid' })
  erasureId!: string;

  @ApiProperty()
  subjectId!: string;

  @ApiProperty()
  controller!: string;

  @ApiProperty({ description: 'GDPR art. 17(1), or `retention`' })
  ground!: string;

  @ApiProperty({ enum: erasureStatuses })
  status!: ErasureStatus;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({ format: 'date-time' })
  changedAt!: string;

  @ApiProperty({ description: 'How many parts are kept for the time being' })
  deferredParts!: number;
}

export class ErasureView extends ErasureSummary {
  @ApiProperty({ type: [RoundView] })
  rounds!: readonly RoundView[];

  @ApiProperty({ type: [LineView] })
  deferred!: readonly LineView[];
}

export class ErasureList {
  @ApiProperty({ type: [ErasureSummary] })
  items!: readonly ErasureSummary[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

export const summaryOf = (row: ErasureRow): ErasureSummary => ({
  erasureId: row.id,
  subjectId: row.subjectId,
  controller: row.controller,
  ground: row.ground,
  status: row.status,
  receivedAt: row.receivedAt,
  changedAt: row.changedAt,
  deferredParts: row.deferred,
});

export const viewOf = (row: ErasureRow): ErasureView => ({
  ...summaryOf(row),
  rounds: row.state.rounds.map(roundView),
  deferred: row.state.deferred.map(lineView),
});

const roundView = ({ round, step, lines, latest }: Round): RoundView => ({
  round,
  step,
  lines: lines.map(lineView),
  ...(latest !== undefined && { backupsUntil: latest }),
});

const lineView = ({ keys: _, ...line }: ErasureLine): LineView => line;
