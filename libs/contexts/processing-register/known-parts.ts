import { Injectable } from '@nestjs/common';
import { evolvePrivacyNotice, nothingPublished, statementStream } from '@hjemmel/contexts/privacy-notice/contract';
import { Decisions } from '@hjemmel/event-store';
import type { KnownParts } from './decider';
import { knownParts } from './declare-activities/declare-activities.command';
import type { ActivityEntry } from './events';
import { retentionRule } from './retention/decider';
import { retentionRuleStream } from './retention/events';

/** What an entry may refer to, as the log has it now: sections of the newest statement, and the rules that it names. */
@Injectable()
export class LoadsKnownParts {
  constructor(private readonly decisions: Decisions) {}

  async for({ retention }: Pick<ActivityEntry, 'retention'>): Promise<KnownParts> {
    const { state: notice } = await this.decisions.load({ initial: nothingPublished, evolve: evolvePrivacyNotice }, statementStream);
    const named = [...new Set(retention.map(({ rule }) => rule))].filter((rule) => /^[a-z0-9-]+$/.test(rule));
    const rules = await Promise.all(named.map((rule) => this.decisions.load(retentionRule, retentionRuleStream(rule))));
    const set = named.filter((_, i) => rules[i]!.state !== undefined);
    return knownParts(notice.versions.at(-1)?.sections ?? [], set);
  }
}
