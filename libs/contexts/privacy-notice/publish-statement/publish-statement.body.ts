import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Omittable, PlainText, SEMANTIC, stringThat } from '@hjemmel/http';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, Matches, ValidateNested } from 'class-validator';
import { ACTOR } from '@hjemmel/kernel';
import type { Classification, Language, PartKind } from '../events';
import { partKinds } from '../events';

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

class SectionBody {
  @ApiProperty({ example: 'purpose', description: 'Anchor; the same in every language' })
  @Matches(/^[a-z][a-z0-9-]{0,59}$/, { message: 'must be an anchor: small letters, digits, hyphens' })
  id!: string;

  @ApiProperty({ description: 'The line of the text with which it begins' })
  @PlainText(300)
  heading!: string;
}

class TextBody {
  @ApiProperty({ enum: ['nb', 'en'] })
  @IsIn(['nb', 'en'], SEMANTIC)
  language!: Language;

  @ApiProperty({ description: 'The whole text, kept byte for byte' })
  @PlainText(200_000, { lines: true })
  text!: string;

  @ApiProperty({ type: [SectionBody], description: 'In the order of the text' })
  @ValidateNested({ each: true })
  @Type(() => SectionBody)
  @ArrayMinSize(1, SEMANTIC)
  @ArrayMaxSize(100, SEMANTIC)
  @IsArray()
  sections!: SectionBody[];
}

class ClassificationBody implements Classification {
  @ApiProperty({ enum: ['minor', 'material'] })
  @IsIn(['minor', 'material'], SEMANTIC)
  kind!: Classification['kind'];

  @ApiProperty({ description: 'Why it is taken for that' })
  @PlainText(2_000)
  reasons!: string;
}

class AdditionBody {
  @ApiProperty({ example: 'C-4' })
  @Matches(/^[CD]-[1-9]\d{0,3}$/, { message: 'must be the id of a processing activity' })
  activity!: string;

  @ApiProperty({ enum: partKinds })
  @IsIn(partKinds, SEMANTIC)
  kind!: PartKind;

  @ApiProperty({ example: 'marketing', description: 'Code of the purpose, recipient or category; for a basis `6(1)(c) statute`' })
  @PlainText(260)
  name!: string;
}

/** A new version of the privacy statement. */
export class PublishStatementBody {
  @ApiProperty({ example: '2027-01-01', description: 'What the text calls itself' })
  @Matches(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, { message: 'must be 1 to 40 letters, digits, dots and hyphens' })
  version!: string;

  @ApiProperty({ format: 'date', description: 'The day (Europe/Oslo) with whose beginning it takes effect' })
  @stringThat('day', 'must be a day, YYYY-MM-DD', false, isDay)
  effectiveOn!: string;

  @ApiProperty({ description: 'Why there is a new version (promise P-81)' })
  @PlainText(2_000)
  reason!: string;

  @ApiProperty({ description: 'Who prepared it, as the log names them; never the caller' })
  @Matches(ACTOR, { message: 'must be a pseudonym or the name of a service' })
  proposedBy!: string;

  @ApiProperty({ type: ClassificationBody })
  @IsObject()
  @ValidateNested()
  @Type(() => ClassificationBody)
  classification!: ClassificationBody;

  @ApiPropertyOptional({
    type: [AdditionBody],
    description: 'What activities use, do or share for the first time since the version before',
  })
  @Omittable()
  @ValidateNested({ each: true })
  @Type(() => AdditionBody)
  @ArrayMaxSize(500, SEMANTIC)
  @IsArray()
  adds?: AdditionBody[];

  @ApiProperty({ type: [TextBody], description: 'Norwegian first: it is the authoritative one; English may follow' })
  @ValidateNested({ each: true })
  @Type(() => TextBody)
  @ArrayMinSize(1, SEMANTIC)
  @ArrayMaxSize(2, SEMANTIC)
  @IsArray()
  texts!: TextBody[];
}
