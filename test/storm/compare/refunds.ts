import { idOf } from '../stage/simulator.ts';
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
    ...(await compareAsked({ rows, stage })),
  ];
}

/** What staff asked for and was taken has come to an end: nothing is forgotten, and nothing is refunded twice. */
async function compareAsked({ rows, stage }: Pick<Both, 'rows' | 'stage'>): Promise<string[]> {
  const waiting = await rows("select id, status from refunds where status in ('requested', 'unknown')");
  const known = new Set((await rows('select id from refunds')).map(({ id }) => id));
  return [
    ...waiting.map(({ id, status }) => `refund ${id} is still ${status}`),
    ...stage.notes.refundsTaken.filter(({ id }) => !known.has(id)).map(({ id }) => `refund ${id} was taken and is not there`),
  ];
}
