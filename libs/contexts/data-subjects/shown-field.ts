import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FieldAnswer } from './reads';

class Withheld {
  @ApiProperty({ example: 'restricted' })
  rule!: string;

  @ApiProperty({ example: 'GDPR art. 18(2)' })
  legal!: string;
}

/** A personal field in an answer: its value, or why there is none. */
export class ShownField {
  @ApiPropertyOptional({ description: 'The value; text, or an object where the field has parts' })
  value?: unknown;

  @ApiPropertyOptional({ type: Withheld, description: 'The rule by which it stays closed' })
  withheld?: Withheld;

  @ApiPropertyOptional({ description: 'Its key was destroyed' })
  erased?: true;
}

export function shown(answer: FieldAnswer, parse: (text: string) => unknown = (text) => text): ShownField {
  switch (answer.state) {
    case 'open':
      return { value: parse(answer.text) };
    case 'withheld':
      return { withheld: { rule: answer.rule, legal: answer.legal } };
    case 'erased':
      return { erased: true };
  }
}
