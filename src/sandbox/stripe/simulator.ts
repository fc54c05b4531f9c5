import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { mountApi, refusalAnswer } from './api.ts';
import { createClock } from './clock.ts';
import { controlRouter } from './control.ts';
import { Courier } from './courier.ts';
import { Refusal } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { type Faults, noFaults } from './faults.ts';
import { authenticationPage } from './pages/authentication-page.ts';
import { checkoutPage } from './pages/checkout-page.ts';
import { invoicePage } from './pages/invoice-page.ts';
import { portalPage } from './pages/portal-page.ts';
import { receiptPage } from './pages/receipt-page.ts';
import { createKeeper, type Keeper, loadWorld } from './persistence.ts';
import { initialSettings } from './settings.ts';
import { runDue } from './transitions.ts';
import { emptyWorld, type World } from './world.ts';

type Options = {
  /** 0 or absent: any free one, on 127.0.0.1. */
  port?: number;
  /** JSON kept between starts; absent: memory only. */
  stateFile?: string;
  /** Absent: one made at the first start and kept in the state file. */
  secretKey?: string;
  /** The name on the hosted page. */
  brandName?: string;
  /** When the balance transaction follows a charge, in simulated seconds. */
  captureDelaySeconds?: number;
  /** Told of every answer and every event, for whoever checks them; it must not throw. */
  onExchange?: (exchange: Exchange) => void;
};

/** A running simulator. `now` is its simulated time; `close` writes the state file and ends it. */
export type StripeSimulator = { url: string; port: number; secretKey: string; now(): Date; close(): Promise<void> };

/** Starts a Stripe of one's own on this machine: its API, its hosted pages, its webhooks and its clock. No real money. */
export async function startStripeSimulator(options: Options): Promise<StripeSimulator> {
  const app = express().disable('x-powered-by').set('query parser', false);
  const server = await listen(app, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { brandName = 'Demo newsroom', captureDelaySeconds = 1 } = options;
  const world = emptyWorld({ brandName, captureDelaySeconds, url }, options.secretKey);
  if (options.stateFile) {
    loadWorld(world, options.stateFile);
    world.secretKey = options.secretKey ?? world.secretKey;
  }
  const faults = noFaults();
  const courier = new Courier(world, faults);
  const keeper = createKeeper(world, options.stateFile);
  const alarm = createAlarm(world);
  world.onDelivery = (delivery) => courier.take(delivery);
  world.onChange = () => {
    alarm.set();
    keeper.note();
  };
  world.onExchange = options.onExchange ?? world.onExchange;
  app.use(answerOnceKept(keeper));
  mount(app, world, faults, courier);
  resume(world, courier);
  return {
    url,
    port,
    secretKey: world.secretKey,
    now: () => new Date(world.clock.milliseconds()),
    close: async () => {
      alarm.stop();
      courier.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await keeper.flush();
    },
  };
}

function listen(app: Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, '127.0.0.1', (error) => (error ? reject(error) : resolve(server)));
  });
}

function mount(app: Express, world: World, faults: Faults, courier: Courier): void {
  app.use('/_sim', controlRouter({ world, faults, courier, reset: () => reset(world, faults) }));
  mountApi(app, world, faults, courier);
  const pages = [checkoutPage, authenticationPage, invoicePage, receiptPage, portalPage];
  app.use(express.text({ type: () => true, limit: '64kb' }), ...pages.map((page) => page(world)));
  app.use((request: Request) => {
    const message = `Unrecognized request URL (${request.method}: ${request.path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`;
    throw new Refusal(404, { type: 'invalid_request_error', message });
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const answer = refusalAnswer(error, response.locals.requestId ?? '');
    response.status(answer.status).type('application/json').send(answer.body);
  });
}

/** What somebody was told of is on file: a crash right after an answer forgets nothing that was paid. */
function answerOnceKept(keeper: Keeper): RequestHandler {
  return (request, response, next) => {
    const end = response.end.bind(response) as (...given: unknown[]) => Response;
    if (request.method !== 'GET') {
      response.end = (...given: unknown[]) => {
        keeper.kept().then(
          () => end(...given),
          () => response.destroy(),
        );
        return response;
      };
    }
    next();
  };
}

/** Forgets all that happened; the account's own settings (key, products, webhook endpoints with their secrets) stay. Time is wall time again. */
function reset(world: World, faults: Faults): void {
  const { tables, notes } = emptyWorld(world.settings);
  Object.assign(tables, { product: world.tables.product, webhook_endpoint: world.tables.webhook_endpoint });
  notes.secret = world.notes.secret;
  Object.assign(world, { tables, notes, account: initialSettings(), agenda: [], problems: [], clock: createClock(0) });
  Object.assign(faults, noFaults());
  world.onChange();
}

/** After a restart: what was on its way is sent, and what came due meanwhile happens. */
function resume(world: World, courier: Courier): void {
  runDue(world);
  for (const delivery of world.notes.delivery.values()) {
    if (['pending', 'held'].includes(delivery.status) && delivery.next_attempt_at === null) {
      delivery.status = 'pending';
      courier.take(delivery);
    }
  }
  world.onChange();
}

const longestTimer = 2 ** 31 - 1;

/** Rings when the next thing is due, and lets it happen. */
function createAlarm(world: World): { set(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const ring = () => {
    runDue(world);
    set();
  };
  const set = () => {
    clearTimeout(timer);
    const next = world.agenda[0];
    if (next) {
      const wait = Math.min(Math.max(0, next.at - world.clock.milliseconds()), longestTimer);
      timer = setTimeout(ring, wait);
    }
  };
  return { set, stop: () => clearTimeout(timer) };
}
