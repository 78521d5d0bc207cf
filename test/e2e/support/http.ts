export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A single request and nothing around it: no token, key or second try but what is told. */
export async function request(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const bodyOf = <B>({ text }: Reply): B => JSON.parse(text) as B;

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const command = (token: string, key: string, body: object): RequestInit => ({
  method: 'POST',
  headers: { ...bearer(token), 'content-type': 'application/json', 'idempotency-key': key },
  body: JSON.stringify(body),
});
