import { newId } from './ids.ts';
import { runDue } from './transitions.ts';
import type { World } from './world.ts';

/** Whatever happens inside is the doing of this request: its events say so. What was due before happens before. */
export function asRequest<T>(world: World, request: NonNullable<World['request']>, run: () => T): T {
  runDue(world);
  world.request = request;
  try {
    return run();
  } finally {
    world.request = null;
    world.onChange();
  }
}

/** The same for what people do on the simulator's pages. */
export function onPage<T>(world: World, run: () => T): T {
  return asRequest(world, { id: newId('req'), idempotencyKey: null }, run);
}
