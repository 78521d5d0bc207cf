import { Query } from '@nestjs/cqrs';
import type { Language } from '@hjemmel/contexts/privacy-notice/contract';
import type { CommandContext } from '@hjemmel/event-store';
import type { Moment } from '../../register-history';
import type { Article, ProcessingRecord } from './record';

/** GDPR art. 30(4): the record, made available on request. */
export class ExportRecord extends Query<ProcessingRecord> {
  constructor(
    readonly asked: {
      readonly article: Article;
      readonly customer?: string;
      readonly moment: Moment;
      readonly instant: Date;
      readonly language: Language;
    },
    readonly context: CommandContext,
  ) {
    super();
  }
}
