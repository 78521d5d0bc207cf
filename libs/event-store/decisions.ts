import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import {
  Actor,
  decide,
  Decider,
  DomainEvent,
  eventIdOf,
  isRefusal,
  newUuid,
  Problem,
  Recorded,
  Refusal,
  Summary,
  systemClock,
} from '@hjemmel/kernel';
import { EventLog, ExpectedRevision, NewEvent, WrongExpectedRevision } from './port';

/** Who decides, when, and under which command: the parts of an event's metadata that a decider must not invent. */
export interface CommandContext {
  /** UUID; a command that is tried again carries the same one. */
  readonly commandId: string;
  readonly actor: Actor;
  readonly now: Date;
}

/** The context of something done once and never repeated under the same id, such as a read. */
export const freshContext = (actor: Actor): CommandContext => ({ commandId: newUuid(), actor, now: systemClock.now() });

export interface Loaded<S> {
  readonly state: S;
  /** -1n where the stream does not exist. */
  readonly revision: bigint;
  /** Commit position of the last event, or -1n. */
  readonly position: bigint;
  /** Revision of the stream's last summary, or -1n; see {@link Summary}. */
  readonly summarised: bigint;
}

export interface Decided<S, E, R extends string = string> extends Loaded<S> {
  /** What this run appended; empty where there was nothing (more) to do. */
  readonly events: readonly E[];
  readonly refusal?: Refusal<R, E>;
}

/** Writers in other processes may be faster many times in a row; more than this in one command is a fault, not bad luck. */
const MAX_TRIES = 12;

/** Other writers kept changing the stream: nothing was appended, the command may be sent again. */
export class Contended extends Problem {
  constructor(stream: string) {
    super({
      type: '/problems/contended',
      title: 'Others kept changing the same stream; nothing was done',
      status: 503,
      detail: `gave up on ${stream} after ${MAX_TRIES} tries`,
      retryAfterSeconds: 1,
    });
  }
}

/**
 * The only place where a command meets the log: load, decide, append with the expected revision, and again from the start where another
 * writer was faster. States are kept in memory, so that a stream that was seen before is not read again: the expected revision
 * makes a stale one harmless. A decision that appends nothing has no such guard, so it is taken on a fresh read.
 *
 * Commands of one process on one stream take turns. They would lose to each other otherwise, in numbers that grow with the square of
 * their own; the expected revision still decides between processes.
 */
