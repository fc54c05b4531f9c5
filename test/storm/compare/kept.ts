import { askService } from '../commands/reader.ts';
import type { Both } from './both.ts';

/** What was answered 2xx is there: every gift that a reader was told of, and every event that Stripe was told of. */
export async function compareKept({ rows, stripe, stage }: Both): Promise<string[]> {
  const stored = new Set((await rows('select id from inbox_events')).map(({ id }) => id));
  const told = stripe.all('deliveries').filter(({ status }) => status === 'delivered');
  const gone = await Promise.all(
    stage.notes.gifts.map(async ({ id, interval }) => {
      const { status } = await askService(stage, 'GET', interval === 'once' ? `/v1/donations/${id}` : `/v1/subscriptions/${id}`);
      return status === 200 ? [] : [`${id} was answered 201 once and now ${status}`];
    }),
  );
  return [
    ...gone.flat(),
    ...told.filter(({ event }) => !stored.has(event)).map(({ event }) => `the event ${event} was answered 2xx and is not there`),
  ];
}
