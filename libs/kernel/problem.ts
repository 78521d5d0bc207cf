/** One field or line at fault. `pointer` is a JSON Pointer (RFC 6901) into the request body. */
export interface Fault {
  readonly pointer: string;
  readonly rule: string;
  readonly detail: string;
  /** Article or statute, where the fault is one of law. */
  readonly legal?: string;
}

/** Problem details (RFC 9457). Never holds personal data: values at fault are not repeated. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly rule?: string;
  readonly legal?: string;
  readonly errors?: readonly Fault[];
  readonly [extension: string]: unknown;
}

/** An outcome that a caller must be told of, carried to the edge where it becomes `application/problem+json`. */
export class Problem extends Error {
  constructor(readonly problem: ProblemDetails) {
    super(problem.title);
    this.name = 'Problem';
  }
}
