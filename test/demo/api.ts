import { setTimeout as pause } from 'node:timers/promises';
import { OperatorError } from '@hjemmel/host';

/** What the API answered. */
export interface Answer<B = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly body: B;
  /** The same command came before, and this is what it was answered then. */
  readonly replayed: boolean;
  /** From the first try to the answer. */
  readonly ms: number;
}

/** problem+json (RFC 9457), as far as it is shown here. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly rule?: string;
  readonly legal?: string;
  readonly errors?: readonly { readonly pointer: string; readonly rule: string; readonly detail: string; readonly legal?: string }[];
}

const MAX_TRIES = 12;
const MAX_PAUSE_MS = 5_000;
const NOT_NOW: readonly number[] = [429, 503];

/** The HTTP interface under one token. What can't be answered now is asked again, as often as is reasonable. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly maxTries = MAX_TRIES,
  ) {}

  /** A command; sending it again with the same key does nothing twice. */
  command<B>(path: string, key: string, body: object, told: Readonly<Record<string, string>> = {}): Promise<Answer<B>> {
    const headers = { ...told, 'content-type': 'application/json', 'idempotency-key': key };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  query<B>(path: string): Promise<Answer<B>> {
    return this.send(path, { method: 'GET' });
  }

  private async send<B>(path: string, request: RequestInit): Promise<Answer<B>> {
    const begun = performance.now();
    const headers = { ...request.headers, authorization: `Bearer ${this.token}` };
    for (let tries = 1; ; tries++) {
      const response = await this.answered(path, { ...request, headers }, tries);
      if (response && !(NOT_NOW.includes(response.status) && tries < this.maxTries)) {
        const body = (await response.json()) as B;
        const replayed = response.headers.get('idempotency-replayed') === 'true';
        return { status: response.status, body, replayed, ms: performance.now() - begun };
      }
      await response?.body?.cancel();
      await pause(Math.min(MAX_PAUSE_MS, 1_000 * (Number(response?.headers.get('retry-after')) || 1)));
    }
  }

  /** Nothing where the connection failed and may be tried again. */
  private async answered(path: string, request: RequestInit, tries: number): Promise<Response | undefined> {
    try {
      return await fetch(this.url + path, request);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      if (tries >= this.maxTries) throw new OperatorError(`${this.url} can't be reached`);
      return undefined;
    }
  }
}

/** @throws OperatorError that says what was answered instead */
export function expectStatus<B>(what: string, answer: Answer<B>, ...expected: readonly number[]): Answer<B> {
  if (expected.includes(answer.status)) return answer;
  const { title, rule, errors } = answer.body as ProblemBody;
  const faults = (errors ?? []).slice(0, 3).map((fault) => `${fault.pointer} ${fault.rule}`);
  throw new OperatorError(`${what} was answered with ${answer.status}: ${[title, rule, ...faults].filter(Boolean).join(', ')}`);
}
