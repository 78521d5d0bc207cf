import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ChecksMore, Instant, Omittable, PlainText } from '@hjemmel/http';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Industry, Product } from '../events';
import { industries, products } from '../events';

/** Faults of value rather than of shape: answered with 422. */
const semantic = { context: { status: 422 } };

export const MAX_CARD_HOLDERS = 500;

export class CustomerBody {
  @ApiProperty({ example: '334115739', description: 'Organisation number, modulus 11' })
  @IsString()
  organisationNumber!: string;

  @ApiProperty({ example: 'Vik Bygg AS', description: 'Registered business name, with its form' })
  @PlainText(200)
  name!: string;
}

export class ContactBody {
  @ApiProperty({ example: 'Ingeborg' })
  @PlainText(100)
  givenName!: string;

  @ApiProperty({ example: 'Sæther' })
  @PlainText(100)
  familyName!: string;

  @ApiProperty({ example: 'ingeborg.saether@vik.example' })
  @IsString()
  email!: string;

  @ApiProperty({ example: '+47 923 61 226', description: 'E.164 or Norwegian national form' })
  @IsString()
  phone!: string;
}

export class AddressBody {
  @ApiProperty({ example: 'Øvre gate 69' })
  @PlainText(200)
  line1!: string;

  @ApiProperty({ example: '9008' })
  @Matches(/^[0-9A-Za-z -]{2,12}$/, { message: 'must be a postal code', ...semantic })
  @IsString()
  postalCode!: string;

  @ApiProperty({ example: 'Tromsø' })
  @PlainText(100)
  city!: string;

  @ApiProperty({ example: 'NO', description: 'ISO 3166-1 alpha-2' })
  @IsISO31661Alpha2({ message: 'must be a country code of two letters', ...semantic })
  @IsString()
  country!: string;
}

export class InvoiceBody {
  @ApiProperty({ example: 'PO-75323' })
  @PlainText(100)
  reference!: string;

  @ApiProperty({ example: 'faktura@vik.example' })
  @IsString()
  email!: string;

  @ApiProperty({ description: 'Send as EHF' })
  @IsBoolean()
  ehf!: boolean;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressBody)
  address!: AddressBody;
}

export class PhotoBody {
  @ApiProperty({ enum: ['image/jpeg', 'image/png'] })
  @IsIn(['image/jpeg', 'image/png'])
  mediaType!: 'image/jpeg' | 'image/png';

  @ApiProperty({ minimum: 1, maximum: 10_000 })
  @Min(1, semantic)
  @Max(10_000, semantic)
  @IsInt()
  widthPx!: number;

  @ApiProperty({ minimum: 1, maximum: 10_000 })
  @Min(1, semantic)
  @Max(10_000, semantic)
  @IsInt()
  heightPx!: number;

  @ApiProperty({ description: 'Number from which the picture of a made person is drawn' })
  @Min(0, semantic)
  @Max(Number.MAX_SAFE_INTEGER, semantic)
  @IsInt()
  seed!: number;
}

export class CardHolderBody {
  @ApiProperty({ example: 'Rūta' })
  @PlainText(100)
  givenName!: string;

  @ApiProperty({ example: 'Kazlauskas' })
  @PlainText(100)
  familyName!: string;

  @ApiProperty({ example: '44826136097', description: 'Fødselsnummer or D-number, eleven digits' })
  @IsString()
  number!: string;

  @ApiProperty({ example: '1961-02-04', format: 'date' })
  @Matches(/^\d{4}-\d\d-\d\d$/, { message: 'must be a date YYYY-MM-DD', ...semantic })
  @IsString()
  birthDate!: string;

  @ApiProperty({ enum: ['fodselsnummer', 'd-number'] })
  @IsIn(['fodselsnummer', 'd-number'])
  idKind!: 'fodselsnummer' | 'd-number';

  @ApiProperty({ example: 'LT', description: 'ISO 3166-1 alpha-2' })
  @IsISO31661Alpha2({ message: 'must be a country code of two letters', ...semantic })
  @IsString()
  nationality!: string;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => PhotoBody)
  photo!: PhotoBody;
}

@ChecksMore()
export class PlaceOrderBody {
  @ApiPropertyOptional({ format: 'uuid', description: 'May repeat the Idempotency-Key, as exports of orders do' })
  @Omittable()
  @IsUUID(undefined, { message: 'must be a UUID' })
  commandId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID(undefined, { message: 'must be a UUID' })
  orderId!: string;

  @ApiProperty({ format: 'date-time', description: 'When the orderer placed it, with its offset' })
  @Instant()
  placedAt!: string;

  @ApiProperty({ enum: products })
  @IsIn(products)
  product!: Product;

  @ApiProperty({ enum: industries })
  @IsIn(industries)
  industry!: Industry;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => CustomerBody)
  customer!: CustomerBody;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => ContactBody)
  contact!: ContactBody;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => InvoiceBody)
  invoice!: InvoiceBody;

  @ApiProperty()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressBody)
  delivery!: AddressBody;

  @ApiProperty({ type: [CardHolderBody], minItems: 1, maxItems: MAX_CARD_HOLDERS })
  @ArrayMinSize(1, semantic)
  @ArrayMaxSize(MAX_CARD_HOLDERS, semantic)
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => CardHolderBody)
  cardHolders!: CardHolderBody[];

  @ApiProperty({ description: 'The customer expects to renew: keep what a renewal needs' })
  @IsBoolean()
  expectRenewal!: boolean;

  @ApiProperty({ description: 'The orderer ticked the box for news by e-mail; a box left empty withdraws nothing' })
  @IsBoolean()
  marketingConsent!: boolean;
}