export class Decisions {
  private readonly states = new Map<unknown, LRUCache<string, Loaded<unknown>>>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly log: EventLog,
    private readonly cachedStreams = 20_000,
  ) {}

  /**
   * @param options.isNew the caller has reason to believe that the stream does not exist yet, so it is not read first
   * @throws Contended, LogUnavailable
   */
  async run<C extends { readonly type: string }, S, E extends DomainEvent, R extends string>(
    rules: Decider<C, S, E, R>,
    command: C,
    context: CommandContext,
    options: { readonly isNew?: boolean } = {},
  ): Promise<Decided<S, E, R>> {
    const stream = rules.stream(command);
    return this.inTurn(stream, () => this.decideAndAppend(rules, stream, command, context, options.isNew ?? false));
  }

  /** The stream's state as the log has it now; reads only what came since it was last seen, or since its last summary. */
  async load<S, E extends DomainEvent>(rules: Fold<S, E>, stream: string): Promise<Loaded<S>> {
    const cached = this.cached(rules, stream);
    const loaded =
      cached || !rules.summary
        ? await this.readOn(rules, stream, cached ?? unwritten(rules))
        : await this.readBack(rules, rules.summary, stream);
    if (loaded.revision >= 0n) this.keep(rules, stream, loaded);
    return loaded;
  }

  private async readOn<S, E extends DomainEvent>(rules: Fold<S, E>, stream: string, known: Loaded<S>): Promise<Loaded<S>> {
    let loaded = known;
    for await (const recorded of this.log.readStream(stream, { from: loaded.revision + 1n })) loaded = taken(rules, loaded, recorded);
    return loaded;
  }

  /** From the end to the last summary that this program understands, or to the beginning. */
  private async readBack<S, E extends DomainEvent>(rules: Fold<S, E>, summary: Summary<S, E>, stream: string): Promise<Loaded<S>> {
    const newer: Recorded[] = [];
    let loaded = unwritten(rules);
    const page = summary.every + 1;
    for (let from: bigint | 'end' = 'end'; ; from = newer.at(-1)!.revision - 1n) {
      const before = newer.length;
      for await (const recorded of this.log.readStream(stream, { direction: 'backwards', from, limit: page })) {
        const state = summary.from(recorded.event as E);
        if (state === undefined) newer.push(recorded);
        else loaded = { state, revision: recorded.revision, position: recorded.position, summarised: recorded.revision };
        if (state !== undefined) break;
      }
      if (loaded.revision >= 0n || newer.length - before < page || newer.at(-1)!.revision === 0n) break;
    }
    return newer.reduceRight((known, recorded) => taken(rules, known, recorded), loaded);
  }

  private async decideAndAppend<C extends { readonly type: string }, S, E extends DomainEvent, R extends string>(
    rules: Decider<C, S, E, R>,
    stream: string,
    command: C,
    context: CommandContext,
    isNew: boolean,
  ): Promise<Decided<S, E, R>> {
    const cached = this.cached(rules, stream);
    let loaded = cached ?? (isNew ? unwritten(rules) : await this.load(rules, stream));
    let fresh = cached === undefined && !isNew;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const decision = decide(rules, command, loaded.state);
      const refusal = isRefusal(decision) ? decision : undefined;
      const events = isRefusal(decision) ? decision.events : decision;
      if (events.length === 0 && fresh) return { ...loaded, events, ...(refusal && { refusal }) };
      if (events.length > 0) {
        const done = await this.tryAppend(rules, stream, loaded, events, context);
        if (done) return { ...done, events, ...(refusal && { refusal }) };
        if (tries > 2) await pause(Math.random() * 2 ** Math.min(tries, 7));
      }
      loaded = await this.load(rules, stream);
      fresh = true;
    }
    throw new Contended(stream);
  }

  /** Runs `task` when those that asked before it for the same stream have ended, however they ended. */
  private async inTurn<T>(stream: string, task: () => Promise<T>): Promise<T> {
    const before = this.turns.get(stream);
    const turn = before === undefined ? task() : before.then(task);
    const ended = turn.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(stream, ended);
    try {
      return await turn;
    } finally {
      if (this.turns.get(stream) === ended) this.turns.delete(stream);
    }
  }

  private async tryAppend<S, E extends DomainEvent>(
    rules: Fold<S, E>,
    stream: string,
    loaded: Loaded<S>,
    events: readonly E[],
    context: CommandContext,
  ): Promise<Loaded<S> | undefined> {
    const expected: ExpectedRevision = loaded.revision < 0n ? 'no_stream' : loaded.revision;
    const state = events.reduce(rules.evolve, loaded.state);
    const isDue = rules.summary && loaded.revision + BigInt(events.length) - loaded.summarised >= rules.summary.every;
    const written = isDue ? [...events, rules.summary.of(state, stream)] : events;
    try {
      const { revision, position } = await this.log.append(stream, envelopes(stream, written, context), expected);
      const after = { state, revision, position, summarised: isDue ? revision : loaded.summarised };
      this.keep(rules, stream, after);
      return after;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return undefined;
      this.cacheOf(rules).delete(stream);
      throw error;
    }
  }

  private cached<S, E>(rules: Fold<S, E>, stream: string): Loaded<S> | undefined {
    return this.cacheOf(rules).get(stream) as Loaded<S> | undefined;
  }

  /** A slower run must not put an older state over a newer one. */
  private keep<S, E>(rules: Fold<S, E>, stream: string, loaded: Loaded<S>): void {
    const present = this.cacheOf(rules).get(stream);
    if (!present || present.revision < loaded.revision) this.cacheOf(rules).set(stream, loaded);
  }

  private cacheOf<S, E>({ evolve }: Fold<S, E>): LRUCache<string, Loaded<unknown>> {
    let cache = this.states.get(evolve);
    if (!cache) this.states.set(evolve, (cache = new LRUCache({ max: this.cachedStreams })));
    return cache;
  }
}

type Fold<S, E> = { readonly initial: S; readonly evolve: (state: S, event: E) => S; readonly summary?: Summary<S, E> };

const unwritten = <S, E>({ initial }: Fold<S, E>): Loaded<S> => ({ state: initial, revision: -1n, position: -1n, summarised: -1n });

const taken = <S, E extends DomainEvent>({ evolve, summary }: Fold<S, E>, known: Loaded<S>, recorded: Recorded): Loaded<S> => {
  const event = recorded.event as E;
  const { revision, position } = recorded;
  return { state: evolve(known.state, event), revision, position, summarised: summary?.from(event) ? revision : known.summarised };
};

/** Ids follow from command, stream and type, so that trying again writes the same events. */
export function envelopes(stream: string, events: readonly DomainEvent[], { commandId, actor, now }: CommandContext): NewEvent[] {
  const seen = new Map<string, number>();
  return events.map((event) => {
    const index = seen.get(event.type) ?? 0;
    seen.set(event.type, index + 1);
    return {
      id: eventIdOf(commandId, stream, event.type, index),
      event,
      metadata: { schema: 1, correlationId: commandId, causationId: commandId, actor, decidedAt: now.toISOString() },
    };
  });
}
