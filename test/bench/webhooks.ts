import { createHmac, randomUUID } from 'node:crypto';
import type { LoadRequest } from './load.ts';

/** The secret that the bench's Stripe signs with. */
export const webhookSecret = 'whsec_bench';

/** So many webhooks as Stripe sends them: signed, each with an event of its own of about 3 kB, pretty-printed. */
export function signedWebhooks(count: number): LoadRequest[] {
  return Array.from({ length: count }, () => {
    const id = randomUUID().replaceAll('-', '');
    const body = JSON.stringify(paymentSucceeded(id), null, 2);
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', webhookSecret).update(`${at}.${body}`).digest('hex');
    return {
      method: 'POST',
      path: '/webhooks/stripe',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${at},v1=${signature}` },
      body,
    };
  });
}

function paymentSucceeded(id: string): object {
  const nothing = [
    'application',
    'canceled_at',
    'cancellation_reason',
    'invoice',
    'last_payment_error',
    'next_action',
    'on_behalf_of',
  ];
  const more = [
    'processing',
    'review',
    'setup_future_usage',
    'shipping',
    'source',
    'statement_descriptor',
    'transfer_data',
    'transfer_group',
  ];
  const intent = {
    id: `pi_${id}`,
    object: 'payment_intent',
    amount: 1500,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 1500,
    automatic_payment_methods: null,
    capture_method: 'automatic_async',
    client_secret: `pi_${id}_secret_${id}`,
    confirmation_method: 'automatic',
    created: 1_790_000_000,
    currency: 'eur',
    customer: `cus_${id}`,
    description: 'Donation to The Harbour Light',
    latest_charge: `ch_${id}`,
    livemode: false,
    metadata: { gratis_donation: `don_${id}` },
    payment_method: `pm_${id}`,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'sepa_debit', 'link', 'ideal', 'bancontact'],
    receipt_email: null,
    statement_descriptor_suffix: 'HARBOUR LIGHT',
    status: 'succeeded',
    ...Object.fromEntries([...nothing, ...more].map((name) => [name, null])),
  };
  return {
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_790_000_000,
    data: { object: intent },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_${id}`, idempotency_key: id },
    type: 'payment_intent.succeeded',
  };
}
