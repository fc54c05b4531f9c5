/** An RFC 9457 problem, as far as the widget reads it. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  /** A challenge: the same request is taken once its number comes with it. */
  readonly proof?: string;
  /** The gift by which the attempt was paid before. */
  readonly id?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** What came back: the body (empty where there is none), or the refusal. Status 0: nothing came back at all. */
export type Answer<Body> =
  | { readonly ok: true; readonly body: Partial<Body> }
  | { readonly ok: false; readonly status: number; readonly problem: Problem; readonly retryAfterSeconds?: number };

const patienceMs = 30_000;
const origin = new URL(import.meta.url).origin;

/** An address of the service this script came from. */
export function serviceAddress(path: string): string {
  return origin + path;
}

/** Asks the service, without cookies; never throws. A `key` makes a write safe to repeat. */
export async function ask<Body>(
  method: string,
  path: string,
  json?: string,
  key?: string,
  proof?: string,
): Promise<Answer<Body>> {
  try {
    const answer = await fetch(serviceAddress(path), {
      method,
      body: json,
      headers: {
        ...(json && { 'Content-Type': 'application/json' }),
        ...(key && { 'Idempotency-Key': key }),
        ...(proof && { 'Gratis-Proof': proof }),
      },
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMs),
    });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      return { ok: true, body };
    }
    return {
      ok: false,
      status: answer.status,
      problem: body,
      retryAfterSeconds: Number(answer.headers.get('Retry-After')) || undefined,
    };
  } catch {
    return { ok: false, status: 0, problem: {} };
  }
}
