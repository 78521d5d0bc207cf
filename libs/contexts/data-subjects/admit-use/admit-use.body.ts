import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { RequestedUse, RestrictionException } from '@hjemmel/admission';
import { restrictionExceptions } from '@hjemmel/admission';
import { NamesNobody, Omittable } from '@hjemmel/http';
import { CUSTOMER } from '@hjemmel/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsObject, Matches, ValidateNested } from 'class-validator';
import { customerMessage } from '../subject-params';

const code = /^[a-z][a-zA-Z0-9.-]{0,60}$/;

export class RecipientBody {
  @ApiProperty({ example: 'mail-provider', description: 'As the register names it' })
  @Matches(code, { message: 'must be the id of a recipient' })
  id!: string;

  @ApiProperty({ example: ['subject.contact.email'], description: 'What it is to get, category and field' })
  @Matches(code, { each: true, message: 'must be a category and a field of it' })
  @ArrayUnique()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsArray()
  fields!: string[];
}

export class ExceptionBody {
  @ApiProperty({ enum: restrictionExceptions, description: 'GDPR art. 18(2)' })
  @IsIn(restrictionExceptions)
  ground!: RestrictionException;

  @ApiProperty({ description: 'Why it is that ground; holds no personal data' })
  @NamesNobody(500)
  reason!: string;
}

export class AdmitUseBody {
  @ApiProperty({ example: 'C-4', description: 'Entry of the register of processing activities' })
  @Matches(/^[CD]-\d{1,3}$/, { message: 'must be the id of a processing activity' })
  activity!: string;

  @ApiProperty({ example: 'marketing' })
  @Matches(code, { message: 'must be the code of a purpose' })
  purpose!: string;

  @ApiProperty({ example: ['subject.contact'] })
  @Matches(code, { each: true, message: 'must be the code of a data category' })
  @ArrayUnique()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsArray()
  categories!: string[];

  @ApiPropertyOptional({ enum: ['processing', 'storage'], default: 'processing', description: 'Storing is what a restriction leaves' })
  @Omittable()
  @IsIn(['processing', 'storage'])
  kind?: 'processing' | 'storage';

  @ApiPropertyOptional({ example: '334115739', description: 'On whose account it is done; the basis follows from it' })
  @Omittable()
  @Matches(CUSTOMER, { message: customerMessage })
  customer?: string;

  @ApiPropertyOptional({ description: 'To whom data is to be given, where it is a disclosure' })
  @Omittable()
  @IsObject()
  @ValidateNested()
  @Type(() => RecipientBody)
  recipient?: RecipientBody;

  @ApiPropertyOptional({ description: 'Faces are to be compared; no photo may be used for that (GDPR art. 9(1))' })
  @Omittable()
  @IsBoolean()
  matching?: boolean;

  @ApiPropertyOptional({ description: 'What allows the use of restricted data (GDPR art. 18(2)); for the privacy officer to state' })
  @Omittable()
  @IsObject()
  @ValidateNested()
  @Type(() => ExceptionBody)
  exception?: ExceptionBody;
}

/** As plain values: the ledger keeps what was asked. */
export const useOf = ({ activity, purpose, categories, kind = 'processing', ...more }: AdmitUseBody): RequestedUse => ({
  activity,
  purpose,
  categories,
  kind,
  ...(more.customer !== undefined && { customer: more.customer }),
  ...(more.recipient && { recipient: { id: more.recipient.id, fields: more.recipient.fields } }),
  ...(more.matching === true && { matching: true as const }),
  ...(more.exception && { exception: { ground: more.exception.ground, reason: more.exception.reason } }),
});
