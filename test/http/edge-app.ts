import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { systemClock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { openEdge } from '../../src/http/edge.ts';
import { mountRoute } from '../../src/http/mount.ts';
import { handleProblems } from '../../src/http/problem.ts';
import { defineRoute, type Route } from '../../src/http/route.ts';
import { newId } from '../../src/id.ts';
import { silentLog } from '../../src/log.ts';
import { silentMetrics } from '../../src/metrics.ts';
import type { Services } from '../../src/services.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { testConfig } from '../support/settings.ts';

/** A newsroom's page, and a page of somebody else. */
export const ourOrigin = 'https://www.example.org';
export const foreignOrigin = 'https://evil.example';

/** Services for the edge alone: a real database, nobody behind Stripe and mail. */
export function edgeServices(
  databaseUrl: string,
  given: Partial<Services> & { config?: Config } = {},
): Services & { close(): Promise<void> } {
  const config = given.config ?? testConfig();
  const pool = createPool(databaseUrl, { name: 'edge', max: 4 });
  return {
    db: createDatabase(pool),
    exportPool: pool,
    clock: systemClock,
    newId,
    log: silentLog,
    metrics: silentMetrics,
    stripe: {} as StripeGateway,
    sendMail: async () => undefined,
    ...given,
    config,
    close: () => pool.end(),
  };
}

/** The edge in front of a few routes; their names are those of real ones, because only those have a policy. */
export function edgeApp(services: Services, ...routes: Route[]): express.Express {
  const app = express();
  openEdge(app, services);
  for (const route of routes) {
    mountRoute(app, services, route);
  }
  handleProblems(app, services);
  return app;
}

/** What a route of a test says of itself. */
export const undescribed = { summary: 'A route of a test', output: {} };

/** A route that answers what its handler returns as JSON. */
export function routeOf<Input>(
  name: Route['name'],
  input: Route<Input>['input'],
  handle: (context: Parameters<Route<Input>['handle']>[0]) => unknown,
): Route {
  return defineRoute<Input>({
    ...undescribed,
    name,
    input,
    handle: async (context) => ({ status: 200, json: await handle(context) }),
  });
}

/** Listens with an app on a port of its own for as long as `use` takes. */
export async function withServer(app: express.Express, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
