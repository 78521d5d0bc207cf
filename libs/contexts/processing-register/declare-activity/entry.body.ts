import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { BasisCondition, LegalBasis, ProcessingRole } from '@hjemmel/admission';
import { Omittable, PlainText, SEMANTIC } from '@hjemmel/http';
import { Type } from 'class-transformer';
import { ArrayMaxSize, Equals, IsArray, IsIn, IsObject, Matches, ValidateNested } from 'class-validator';
import type { ActivityEntry, DataSubjectKind, DeclaredController, PurposeCode, Recipient, Source } from '../events';
import { company, recipientCapacities } from '../events';
import { ThreeSteps } from '../change.body';

const basisCodes = ['6(1)(a)', '6(1)(b)', '6(1)(c)', '6(1)(d)', '6(1)(e)', '6(1)(f)', '28(3)(a)'] as const;
const conditions = ['sole-trader', 'company-representative', 'consent', 'legal-duty', 'controller-instruction', 'always'] as const;
export const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const aDay = { message: 'must be a day, YYYY-MM-DD' };
const MOST = 60;

class CategoryBody {
  @ApiProperty({ example: 'subject.contact' })
  @PlainText(60)
  category!: string;

  @ApiProperty({ example: ['name', 'email'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  fields!: string[];
}

class BalancingBody extends ThreeSteps {
  @ApiPropertyOptional({ description: 'Where the test is written down' })
  @Omittable()
  @PlainText(300)
  document?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day on which it stands' })
  @Omittable()
  @Matches(DAY, aDay)
  reviewBy?: string;
}

class BasisBody {
  @ApiProperty({ enum: basisCodes })
  @IsIn(basisCodes, SEMANTIC)
  code!: LegalBasis['code'];

  @ApiProperty({ enum: conditions, description: 'For whom it holds' })
  @IsIn(conditions, SEMANTIC)
  when!: BasisCondition;

  @ApiPropertyOptional({ description: 'The purposes that it carries; all where absent' })
  @Omittable()
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  purposes?: PurposeCode[];

  @ApiPropertyOptional({ example: 'bokføringsloven § 13' })
  @Omittable()
  @PlainText(200)
  statute?: string;

  @ApiPropertyOptional({ description: 'The interest pursued, for art. 6(1)(f)' })
  @Omittable()
  @PlainText(500)
  interest?: string;

  @ApiPropertyOptional({ type: BalancingBody, description: 'The test of the interest: without one nothing is admitted on it' })
  @Omittable()
  @ValidateNested()
  @Type(() => BalancingBody)
  @IsObject()
  balancing?: BalancingBody;

  @ApiPropertyOptional({
    type: [String],
    description: 'Hashes of the wordings that ask for this, for art. 6(1)(a); every wording where absent',
  })
  @Omittable()
  @Matches(/^[0-9a-f]{64}$/, { each: true, message: 'each must be a SHA-256 in hex' })
  @ArrayMaxSize(MOST)
  @IsArray()
  wordings?: string[];

  @ApiPropertyOptional({ example: 'P12M', description: 'After how long a consent has to be asked for again' })
  @Omittable()
  @PlainText(20)
  consentLasts?: string;

  @ApiPropertyOptional({ format: 'date' })
  @Omittable()
  @Matches(DAY, aDay)
  validFrom?: string;

  @ApiPropertyOptional({ format: 'date' })
  @Omittable()
  @Matches(DAY, aDay)
  validUntil?: string;
}

class RecipientBody {
  @ApiProperty({ example: 'mail-provider' })
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: 'must be a code: small letters, digits, hyphens' })
  id!: string;

  @ApiProperty({ enum: recipientCapacities })
  @IsIn(recipientCapacities, SEMANTIC)
  capacity!: Recipient['capacity'];

  @ApiProperty({ enum: ['EEA', 'third-country'] })
  @IsIn(['EEA', 'third-country'], SEMANTIC)
  location!: Recipient['location'];

  @ApiPropertyOptional({ enum: ['EEA', 'third-country'], description: 'Where it stores what it gets; as its location where absent' })
  @Omittable()
  @IsIn(['EEA', 'third-country'], SEMANTIC)
  storage?: 'EEA' | 'third-country';

  @ApiPropertyOptional({ type: [String], example: ['subject.contact.name'], description: 'Fields that it may get; none where absent' })
  @Omittable()
  @PlainText(120, { each: true })
  @ArrayMaxSize(200)
  @IsArray()
  fields?: string[];

  @ApiPropertyOptional({ example: 'T-6', description: 'The conflict because of which nothing is sent there' })
  @Omittable()
  @Matches(/^T-\d{1,2}$/, { message: 'must be the number of a conflict, T-1 …' })
  suspended?: string;
}

class RetentionBody {
  @ApiProperty({ example: 'order-3y', description: 'A retention rule that is set' })
  @PlainText(60)
  rule!: string;

