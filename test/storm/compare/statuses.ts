import { askService } from '../commands/reader.ts';
import { idOf } from '../stage/simulator.ts';
import { type Both, subscriptionOf } from './both.ts';

/** What a reader's thank-you page is told is what happened at Stripe; and who asked for an end is charged no more. */
export async function compareStatuses(both: Both): Promise<string[]> {
  const { stage } = both;
  const lines = await Promise.all(
    stage.notes.gifts.map(async (gift) => {
      const path = gift.interval === 'once' ? `/v1/donations/${gift.id}` : `/v1/subscriptions/${gift.id}`;
      const { status, body } = await askService(stage, 'GET', path);
      if (status !== 200) return [`${gift.id} was answered 201 once and now ${status}`];
      const truth = gift.interval === 'once' ? oneTimeStatus(both, gift.checkoutId) : recurringStatus(both, gift.checkoutId);
      const told = String(body.status);
      const wrong = truth.includes(told) ? [] : [`${gift.id} is told to be ${told} and is ${truth.join(' or ')}`];
      const isSame = body.amount === gift.amount && body.currency === gift.currency;
      return isSame || gift.interval !== 'once'
        ? wrong
        : [...wrong, `${gift.id} is told to be of ${body.amount} ${body.currency}`];
    }),
  );
  return [...lines.flat(), ...notStopped(both)];
}

/** Four days later no page is open any more. */
function oneTimeStatus({ stripe }: Both, checkoutId: string): string[] {
  const session = stripe.find('checkout.session', checkoutId);
  const intent = stripe.find('payment_intent', session?.payment_intent);
  if (intent?.status === 'succeeded') return ['succeeded'];
  if (intent?.status === 'processing') return ['processing'];
  return session?.status === 'complete' ? ['failed'] : ['expired'];
}

function recurringStatus({ stripe }: Both, checkoutId: string): string[] {
  const session = stripe.find('checkout.session', checkoutId);
  const subscription = stripe.find('subscription', session?.subscription);
  return subscription ? [String(subscription.status)] : ['expired'];
}

/** Neither it nor an invoice of it that nobody paid yet; one that Stripe gave up on by itself is left as it was, and asks for nothing. */
function notStopped({ stripe, stage }: Both): string[] {
  return [...stage.notes.stopped].flatMap((id) => {
    const sessions = stripe.all('checkout.session').filter((session) => session.client_reference_id === id);
    const subscriptions = sessions.flatMap(({ subscription }) => stripe.find('subscription', idOf(subscription)) ?? []);
    const asked = subscriptions.filter(
      ({ cancellation_details }) => (cancellation_details as Details)?.reason !== 'payment_failed',
    );
    const ids = new Set(asked.map((subscription) => subscription.id));
    const invoices = stripe.all('invoice').filter((invoice) => ids.has(subscriptionOf(invoice) ?? ''));
    return [
      ...subscriptions.filter(({ status }) => status !== 'canceled').map(({ status }) => `${id} was to end and is ${status}`),
      ...invoices
        .filter(({ status }) => ['draft', 'open'].includes(String(status)))
        .map((invoice) => `${id} was to end, and its invoice ${invoice.id} is ${invoice.status}`),
    ];
  });
}

type Details = { reason?: string } | null;
