import { giftRequests } from '../gifts.ts';
import { sendAll } from '../load.ts';
import { limitOf, type Measure, sideFigures } from '../measure.ts';
import { type ServerProcess, startServer } from '../process.ts';
import { takeTurns } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';

const connections = 16;

/** How fast gifts are begun: checked, limited, written down, and a page asked for that Stripe answers at once. */
export const creation: Measure = {
  name: 'creation',
  title: `Donations begun, ${connections} at a time, Stripe answering at once`,
  async run(bench) {
    const { ground, short } = bench;
    const stripe = await startServer('servers/stripe-stand-in.ts', {});
    const database = await ground.emptyDatabase();
    const settings = serviceSettings({ DATABASE_URL: database, STRIPE_API_BASE: stripe.url });
    const servers = {
      service: await startServer('servers/service.ts', settings),
      express: await startServer('baselines/donation-express.ts', settings),
    };
    const operations = short ? 160 : 480;
    const contestant = (server: ServerProcess) => ({
      server,
      operations,
      async load() {
        await ground.query(database, 'truncate gift_starts'); // nobody pays here: unpaid gifts would pile up beyond any brake
        return sendAll(server.url, connections, giftRequests(operations));
      },
    });
    try {
      await sendAll(servers.service.url, connections, giftRequests(operations));
      await ground.query(database, 'vacuum analyze'); // as Postgres does by itself in the first minute of a newsroom
      const { service, express } = await takeTurns(ground.postgresPid, short ? 1 : 7, {
        service: contestant(servers.service),
        express: contestant(servers.express),
      });
      return [
        {
          what: 'of express that keeps nothing',
          value: service.rate / express.rate,
          unit: '×',
          limit: limitOf(bench, { least: 0.4 }),
        },
        ...sideFigures('service', service),
        ...sideFigures('express', express),
      ];
    } finally {
      await Promise.all([...Object.values(servers), stripe].map((server) => server.stop()));
    }
  },
};
