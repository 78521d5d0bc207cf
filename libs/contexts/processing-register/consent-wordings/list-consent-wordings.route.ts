import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow } from '@hjemmel/http';
import { consentWordings } from './consent-wordings';

export class ConsentWordingView {
  @ApiProperty({ example: 'marketing' })
  purpose!: string;

  @ApiProperty({ example: '2023-12-20' })
  version!: string;

  @ApiProperty({ enum: ['nb', 'en'] })
  locale!: string;

  @ApiProperty({ description: 'The words, to be shown as they are: another letter is another wording' })
  text!: string;

  @ApiProperty({ description: 'SHA-256 (hex) of the text: what a choice cites' })
  hash!: string;
}

export class ConsentWordingList {
  @ApiProperty({ type: [ConsentWordingView] })
  items!: readonly ConsentWordingView[];
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('consent-wordings')
export class ListConsentWordingsRoute {
  // They come with the program and change with it: there is nothing to wait for and nothing to look up.
  @Get()
  @Allow('service', 'case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({ summary: 'The words in which consent is asked for, by purpose and language, each with its hash (GDPR art. 7(1))' })
  @ApiOkResponse({ type: ConsentWordingList })
  list(): ConsentWordingList {
    return { items: consentWordings };
  }
}
