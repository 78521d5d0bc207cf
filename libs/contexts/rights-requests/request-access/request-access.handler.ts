import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Admissions, controllerOf } from '@hjemmel/contexts/data-subjects/contract';
import { company } from '@hjemmel/contexts/processing-register/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid, Problem } from '@hjemmel/kernel';
import { rightsRequestDeadlines } from '@hjemmel/kernel/calendar';
import { RightsRequestRefusal, rightsRequests } from '../decider';
import { requestStream, RightsRequestReceived } from '../events';
import { AccessRequested, RequestAccess } from './request-access.command';

/** Asking for access is always possible, also for a person whose data is restricted: the person wants it (GDPR art. 18(2)). */
const ownWish = { ground: 'consent-of-data-subject', reason: 'the person asks for access' } as const;

@CommandHandler(RequestAccess)
export class RequestAccessHandler implements ICommandHandler<RequestAccess> {
  constructor(
    private readonly decisions: Decisions,
    private readonly admissions: Admissions,
  ) {}

  async execute({ subjectId, received, context }: RequestAccess): Promise<CommandAnswer<AccessRequested>> {
    const { commandId, now } = context;
    const controller = await controllerOf(this.decisions, subjectId);
    const ours = controller === company;
    const requestId = derivedUuid('rights-request', commandId);
    const [admitted] = await this.admissions.admit(
      [
        {
          subjectId,
          pointer: '/subjectId',
          act: 'RequestAccess',
          factStream: requestStream(requestId),
          uses: [
            {
              kind: 'processing',
              activity: ours ? 'C-3' : 'D-7',
              purpose: ours ? 'rights-requests' : 'assist-rights-requests',
              categories: ['request.case'],
              exception: ownWish,
            },
          ],
        },
      ],
      context,
    );
    const { promise, law, due, dueInstant } = rightsRequestDeadlines(received.at);
    const fact: Omit<RightsRequestReceived['data'], 'requestId' | 'commandId'> = {
      right: 'access',
      subjectId,
      admission: admitted!.grants[0]!.recordId,
      controller,
      handling: ours ? 'decide' : 'forward-to-controller',
      channel: received.channel,
      receivedAt: received.at.toISOString(),
      recordedAt: now.toISOString(),
      deadlines: { promise, law, due, dueInstant },
    };
    const { refusal, position } = await this.decisions.run(
      rightsRequests,
      { type: 'ReceiveRequest', requestId, commandId, received: fact },
      context,
      {
        isNew: true,
      },
    );
    if (refusal) {
      await this.admissions.close([subjectId], 'fact-refused', context);
      throw new Problem({ type: `/problems/${refusal.refused}`, ...refusals[refusal.refused], rule: refusal.refused });
    }
    return { status: 201, body: { requestId, due, handling: fact.handling, position: String(position) } };
  }
}

const refusals: Readonly<Record<RightsRequestRefusal, { readonly title: string; readonly status: number }>> = {
  'received-after-recorded': { title: 'The request cannot have come in later than it is recorded', status: 422 },
  'request-exists': { title: 'Another command recorded a request under this id', status: 409 },
  'request-abandoned': { title: 'A command under this key broke off and was closed; record the request under a new key', status: 409 },
};
