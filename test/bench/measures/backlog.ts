import { drainInbox } from '../drain.ts';
import { addBacklog } from '../fill.ts';
import { giftRequests } from '../gifts.ts';
import { sendAll } from '../load.ts';
import { limitOf, type Measure } from '../measure.ts';
import { startServer } from '../process.ts';
import { serviceSettings } from '../settings.ts';

const eventsAGift = 8;

/** How a backlog is worked through, as after a day on which nothing was: how often Stripe is asked, and whether readers notice. */
export const backlog: Measure = {
  name: 'backlog',
  title: 'A backlog of whole gifts, eight events each, Stripe answering at once',
  async run(bench) {
    const { ground, short } = bench;
    const gifts = short ? 40 : 2500;
    const database = await ground.emptyDatabase();
    await addBacklog(database, 'late', gifts);
    const stripe = await startServer('servers/stripe-stand-in.ts', {});
    const settings = serviceSettings({ DATABASE_URL: await ground.emptyDatabase(), STRIPE_API_BASE: stripe.url });
    const service = await startServer('servers/service.ts', settings);
    const readers = () => sendAll(service.url, 1, giftRequests(short ? 5 : 50));
    try {
      await readers();
      const idle = await readers();
      const [{ seconds, cpu, postgresCpu, reads }, meanwhile] = await Promise.all([
        drainInbox(ground, database, stripe.url),
        readers(),
      ]);
      const events = gifts * eventsAGift;
      return [
        { what: 'reads at Stripe for a gift', value: reads / gifts, unit: '', limit: { most: 4 } },
        { what: 'events worked on', value: events / seconds, unit: '/s' },
        { what: 'CPU of Node for an event', value: cpu / events, unit: 'µs' },
        ...(postgresCpu === undefined ? [] : [{ what: 'CPU of Postgres for an event', value: postgresCpu / events, unit: 'µs' }]),
        {
          what: 'time of a reader’s gift meanwhile, of that when idle',
          value: meanwhile.p50 / Math.max(1, idle.p50),
          unit: '×',
          limit: limitOf(bench, { most: 3 }),
        },
      ];
    } finally {
      await service.stop();
      await stripe.stop();
    }
  },
};
