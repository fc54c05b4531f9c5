import type { Scene } from '../commands/command.ts';
import { type Both, byId, lookAtBoth, type Row } from './both.ts';
import { compareDisputes } from './disputes.ts';
import { compareGifts } from './gifts.ts';
import { compareRefunds } from './refunds.ts';
import { compareStatuses } from './statuses.ts';

const kinds: Record<string, string> = {
  cs: 'checkout.session',
  pi: 'payment_intent',
  in: 'invoice',
  sub: 'subscription',
  re: 'refund',
  du: 'dispute',
  po: 'payout',
};

/**
 * What must hold before the service compares itself with Stripe, which would put right whatever a webhook left undone: what was answered
 * 2xx is kept, nothing is given up that Stripe still has, the other mode is not worked on, a page whose time is over was looked at; and where no event was lost for ever, gifts,
 * refunds and disputes are what they are at Stripe already.
 */
export async function comparePromises(stage: Scene): Promise<string[]> {
  const both = await lookAtBoth(stage);
  const stored = await both.rows('select id, state, subject, livemode from inbox_events');
  const kept = byId(stored);
  const acknowledged = both.stripe.all('deliveries').filter(({ status }) => status === 'delivered');
  const lost = (stage.notes.met.get('webhook lose') ?? 0) > 0;
  const early = lost ? [] : [compareGifts(both), compareRefunds(both), compareDisputes(both), compareStatuses(both)];
  return [
    ...acknowledged
      .filter(({ event }) => !kept.has(String(event)))
      .map(({ event, type }) => `the event ${event} (${type}) was answered 2xx and is not kept`),
    ...stored.flatMap((event) => wronglyEnded(both, event)),
    ...(await overlookedPages(both)),
    ...(await Promise.all(early)).flat().map((line) => `before any comparison: ${line}`),
  ];
}

function wronglyEnded({ stripe }: Both, { id, state, subject, livemode }: Row): string[] {
  const kind = kinds[String(subject).split('_')[0]!];
  if (state === 'gone' && kind && stripe.find(kind, subject)) {
    return [`the event ${id} is gone, and ${subject} is at Stripe`];
  }
  return livemode && state !== 'ignored' ? [`the event ${id} is of the other mode and ${state}`] : [];
}

/** Whatever became of its events: who paid by card on a page has given, and whoever subscribed there gives again and again. */
async function overlookedPages({ stripe, rows }: Both): Promise<string[]> {
  const statuses = byId(await rows('select id, status from donations union all select id, status from subscriptions'));
  return stripe.all('checkout.session').flatMap((session) => {
    const id = String(session.client_reference_id);
    const intent = stripe.find('payment_intent', session.payment_intent);
    const isByCard = JSON.stringify(stripe.find('charge', intent?.latest_charge)?.payment_method_details ?? '').includes(
      '"card"',
    );
    const wasPaid = session.subscription ? true : intent?.status === 'succeeded' && isByCard;
    const told = String(statuses.get(id)?.status);
    return wasPaid && ['undefined', 'pending', 'expired'].includes(told)
      ? [`the page of ${id} was paid, and days after its end it is told to be ${told}`]
      : [];
  });
}
