import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { bankLevers } from './bank-levers.ts';
import type { Courier } from './courier.ts';
import { endpointLevers } from './endpoint-levers.ts';
import { noSuch, Refusal } from './errors.ts';
import { orderFaults } from './fault-orders.ts';
import type { Faults } from './faults.ts';
import { group, needed, wholeNumber } from './fields.ts';
import { leverRouter } from './levers.ts';
import { moneyLevers } from './money-levers.ts';
import { runDue } from './transitions.ts';
import type { World } from './world.ts';

/** What steers the simulator from outside. */
export type Controls = { world: World; faults: Faults; courier: Courier; reset(): void };

const advanceFields = group({ seconds: needed(wholeNumber(0, 10 * 366 * 86_400)) });

/** `/_sim`: no key needed, but only from this machine and never from another site's page. */
export function controlRouter({ world, faults, courier, reset }: Controls): Router {
  const router = Router();
  router.use(onlyFromHere, express.json({ type: () => true, limit: '1mb' }));
  router.post('/reset', (_request, response) => {
    reset();
    response.json({ now: world.clock.seconds() });
  });
  router.get('/state', (_request, response) => {
    response.json(stateOf(world, faults));
  });
  router.post('/clock/advance', async (request, response) => {
    const { seconds } = advanceFields.read(request.body, '');
    runDue(world, world.clock.milliseconds() + seconds * 1000);
    world.clock.advance(seconds * 1000);
    world.onChange();
    await settle(world, courier);
    response.json({ now: world.clock.seconds() });
  });
  router.post('/settle', async (_request, response) => {
    await settle(world, courier);
    response.json({ now: world.clock.seconds() });
  });
  router.post('/faults', (request, response) => {
    orderFaults(faults, request.body ?? {});
    if ((request.body as { clear?: boolean }).clear) {
      courier.release();
    }
    response.json(faults);
  });
  router.get('/deliveries', (_request, response) => {
    const deliveries = [...world.notes.delivery.values()];
    const data = deliveries.map((delivery) => ({ ...delivery, pending: ['pending', 'held'].includes(delivery.status) }));
    response.json({ data });
  });
  router.post('/deliveries/:id/redeliver', async (request, response) => {
    const delivery = world.notes.delivery.get(request.params.id);
    if (!delivery) {
      throw noSuch('delivery', request.params.id);
    }
    courier.redeliver(delivery);
    await courier.idle();
    response.json(delivery);
  });
  router.use(leverRouter(world, [...bankLevers, ...moneyLevers, ...endpointLevers]));
  return router;
}

function stateOf(world: World, faults: Faults): object {
  const { tables, notes, agenda, problems } = world;
  const lists = Object.entries(tables).map(([name, map]) => [name, [...map.values()]]);
  const deliveries = [...notes.delivery.values()];
  const { fired } = faults;
  return { now: world.clock.seconds(), ...Object.fromEntries(lists), deliveries, agenda, faults, fired, problems };
}

/** Waits until nothing is due and every delivery that was has had its attempt. */
async function settle(world: World, courier: Courier): Promise<void> {
  do {
    runDue(world);
    await courier.idle();
  } while ((world.agenda[0]?.at ?? Number.POSITIVE_INFINITY) <= world.clock.milliseconds());
}

function onlyFromHere(request: Request, _response: Response, next: NextFunction): void {
  const address = request.socket.remoteAddress ?? '';
  const host = (request.get('host') ?? '').replace(/:\d+$/, '');
  const origin = request.get('origin');
  const isHere = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(address) && ['127.0.0.1', 'localhost', '[::1]'].includes(host);
  if (!isHere || (origin && new URL(origin).host !== request.get('host'))) {
    throw new Refusal(403, { type: 'invalid_request_error', message: 'The simulator is steered from its own machine only.' });
  }
  next();
}
