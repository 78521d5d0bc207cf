import { Inject } from '@nestjs/common';
import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { RegisterHistory } from '@hjemmel/contexts/processing-register/contract';
import type { EventLog } from '@hjemmel/event-store';
import { Decisions, EVENT_LOG } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { Consistency } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { coverageOf, sectionsNeeded } from '../coverage';
import { privacyNotice, PublishRefusal } from '../decider';
import { REGISTER_MODEL } from '../register-model';
import { seedCoverage } from '../seed/seed-coverage';
import { Published, PublishPrivacyStatement } from './publish.command';
import { publishStatement } from './publish-statement.command';

@CommandHandler(PublishPrivacyStatement)
export class PublishStatementHandler implements ICommandHandler<PublishPrivacyStatement> {
  constructor(
    private readonly decisions: Decisions,
    private readonly register: RegisterHistory,
    private readonly consistency: Consistency,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  async execute({ draft, change, context }: PublishPrivacyStatement): Promise<CommandAnswer<Published>> {
    const activities = await this.registerNow();
    const command = publishStatement(draft, {
      publishedAt: context.now,
      approvedBy: context.actor,
      ...change,
      covers: coverageOf(activities),
      coveredBefore: seedCoverage,
      needs: sectionsNeeded(activities),
    });
    const { state, refusal, position } = await this.decisions.run(privacyNotice, command, context);
    if (refusal) throw refused(refusal.refused, refusal.legal);
    const published = state.versions.find(({ version }) => version === draft.version)!;
    return {
      status: 201,
      body: {
        version: published.version,
        effectiveFrom: published.effectiveFrom,
        hash: published.hash,
        ...(published.classification && { classification: published.classification }),
        position: String(position),
      },
    };
  }

  /** The register up to the end of the log: what was declared a moment ago is an addition as well. @throws Problem 503 */
  private async registerNow() {
    const position = (await this.log.lastPosition()) ?? 0n;
    await this.consistency.waitFor(REGISTER_MODEL, String(position));
    return this.register.activitiesAt({ position });
  }
}

const CONFLICTS: ReadonlySet<PublishRefusal> = new Set(['version-exists', 'effective-before-the-one-in-force']);
const FORBIDDEN: ReadonlySet<PublishRefusal> = new Set(['approver-not-named', 'four-eyes']);

const refused = (rule: PublishRefusal, legal: string | undefined): Problem =>
  new Problem({
    type: `/problems/${rule}`,
    title: 'This version of the privacy statement is not published',
    status: CONFLICTS.has(rule) ? 409 : FORBIDDEN.has(rule) ? 403 : 422,
    detail: `${rule}: ${legal ?? 'no legal reference'}`,
    rule,
    ...(legal !== undefined && { legal }),
  });
