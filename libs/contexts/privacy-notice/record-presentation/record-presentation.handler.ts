import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Admissions } from '@hjemmel/contexts/data-subjects/contract';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid } from '@hjemmel/kernel';
import { privacyNotice } from '../decider';
import { statementStream } from '../events';
import { presentation, Reader } from '../presentation';
import { noSuchLanguage, unknownVersion } from '../unknown-version';
import { PresentationRecorded, RecordStatementPresentation } from './record-presentation.command';

/** Reading the statement is the person's own wish, also while their data is restricted (GDPR art. 18(2)). */
const ownWish = { ground: 'consent-of-data-subject', reason: 'the person reads the privacy statement' } as const;

@CommandHandler(RecordStatementPresentation)
export class RecordPresentationHandler implements ICommandHandler<RecordStatementPresentation> {
  constructor(
    private readonly decisions: Decisions,
    private readonly admissions: Admissions,
  ) {}

  async execute({ version, shown, context }: RecordStatementPresentation): Promise<CommandAnswer<PresentationRecorded>> {
    const { state } = await this.decisions.load(privacyNotice, statementStream);
    const hashes = state.versions.find((published) => published.version === version)?.hashes;
    if (!hashes) throw unknownVersion();
    if (hashes[shown.locale] === undefined) throw noSuchLanguage();
    const presentationId = derivedUuid('statement-presentation', context.commandId);
    const to =
      shown.subjectId === undefined
        ? ({ kind: 'session', session: shown.session! } as const)
        : await this.admitted(shown.subjectId, context);
    const { locale, surface } = shown;
    const { position, state: recorded } = await this.decisions.run(
      presentation,
      { type: 'RecordPresentation', presentationId, version, locale, surface, to, at: context.now, hashes },
      context,
      { isNew: true },
    );
    return { status: 201, body: { presentationId, version, hash: recorded!.hash, position: String(position) } };
  }

  /** To keep on record what a known person was shown is a use of their data. */
  private async admitted(subjectId: string, context: CommandContext): Promise<Reader> {
    const [admitted] = await this.admissions.admit(
      [
        {
          subjectId,
          pointer: '/subjectId',
          act: 'RecordPresentation',
          uses: [{ kind: 'processing', activity: 'C-9', purpose: 'consent-evidence', categories: ['consent.record'], exception: ownWish }],
        },
      ],
      context,
    );
    return { kind: 'data-subject', subjectId, admission: admitted!.grants[0]!.recordId };
  }
}
