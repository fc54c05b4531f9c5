import type Stripe from 'stripe';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import { brief } from './client.ts';
import { type MadeRefund, metadataKeys, type RefundRequest } from './gateway.ts';
import { toStripeAmount } from './to-money.ts';

const ourRefundId = /^rfd_\w{1,64}$/;

/** Asks Stripe for a refund that is marked as ours; the same key with the same request makes one. */
export async function createRefund(access: StripeAccess, request: RefundRequest, key: string): Promise<MadeRefund> {
  const { reference, paymentIntentId, amount, reason } = request;
  const asked = access.client.refunds.create(
    {
      payment_intent: paymentIntentId,
      amount: toStripeAmount(amount),
      ...(reason && { reason }),
      metadata: { [metadataKeys.refund]: reference },
    },
    { idempotencyKey: key, ...brief },
  );
  return toMadeRefund(await askStripe(asked, 'refund', access.livemode));
}

/** Every refund of a payment, newest first: a call for each hundred. */
export async function listRefunds({ client, livemode }: StripeAccess, paymentIntentId: string): Promise<MadeRefund[]> {
  const refunds: MadeRefund[] = [];
  for (let after: string | undefined; ; after = refunds.at(-1)?.id) {
    const page = { payment_intent: paymentIntentId, limit: 100, ...(after && { starting_after: after }) };
    const asked = client.refunds.list(page, brief);
    const { data, has_more } = await askStripe(asked, 'list', livemode);
    refunds.push(...data.map(toMadeRefund));
    if (!has_more || data.length === 0) {
      return refunds;
    }
  }
}

/** What tells a refund of Stripe's from others: its id, how it stands, and which of ours it is. */
export function toMadeRefund({ id, metadata, status }: Stripe.Refund): MadeRefund {
  const marked = metadata?.[metadataKeys.refund] ?? '';
  return { id, refundId: ourRefundId.test(marked) ? marked : null, status: status ?? 'none' };
}
