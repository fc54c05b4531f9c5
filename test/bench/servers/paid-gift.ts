const at = 1_790_000_000;

/** The payment intent of the nth gift of a backlog, whole: with its charge and balance transaction. */
export function paidIntent(id: string): object {
  const nth = id.slice('pi_'.length);
  const common = { livemode: false, created: at, currency: 'eur' };
  const balance_transaction = {
    ...common,
    id: `txn_${nth}`,
    object: 'balance_transaction',
    type: 'charge',
    reporting_category: 'charge',
    source: `ch_${nth}`,
    amount: 1500,
    fee: 55,
    net: 1445,
    exchange_rate: null,
    available_on: at + 172_800,
  };
  const latest_charge = {
    ...common,
    id: `ch_${nth}`,
    object: 'charge',
    status: 'succeeded',
    amount: 1500,
    billing_details: { email: `reader-${nth}@example.net`, name: 'A Reader' },
    balance_transaction,
  };
  const metadata = { gratis_donation: `don_${nth}` };
  return {
    ...common,
    id,
    object: 'payment_intent',
    status: 'succeeded',
    amount: 1500,
    customer: `cus_${nth}`,
    description: null,
    metadata,
    latest_charge,
  };
}

/** The session in which it was paid. */
export function paidSession(id: string): object {
  const nth = id.slice('cs_'.length);
  return {
    id,
    object: 'checkout.session',
    livemode: false,
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    customer: `cus_${nth}`,
    customer_details: { email: `reader-${nth}@example.net`, name: 'A Reader' },
    metadata: { gratis_donation: `don_${nth}` },
    subscription: null,
    invoice: null,
    payment_intent: paidIntent(`pi_${nth}`),
  };
}
