import { Code, GrpcError } from './grpc/status';
import { GroupName } from './wire/persistent-requests';

/** The trailers by which EventStoreDB's clients tell the errors of persistent subscriptions. */

const named = (exception: string, { source, group }: GroupName): Record<string, string> => ({
  exception,
  'stream-name': source,
  'group-name': group,
});

export function doesNotExist(name: GroupName): GrpcError {
  return new GrpcError(
    Code.NOT_FOUND,
    `Subscription group ${name.group} on stream ${name.source} does not exist.`,
    named('persistent-subscription-does-not-exist', name),
  );
}

export function exists(name: GroupName): GrpcError {
  return new GrpcError(
    Code.ALREADY_EXISTS,
    `Subscription group ${name.group} on stream ${name.source} exists.`,
    named('persistent-subscription-exists', name),
  );
}

export function failed(name: GroupName, reason: string): GrpcError {
  return new GrpcError(Code.INTERNAL, `Subscription group ${name.group} on stream ${name.source} failed: '${reason}'`, {
    ...named('persistent-subscription-failed', name),
    reason,
  });
}

export function dropped(name: GroupName): GrpcError {
  return new GrpcError(
    Code.CANCELLED,
    `Subscription group ${name.group} on stream ${name.source} was dropped.`,
    named('persistent-subscription-dropped', name),
  );
}

export function maximumSubscribersReached(name: GroupName): GrpcError {
  return new GrpcError(
    Code.FAILED_PRECONDITION,
    `Maximum subscriptions reached for subscription group ${name.group} on stream ${name.source}.`,
    named('maximum-subscribers-reached', name),
  );
}
