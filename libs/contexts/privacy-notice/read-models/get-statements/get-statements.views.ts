import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Classification, Language, StatementSection } from '../../events';
import type { StatementVersion } from '../../statements';

class StatementTextView {
  @ApiProperty({ enum: ['nb', 'en'] })
  language!: Language;

  @ApiProperty({ description: 'SHA-256 (hex) of the text’s UTF-8 bytes' })
  sha256!: string;

  @ApiProperty({ type: [Object], description: 'Anchors and headings, in the order of the text' })
  sections!: readonly StatementSection[];
}

export class StatementView {
  @ApiProperty({ example: '2023-12-20' })
  version!: string;

  @ApiProperty({ format: 'date-time' })
  effectiveFrom!: string;

  @ApiProperty({ format: 'date-time' })
  publishedAt!: string;

  @ApiProperty({ description: 'Why there is this version' })
  reason!: string;

  @ApiPropertyOptional({ type: Object, description: 'minor or material, and why; absent for the first version' })
  classification?: Classification;

  @ApiProperty({ type: [String], description: 'What the version tells of for the first time: kind, activity and name' })
  additions!: readonly string[];

  @ApiProperty({ type: [StatementTextView], description: 'The authoritative one first' })
  texts!: readonly StatementTextView[];
}

export class StatementList {
  @ApiProperty({ type: [StatementView], description: 'Oldest first' })
  items!: readonly StatementView[];
}

export class DifferenceView {
  @ApiProperty()
  from!: string;

  @ApiProperty()
  to!: string;

  @ApiProperty({ description: 'Paragraphs that came, went, or were rewritten' })
  added!: number;

  @ApiProperty()
  removed!: number;

  @ApiProperty()
  changed!: number;

  @ApiProperty({ type: [Object], description: 'Paragraphs in their order; of a rewritten one, what changed by sentence' })
  paragraphs!: readonly object[];
}

export class ConflictView {
  @ApiProperty({ example: 'T-6' })
  id!: string;

  @ApiProperty({ example: ['P-41', 'P-52'] })
  where!: readonly string[];

  @ApiProperty()
  what!: string;

  @ApiProperty()
  suggestion!: string;

  @ApiPropertyOptional({ format: 'date' })
  since?: string;

  @ApiPropertyOptional({ format: 'date' })
  until?: string;
}

export class ConflictList {
  @ApiProperty({ type: [ConflictView] })
  items!: readonly ConflictView[];
}

export const viewOf = ({
  version,
  effectiveFrom,
  publishedAt,
  reason,
  classification,
  additions,
  texts,
}: StatementVersion): StatementView => ({
  version,
  effectiveFrom,
  publishedAt,
  reason,
  ...(classification && { classification }),
  additions,
  texts: texts.map(({ language, sha256, sections }) => ({ language, sha256, sections })),
});
