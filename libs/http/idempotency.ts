import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { Actor, derivedUuid, Problem, ProblemDetails } from '@hjemmel/kernel';
import type { Clock } from '@hjemmel/kernel';
import type { Caller } from './access';
import { canonicalJson } from './canonical-json';
import { IdempotencyStore, StoredAnswer } from './idempotency-store';
import type { HttpKeys } from './secrets';
import { HTTP_CLOCK, HTTP_KEYS, IDEMPOTENCY_POOL } from './tokens';

export interface CommandCall {
  readonly caller: Caller;
  /** The `Idempotency-Key` of the request. */
  readonly key: string;
  /** Name of the command or pattern of its route: the same key may stand for another command on another route. */
  readonly route: string;
  /** The request's body as validated; kept as a MAC only. */
  readonly body: unknown;
}

/** Who decides, when, and under which command. The same for a command that is tried again. */
export interface CommandContext {
  /** UUID */
  readonly commandId: string;
  readonly actor: Actor;
  /** When the command first came, also where it is run again after a crash: what it seals and writes stays the same. */
  readonly now: Date;
}

export interface CommandAnswer<A extends object = object> {
  /** 200 to 299 */
  readonly status: number;
  /** JSON; is kept for repeats, so it never holds personal data. */
  readonly body: A;
}

/** What a command's route returns: sent with the answer's status, and `Idempotency-Replayed: true` where it is a repeat. */
export class CommandReply<A extends object = object> {
  constructor(
    readonly status: number,
    readonly body: A,
    readonly replayed: boolean,
  ) {}
}

/** A refusal that was given before under the same key. */
export class ReplayedProblem extends Problem {}

interface Run {
  readonly bodyMac: Buffer;
  readonly outcome: Promise<Outcome>;
}

interface Outcome {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

/**
 * Lets each command happen once for its `Idempotency-Key`. The same key and body get the same answer again, also a refusal; another
 * body gets 422; repeats at the same time share one run. What a crash cut off is run again: commands are deterministic by their id.
 */
@Injectable()
export class CommandGateway {
  private readonly store: IdempotencyStore;
  private readonly running = new Map<string, Run>();

  constructor(
    @Inject(IDEMPOTENCY_POOL) pool: Pool,
    @Inject(HTTP_KEYS) private readonly keys: HttpKeys,
    @Inject(HTTP_CLOCK) private readonly clock: Clock,
  ) {
    this.store = new IdempotencyStore(pool);
  }

  /**
   * @throws Problem 422 `idempotency-key-reused` for another body, before anything is executed; the problem that `execute` throws. Of
   * those, 4xx is an answer and is kept, but for 400, 413, 415, 429 and contention; after those and after 5xx the key stays open
   * for the same body.
   */
  async run<A extends object>(
    call: CommandCall,
    execute: (context: CommandContext) => Promise<CommandAnswer<A>>,
  ): Promise<CommandReply<A>> {
    const keyHash = this.hashOf(call);
    const bodyMac = this.macOf(keyHash, call.body);
    const id = keyHash.toString('base64');
    for (;;) {
      const run = this.running.get(id);
      if (!run) break;
      if (timingSafeEqual(run.bodyMac, bodyMac)) return replyOf<A>({ ...(await run.outcome), replayed: true });
      // Which of the two bodies is the first one is for the database to say, once that run has ended; its own fault is not ours.
      await Promise.allSettled([run.outcome]);
    }
    const outcome = this.answered(keyHash, bodyMac, call, execute);
    this.running.set(id, { bodyMac, outcome });
    try {
      return replyOf<A>(await outcome);
    } finally {
      this.running.delete(id);
    }
  }

  private async answered(
    keyHash: Buffer,
    bodyMac: Buffer,
    { caller }: CommandCall,
    execute: (context: CommandContext) => Promise<CommandAnswer>,
  ): Promise<Outcome> {
    const now = this.clock.now();
    const known = await this.store.begin(keyHash, bodyMac, now);
    if (known !== 'new') {
      if (!timingSafeEqual(known.bodyMac, bodyMac)) throw keyReused();
      if (known.answer) return { answer: known.answer, replayed: true };
    }
    const context: CommandContext = {
      commandId: derivedUuid('command', keyHash.toString('hex')),
      actor: caller.actor,
      now: known === 'new' ? now : known.createdAt,
    };
    return { answer: await this.store.finish(keyHash, await answerOf(execute, context)), replayed: false };
  }

  // Keyed, as the command's id follows from it and stands in the log: a caller may have made its key of something that names a person.
  private hashOf({ caller: { actor }, route, key }: CommandCall): Buffer {
    const hmac = createHmac('sha256', this.keys.idempotency);
    for (const part of ['key', actor.id, actor.role, route, key]) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    return hmac.digest();
  }

  // Over the key's hash too, so that rows don't show which commands had the same body.
  private macOf(keyHash: Buffer, body: unknown): Buffer {
    return createHmac('sha256', this.keys.idempotency).update('body').update(keyHash).update(canonicalJson(body)).digest();
  }
}

async function answerOf(execute: (context: CommandContext) => Promise<CommandAnswer>, context: CommandContext): Promise<StoredAnswer> {
  try {
    const { status, body } = await execute(context);
    if (!(status >= 200 && status <= 299)) throw new Error(`${status} is not the status of an answer; a refusal is thrown as a Problem`);
    return { status, body };
  } catch (error) {
    if (error instanceof Problem && isAnswer(error.problem)) return { status: error.problem.status, body: error.problem };
    throw error;
  }
}

const NO_ANSWER: ReadonlySet<number> = new Set([400, 401, 408, 413, 415, 425, 429]);
const isAnswer = ({ status, type }: ProblemDetails): boolean =>
  status >= 400 && status <= 499 && !NO_ANSWER.has(status) && type !== '/problems/contended';

function replyOf<A extends object>({ answer: { status, body }, replayed }: Outcome): CommandReply<A> {
  if (status < 400) return new CommandReply(status, body as A, replayed);
  throw replayed ? new ReplayedProblem(body as ProblemDetails) : new Problem(body as ProblemDetails);
}

const keyReused = (): Problem =>
  new Problem({
    type: '/problems/idempotency-key-reused',
    title: 'This Idempotency-Key was used for another request',
    status: 422,
    rule: 'idempotency-key-reused',
    detail: 'nothing was done; use a new key for a new command',
  });
