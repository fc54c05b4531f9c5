import type { Scene } from '../commands/command.ts';
import { idOf, type SimulatorState, type StripeObject } from '../stage/simulator.ts';

export type Row = Record<string, unknown>;

/** Stripe and our books, as they are at rest. */
export type Both = {
  stage: Scene;
  stripe: SimulatorState;
  /** What Stripe has of ours that was, or may be, paid: one for each payment. */
  payments: OurPayment[];
  rows(question: string, ...values: unknown[]): Promise<Row[]>;
};

/** A payment intent that began at our checkout, with all that hangs on it. */
export type OurPayment = {
  intent: StripeObject;
  /** The id of the one-time gift, or of the recurring gift that it is an instalment of. */
  giftId: string;
  isInstalment: boolean;
  charge: StripeObject | undefined;
  transaction: StripeObject | undefined;
};

/** `state`: what Stripe has, where it was read already. */
export async function lookAtBoth(stage: Scene, state?: SimulatorState): Promise<Both> {
  const stripe = state ?? (await stage.slot.stripe.state());
  return {
    stage,
    stripe,
    payments: ourPayments(stripe),
    rows: async (question, ...values) => (await stage.slot.database.pool.query(question, values)).rows as Row[],
  };
}

/** From the sessions that the service made: their payments, and those of the invoices of their subscriptions. */
function ourPayments(stripe: SimulatorState): OurPayment[] {
  return stripe.all('checkout.session').flatMap((session) => {
    const giftId = String(session.client_reference_id);
    if (session.mode === 'payment') return toPayments(stripe, [session.payment_intent], giftId, false);
    const invoices = stripe
      .all('invoice')
      .filter((invoice) => subscriptionOf(invoice) === idOf(session.subscription) && session.subscription);
    const intents = invoices.flatMap(({ id }) => intentsOf(stripe, id));
    return toPayments(stripe, intents, giftId, true);
  });
}

function toPayments(stripe: SimulatorState, intents: unknown[], giftId: string, isInstalment: boolean): OurPayment[] {
  return intents.flatMap((id) => {
    const intent = stripe.find('payment_intent', id);
    if (!intent) return [];
    const charge = stripe.find('charge', intent.latest_charge);
    return [
      { intent, giftId, isInstalment, charge, transaction: stripe.find('balance_transaction', charge?.balance_transaction) },
    ];
  });
}

/** The subscription that an invoice is for. */
export function subscriptionOf(invoice: StripeObject): string | undefined {
  const parent = invoice.parent as { subscription_details?: { subscription?: unknown } } | null;
  return idOf(parent?.subscription_details?.subscription);
}

function intentsOf(stripe: SimulatorState, invoiceId: string): unknown[] {
  return stripe
    .all('invoice_payment')
    .filter(({ invoice }) => idOf(invoice) === invoiceId)
    .map(({ payment }) => (payment as { payment_intent?: unknown }).payment_intent)
    .filter(Boolean);
}

/** What succeeded refunds took of each payment intent. */
export function refundedByIntent(stripe: SimulatorState): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { payment_intent, status, amount } of stripe.all('refund')) {
    const id = idOf(payment_intent) ?? '';
    if (status === 'succeeded') sums.set(id, (sums.get(id) ?? 0) + Number(amount));
  }
  return sums;
}

/** Lines for all that only one side has, and for each field in which both differ. */
export function differ(
  what: string,
  ours: Map<string, Record<string, unknown>>,
  theirs: Map<string, Record<string, unknown>>,
): string[] {
  const lines: string[] = [];
  for (const id of theirs.keys()) {
    if (!ours.has(id)) lines.push(`${what} ${id} is at Stripe and not in the books: ${tell(theirs.get(id)!)}`);
  }
  for (const [id, mine] of ours) {
    const other = theirs.get(id);
    if (!other) lines.push(`${what} ${id} is in the books and not at Stripe: ${tell(mine)}`);
    for (const [field, value] of Object.entries(other ?? {})) {
      if (plain(mine[field]) !== plain(value)) {
        lines.push(`${what} ${id}: ${field} is ${plain(mine[field])} in the books and ${plain(value)} at Stripe`);
      }
    }
  }
  return lines;
}

/** By their ids. */
export function byId(rows: readonly Row[], id = 'id'): Map<string, Row> {
  return new Map(rows.map((row) => [String(row[id]), row]));
}

function plain(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : value instanceof Date ? value.toISOString() : String(value);
}

function tell(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(([field, value]) => `${field} ${plain(value)}`)
    .join(', ');
}
