const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const DEEPEST = 64;

/**
 * Walks JSON text token by token. Stream metadata holds integers up to int64 and the server judges them by how they are written
 * (`1.0` is no integer); JSON.parse tells neither. Every method throws a SyntaxError where the text is something else.
 */
export class JsonTokens {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  /** The next character that is no white space; '' at the end. */
  peek(): string {
    this.take(SPACE);
    return this.text.charAt(this.at);
  }

  object(field: (name: string) => void): void {
    this.list('{', '}', () => {
      const name = this.string();
      this.expect(':');
      field(name);
    });
  }

  array(item: () => void): void {
    this.list('[', ']', item);
  }

  string(): string {
    return JSON.parse(this.token(STRING)) as string;
  }

  boolean(): boolean {
    const literal = this.token(LITERAL);
    if (literal === 'null') throw this.unexpected();
    return literal === 'true';
  }

  integer(least: bigint, greatest: bigint): bigint {
    const digits = this.token(NUMBER);
    if (!/^-?\d+$/.test(digits)) throw this.unexpected();
    const value = BigInt(digits);
    if (value < least || value > greatest) throw this.unexpected();
    return value;
  }

  skipValue(): void {
    switch (this.peek()) {
      case '{':
        return this.object(() => this.skipValue());
      case '[':
        return this.array(() => this.skipValue());
      case '"':
        this.token(STRING);
        return;
      case 't':
      case 'f':
      case 'n':
        this.token(LITERAL);
        return;
      default:
        this.token(NUMBER);
    }
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open);
    if (++this.depth > DEEPEST) throw this.unexpected();
    if (this.peek() === close) this.at++;
    else {
      do item();
      while (this.next(',', close));
    }
    this.depth--;
  }

  private next(more: string, close: string): boolean {
    const found = this.peek();
    if (found !== more && found !== close) throw this.unexpected();
    this.at++;
    return found === more;
  }

  private expect(character: string): void {
    if (this.peek() !== character) throw this.unexpected();
    this.at++;
  }

  private token(pattern: RegExp): string {
    this.take(SPACE);
    const found = this.take(pattern);
    if (found === undefined || found === '') throw this.unexpected();
    return found;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at += match[0].length;
    return match?.[0];
  }

  private unexpected(): SyntaxError {
    return new SyntaxError(`unexpected text at ${this.at}`);
  }
}
