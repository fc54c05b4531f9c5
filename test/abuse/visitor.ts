import { createHash, randomUUID } from 'node:crypto';
import type { Stand } from '../support/stand.ts';

/** What came back: the status, and the body where it is JSON. */
export type Reply = { status: number; body: { id?: string; type?: string; proof?: string; checkout_url?: string } };

/** Somebody at an address of the internet; the service believes it of a proxy (`TRUST_PROXY` 1). */
export type Visitor = {
  give(fields: object, proof?: string): Promise<Reply>;
  /** What the widget does: the same request once more with the work that was asked for. */
  giveAsWidget(fields: object): Promise<Reply>;
  sendForm(fields: Record<string, string>): Promise<{ status: number; html: string; location: string | null }>;
};

export function visitorAt(stand: Pick<Stand, 'url'>, source: string): Visitor {
  const post = async (body: object, key: string, proof?: string): Promise<Reply> => {
    const answer = await fetch(`${stand.url}/v1/donations`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        'X-Forwarded-For': source,
        ...(proof && { 'Gratis-Proof': proof }),
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Reply['body'] };
  };
  return {
    give: (fields, proof) => post({ amount: 500, currency: 'eur', ...fields }, randomUUID(), proof),
    async giveAsWidget(fields) {
      const key = randomUUID();
      const body = { amount: 750, currency: 'eur', attempt: randomUUID(), ...fields };
      const first = await post(body, key);
      return first.body.proof ? post(body, key, workOutFast(first.body.proof)) : first;
    },
    async sendForm(fields) {
      const answer = await fetch(`${stand.url}/donate`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Forwarded-For': source },
        body: new URLSearchParams({ interval: 'once', amount_once: '750', currency: 'eur', ...fields }),
      });
      return { status: answer.status, html: await answer.text(), location: answer.headers.get('location') };
    },
  };
}

/** The same as the widget's own way, faster where many readers share a processor. */
export function workOutFast(challenge: string): string {
  const [salt = '', hash] = challenge.split('.');
  let number = 0;
  while (createHash('sha256').update(`${salt}${number}`).digest('hex') !== hash) {
    number += 1;
  }
  return `${challenge}~${number}`;
}

/** The n-th address of a network that nobody has. */
export function addressOf(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

/** Tries to pay a session with a test card; answers Stripe's status. */
export async function payWith(stand: Pick<Stand, 'stripeUrl'>, session: string, card: string): Promise<number> {
  const answer = await fetch(`${stand.stripeUrl}/v1/payment_pages/${session}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({ payment_method: card, email: 'reader@example.com' }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** The session that a gift is paid in. */
export async function sessionOf(stand: Pick<Stand, 'database'>, giftId: string): Promise<string> {
  const { rows } = await stand.database.pool.query(
    'select stripe_checkout_session_id as id from checkouts where idempotency_key = $1',
    [`checkout-${giftId}`],
  );
  return rows[0].id;
}
