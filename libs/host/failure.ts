/** What an operator can put right: told in one line, without a stack. Never holds a secret or personal data. */
export class OperatorError extends Error {
  constructor(message: string) {
    super(message.replaceAll(/\s*\n\s*/g, '; '));
    this.name = 'OperatorError';
  }
}

/** The `code` of a system error (`ENOENT`, `EADDRINUSE`, …), or undefined where it is another kind. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined; // not instanceof: it may come from another realm
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The first line of what an error says. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
