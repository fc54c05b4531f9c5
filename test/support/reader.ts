import type { Stand } from './stand.ts';

export type Gift = { id: string; status: string; amount: number; currency: string; checkout_url: string; expires_at: string };

let drawn = 0;

/** A key no other request of this process has. */
export function newKey(): string {
  drawn += 1;
  return `test-${process.pid}-${drawn}`;
}

/** A JSON request of a reader's, as the widget sends it. */
export async function ask(
  stand: Stand,
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${stand.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': newKey(), ...headers },
    body: JSON.stringify(body),
  });
}

/** Asks to give once; throws where that was refused. */
export async function giveOnce(stand: Stand, body: Record<string, unknown>): Promise<Gift> {
  return answered(await ask(stand, 'POST', '/v1/donations', body), 201);
}

/** Asks to give every month or year; throws where that was refused. */
export async function giveRegularly(stand: Stand, body: Record<string, unknown>): Promise<Gift> {
  return answered(await ask(stand, 'POST', '/v1/subscriptions', body), 201);
}

/** Pays on Stripe's page with a test card. */
export async function pay(
  stand: Stand,
  gift: Gift,
  options: { card?: string; email?: string; name?: string } = {},
): Promise<Response> {
  return fetch(`${stand.stripeUrl}/v1/payment_pages/${checkoutIdOf(gift)}/confirm`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${stand.config.stripe.secretKey}` },
    body: new URLSearchParams({
      payment_method: options.card ?? 'pm_card_visa',
      ...(options.email && { email: options.email }),
      ...(options.name && { name: options.name }),
    }),
  });
}

/** The Checkout Session's id in the address of its page. */
export function checkoutIdOf(gift: Gift): string {
  const id = /cs_test_\w+/.exec(gift.checkout_url)?.[0];
  if (!id) throw new Error(`no session in ${gift.checkout_url}`);
  return id;
}

/** The body of an answer with the expected status; throws with the body for any other. */
export async function answered<Body>(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`expected ${status}, got ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

/** A CSV export, parsed to objects by column. */
export async function exportRows(stand: Stand, report: string, query = ''): Promise<Record<string, string>[]> {
  const { parse } = await import('csv-parse/sync');
  const response = await fetch(`${stand.url}/v1/exports/${report}${query}`, {
    headers: { authorization: `Bearer ${stand.financeKey}` },
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`export ${report} answered ${response.status}: ${text}`);
  return parse(text, { columns: true, bom: true });
}
