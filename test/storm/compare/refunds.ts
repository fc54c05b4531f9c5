import { idOf, type SimulatorState } from '../stage/simulator.ts';
import { type Both, byId, differ, refundedByIntent } from './both.ts';

/** Every refund of our payments is here and as it is at Stripe, and what a gift says was refunded is what succeeded of them. */
export async function compareRefunds({ rows, payments, stripe, stage }: Both): Promise<string[]> {
  const ours = new Set(payments.map(({ intent }) => intent.id));
  const refunds = stripe.all('refund').filter(({ payment_intent }) => ours.has(idOf(payment_intent) ?? ''));
  const theirs = new Map(
    refunds.map((refund) => [
      refund.id,
      {
        status: refund.status,
        amount_minor: refund.amount,
        currency: refund.currency,
        stripe_balance_transaction_id: idOf(refund.balance_transaction),
        failure_balance_transaction_id: idOf(refund.failure_balance_transaction),
      },
    ]),
  );
  const booked = await rows('select * from refunds where stripe_refund_id is not null');
  const sums = refundedByIntent(stripe);
  const gifts = await rows("select stripe_payment_intent_id as id, refunded_minor from donations where status = 'succeeded'");
  const wanted = payments
    .filter(({ intent }) => intent.status === 'succeeded')
    .map(({ intent }) => [intent.id, { refunded_minor: sums.get(intent.id) ?? 0 }] as const);
  return [
    ...differ('refund', byId(booked, 'stripe_refund_id'), theirs),
    ...differ('refunded sum of', byId(gifts), new Map(wanted)),
    ...(await compareAsked({ rows, stage, stripe })),
  ];
}

/** What staff asked for and was taken has come to an end: nothing is forgotten, refunded twice, or more than there was. */
async function compareAsked({ rows, stage, stripe }: Pick<Both, 'rows' | 'stage' | 'stripe'>): Promise<string[]> {
  const waiting = await rows("select id, status from refunds where status in ('requested', 'unknown')");
  const known = new Set((await rows('select id from refunds')).map(({ id }) => id));
  return [
    ...waiting.map(({ id, status }) => `refund ${id} is still ${status}`),
    ...stage.notes.refundsTaken.filter(({ id }) => !known.has(id)).map(({ id }) => `refund ${id} was taken and is not there`),
    ...madeTwice(stripe),
    ...(await tooMuchTaken({ rows })),
  ];
}

/** Under two keys: time may jump a month here between two tries of one call, so that Stripe has forgotten the key that they share. */
function madeTwice(stripe: SimulatorState): string[] {
  const keys = new Map<unknown, Set<unknown>>();
  for (const { type, data, request } of stripe.all('event')) {
    const id = (data as { object: { metadata?: Record<string, string> } }).object.metadata?.gratis_refund;
    const key = (request as { idempotency_key?: unknown } | null)?.idempotency_key;
    if (type === 'refund.created' && id) keys.set(id, (keys.get(id) ?? new Set()).add(key));
  }
  return [...keys].filter(([, asked]) => asked.size > 1).map(([id, asked]) => `refund ${id} was made ${asked.size} times`);
}

/**
 * Staff are never promised more than is left. Stripe may refuse what was taken, as somebody else was faster there; but where only staff
 * gave back and no bank asked, it has no reason to say that too little is left.
 */
async function tooMuchTaken({ rows }: Pick<Both, 'rows'>): Promise<string[]> {
  const refused = await rows(`
    select id, failure_reason from refunds
    where stripe_refund_id is null and status = 'failed' and reason is not null
      and not exists (select from refunds as other where other.donation_id = refunds.donation_id and other.reason is null)
      and not exists (select from disputes where disputes.donation_id = refunds.donation_id)`);
  return refused
    .filter(({ failure_reason }) => !['lock_timeout', 'idempotency_key_in_use'].includes(String(failure_reason)))
    .map(({ id, failure_reason }) => `refund ${id} was taken though not so much was left: ${failure_reason}`);
}
