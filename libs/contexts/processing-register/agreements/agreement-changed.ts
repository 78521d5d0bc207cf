import { Norms } from '@hjemmel/admission';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { CUSTOMER } from '@hjemmel/kernel';
import type { AgreementState } from './state';

class InstructionView {
  @ApiProperty({ example: 'D-1' })
  activity!: string;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'First instant at which it does not hold any more' })
  until?: string;
}

/** The agreement with a customer as it stands. */
export class AgreementView {
  @ApiProperty({ description: 'As ledgers name the customer: organisation number, or enk- and a pseudonym for a sole trader' })
  customer!: string;

  @ApiProperty()
  version!: string;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  until?: string;

  @ApiProperty({ type: [InstructionView] })
  instructions!: readonly InstructionView[];
}

export interface AgreementChanged extends AgreementView {
  readonly position: string;
}

export const viewOf = (customer: string, { version, from, until, instructions }: NonNullable<AgreementState>): AgreementView => ({
  customer,
  version,
  from,
  ...(until !== undefined && { until }),
  instructions: Object.entries(instructions).map(([activity, period]) => ({ activity, ...period })),
});

/** What can be instructed: what the register declares that the company does for others. */
export const instructable = ({ register }: Norms): string[] =>
  [...register.values()].filter(({ role, retired }) => role === 'processor' && !retired).map(({ id }) => id);

export class CustomerParams {
  @ApiProperty({ description: 'Organisation number, or enk- and a pseudonym for a sole trader' })
  @Matches(CUSTOMER, { message: 'must name a customer' })
  customer!: string;
}
