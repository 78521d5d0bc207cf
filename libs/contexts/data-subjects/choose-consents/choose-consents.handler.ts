import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { CommandContext, Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid } from '@hjemmel/kernel';
import { AdmissionRequest, Admissions, unknownSubject } from '../admissions';
import { consentEvidence } from '../consent-evidence';
import { ledger } from '../decider';
import { ledgerOf } from '../events';
import { Ledger, outcomeOf } from '../state';
import { ChooseConsents, ConsentChoices, ConsentRecorded, ConsentsChosen } from './choose-consents.command';
import { DecidedChoice, decidedChoices } from './decided-choices';

/** Choosing is always possible, also for a person whose data is restricted: the person wants it (GDPR art. 18(2)). */
const ownWish = { ground: 'consent-of-data-subject', reason: 'the person chooses' } as const;

@CommandHandler(ChooseConsents)
export class ChooseConsentsHandler implements ICommandHandler<ChooseConsents> {
  constructor(
    private readonly decisions: Decisions,
    private readonly admissions: Admissions,
  ) {}

  /** What is withdrawn is withdrawn first: it depends on no admission, and stands also where keeping the rest is refused. */
  async execute({ subjectId, asked, context }: ChooseConsents): Promise<CommandAnswer<ConsentsChosen>> {
    const choices = decidedChoices(asked);
    for (const choice of choices) if (choice.choice === 'refuse') await this.withdraw(subjectId, choice, asked.surface, context);
    await this.keep(subjectId, choices, asked, context);
    const { state, position } = await this.decisions.load(ledger, ledgerOf(subjectId));
    const recorded = choices.flatMap((choice) => recordedOf(choice, state, context));
    return { status: 201, body: { subjectId, choices: recorded, position: String(position) } };
  }

  private async withdraw(
    subjectId: string,
    { purpose, steps, signal }: DecidedChoice,
    surface: string,
    context: CommandContext,
  ): Promise<void> {
    const how = { purpose, surface, steps, ...(signal && { signal }), at: context.now };
    const own = withdrawing(purpose, context);
    const { refusal } = await this.decisions.run(ledger, { type: 'WithdrawConsent', subjectId, commandId: own.commandId, ...how }, own);
    // There being nothing to withdraw is no fault here: it is then a refusal.
    if (refusal?.refused === 'unknown-subject') throw unknownSubject();
  }

  private async keep(
    subjectId: string,
    choices: readonly DecidedChoice[],
    { surface }: ConsentChoices,
    context: CommandContext,
  ): Promise<void> {
    const { state } = await this.decisions.load(ledger, ledgerOf(subjectId));
    const at = context.now.toISOString();
    const consents: NonNullable<AdmissionRequest['consents']>[number][] = [];
    const refusals: NonNullable<AdmissionRequest['refusals']>[number][] = [];
    for (const { purpose, choice, steps, signal, wording } of choices) {
      if (!wording) continue; // nobody was asked
      const chosen = { purpose, wording, surface, steps };
      if (choice === 'give') consents.push({ ...chosen, givenAt: at });
      else if (!state.standing.consents[purpose]) refusals.push({ ...chosen, refusedAt: at, ...(signal && { signal }) });
    }
    if (consents.length + refusals.length === 0) return;
    const uses = [{ ...consentEvidence, exception: ownWish }];
    await this.admissions.admit([{ subjectId, pointer: '', act: 'ChooseConsents', uses, consents, refusals }], context);
  }
}

/** Each withdrawal is a command of its own, so that several on one ledger have ids of their own and each is done once. */
const withdrawing = (purpose: string, context: CommandContext): CommandContext => ({
  ...context,
  commandId: derivedUuid('consent-choice', context.commandId, purpose),
});

/** What the ledger holds now. A purpose that nobody was asked about is told of where the signal withdrew it. */
function recordedOf({ purpose, signal, wording }: DecidedChoice, ledger: Ledger, context: CommandContext): ConsentRecorded[] {
  const standing = ledger.standing.consents[purpose];
  if (!standing || (!wording && !outcomeOf(ledger, withdrawing(purpose, context).commandId).settled)) return [];
  return [{ purpose, state: standing.state, consentId: ledger.choices[purpose]!.consentId, ...(signal && { signal }) }];
}
