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
  const made = keysOf(stripe);
  const isRepeated = [...made.values()].some((keys) => keys.length > 1);
  return [
    ...waiting.map(({ id, status }) => `refund ${id} is still ${status}`),
    ...stage.notes.refundsTaken.filter(({ id }) => !known.has(id)).map(({ id }) => `refund ${id} was taken and is not there`),
    ...[...made].flatMap(([id, keys]) => madeTwice(id, keys)),
    ...(isRepeated ? [] : await tooMuchTaken({ rows })),
  ];
}

/** The keys under which each refund of staff was made; time may jump a month here between two tries of one call, so that Stripe has forgotten theirs. */
function keysOf(stripe: SimulatorState): Map<string, unknown[]> {
  const made = stripe.all('event').filter(({ type }) => type === 'refund.created');
  const keys = made.map(({ data, request }) => {
    const { metadata } = (data as { object: { metadata?: Record<string, string> } }).object;
    return [metadata?.gratis_refund ?? '', (request as { idempotency_key?: unknown } | null)?.idempotency_key] as const;
  });
  const grouped = Map.groupBy(
    keys.filter(([id]) => id),
    ([id]) => id,
  );
  return new Map([...grouped].map(([id, all]) => [id, all.map(([, key]) => key)]));
}

function madeTwice(id: string, keys: unknown[]): string[] {
  const different = new Set(keys).size;
  return different > 1 ? [`refund ${id} was made ${different} times`] : [];
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