  @ApiProperty({ description: 'What of the data it is for' })
  @PlainText(500)
  covers!: string;

  @ApiPropertyOptional({ type: [String], description: 'The categories that it is for; all where absent' })
  @Omittable()
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  categories?: string[];
}

class SuspensionBody {
  @ApiProperty({ example: 'T-6' })
  @Matches(/^T-\d{1,2}$/, { message: 'must be the number of a conflict, T-1 …' })
  conflict!: string;

  @ApiProperty()
  @PlainText(500)
  why!: string;
}

/** An entry of the record of processing activities as it is handed in. Codes are checked by `entryFaults`, one by one. */
export class EntryBody implements ActivityEntry {
  @ApiProperty({ enum: ['controller', 'processor'] })
  @IsIn(['controller', 'processor'], SEMANTIC)
  role!: ProcessingRole;

  @ApiProperty()
  @PlainText(200)
  title!: string;

  @ApiProperty({ enum: [company, 'customer'] })
  @IsIn([company, 'customer'], SEMANTIC)
  controller!: DeclaredController;

  @ApiProperty({ description: 'The role that answers for it; never a person’s name', example: 'daglig leder' })
  @PlainText(100)
  responsible!: string;

  @ApiProperty({ type: [String], example: ['contact-person'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  dataSubjects!: DataSubjectKind[];

  @ApiProperty({ type: [CategoryBody] })
  @ValidateNested({ each: true })
  @Type(() => CategoryBody)
  @ArrayMaxSize(MOST)
  @IsArray()
  categories!: CategoryBody[];

  @ApiProperty({ type: [String], example: ['deliver-service'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  purposes!: PurposeCode[];

  @ApiProperty({ type: [BasisBody] })
  @ValidateNested({ each: true })
  @Type(() => BasisBody)
  @ArrayMaxSize(MOST)
  @IsArray()
  legalBases!: BasisBody[];

  @ApiProperty({ type: [String], example: ['orderer'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  sources!: Source[];

  @ApiProperty({ type: [RecipientBody] })
  @ValidateNested({ each: true })
  @Type(() => RecipientBody)
  @ArrayMaxSize(MOST)
  @IsArray()
  recipients!: RecipientBody[];

  @ApiProperty({ type: [RetentionBody] })
  @ValidateNested({ each: true })
  @Type(() => RetentionBody)
  @ArrayMaxSize(MOST)
  @IsArray()
  retention!: RetentionBody[];

  @ApiProperty({ type: [String], example: ['internal-control'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  securityMeasures!: string[];

  @ApiProperty({ type: [String], description: 'Sections of the privacy statement that cover it', example: ['controller'] })
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  policySections!: string[];

  @ApiProperty({ type: [String], example: ['P-09'] })
  @PlainText(10, { each: true })
  @ArrayMaxSize(100)
  @IsArray()
  promises!: string[];

  @ApiProperty({ type: [String], description: 'Parts that nobody has confirmed', example: ['retention:order-3y'] })
  @PlainText(200, { each: true })
  @ArrayMaxSize(200)
  @IsArray()
  unconfirmed!: string[];

  @ApiPropertyOptional({ description: 'Where the controller’s documented instruction is found; processor only' })
  @Omittable()
  @PlainText(500)
  instruction?: string;

  @ApiPropertyOptional({ type: [String] })
  @Omittable()
  @PlainText(100, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  ownDuties?: string[];

  @ApiPropertyOptional({ description: 'Why secure identification is needed, where national identity numbers are used' })
  @Omittable()
  @PlainText(500)
  secureIdentification?: string;

  @ApiPropertyOptional({ type: [String], description: 'Purposes for which the number itself is used; where absent it is only stored' })
  @Omittable()
  @PlainText(60, { each: true })
  @ArrayMaxSize(MOST)
  @IsArray()
  identifies?: PurposeCode[];

  @ApiPropertyOptional({ description: 'Goes on after the agreement has ended, until data is returned or deleted; true or absent' })
  @Omittable()
  @Equals(true)
  outlivesAgreement?: true;

  @ApiPropertyOptional({ type: SuspensionBody })
  @Omittable()
  @ValidateNested()
  @Type(() => SuspensionBody)
  @IsObject()
  suspended?: SuspensionBody;
}
