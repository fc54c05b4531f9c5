import { sendAll } from '../load.ts';
import { limitOf, type Measure, sideFigures } from '../measure.ts';
import { type ServerProcess, startServer } from '../process.ts';
import { takeTurns } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';
import { signedWebhooks, webhookSecret } from '../webhooks.ts';

const connections = 32;

/** How fast Stripe's events are taken: verified, stored so that a crash does not lose them, answered. */
export const acceptance: Measure = {
  name: 'acceptance',
  title: `Webhooks accepted, ${connections} at a time`,
  async run(bench) {
    const { ground, short } = bench;
    const [ours, theirs] = [await ground.emptyDatabase(), await ground.emptyDatabase()];
    const secret = { STRIPE_WEBHOOK_SECRET: webhookSecret };
    const servers = {
      service: await startServer('servers/service.ts', serviceSettings({ DATABASE_URL: ours })),
      insert: await startServer('baselines/webhook-insert.ts', { ...secret, DATABASE_URL: theirs }),
      express: await startServer('baselines/webhook-express.ts', secret),
    };
    const operations = short ? 320 : 3200;
    const contestant = (server: ServerProcess) => ({
      server,
      operations,
      load: () => sendAll(server.url, connections, signedWebhooks(operations)),
    });
    try {
      const { service, insert, express } = await takeTurns(ground.postgresPid, short ? 1 : 5, {
        service: contestant(servers.service),
        insert: contestant(servers.insert),
        express: contestant(servers.express),
      });
      return [
        {
          what: 'of express that keeps nothing',
          value: service.rate / express.rate,
          unit: '×',
          limit: limitOf(bench, { least: 0.4 }),
        },
        { what: 'of one bare INSERT each', value: service.rate / insert.rate, unit: '×', limit: limitOf(bench, { least: 0.9 }) },
        ...sideFigures('service', service),
        ...sideFigures('one INSERT each', insert),
        ...sideFigures('express', express),
      ];
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  },
};
