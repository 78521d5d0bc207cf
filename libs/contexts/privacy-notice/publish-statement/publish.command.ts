import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { Classification, CoveredPart } from '../events';
import type { StatementDraft } from './publish-statement.command';

export interface Published {
  readonly version: string;
  readonly effectiveFrom: string;
  /** SHA-256 (hex) of the authoritative text. */
  readonly hash: string;
  readonly classification?: Classification;
  readonly position: string;
}

/** Publishes a version; a material one is told to everyone whom it concerns. */
export class PublishPrivacyStatement extends Command<CommandAnswer<Published>> {
  constructor(
    readonly draft: StatementDraft,
    readonly change: { readonly proposedBy: string; readonly classification: Classification; readonly adds: readonly CoveredPart[] },
    readonly context: CommandContext,
  ) {
    super();
  }
}
