import { Router } from 'express';
import { type Field, group, type Output } from './fields.ts';
import { runDue } from './transitions.ts';
import type { World } from './world.ts';

/** What the world does by itself, done on demand: `POST /_sim/…` with a JSON body, answered with the object that moved. */
export type Lever = { path: string; act(world: World, body: unknown, id: string): unknown };

/** Describes a lever: its fields decide the type that `act` is handed. `:id` in the path is the object that it moves. */
export function lever<F extends Record<string, Field<unknown>>>(
  path: string,
  fields: F,
  act: (world: World, given: Output<F>, id: string) => unknown,
): Lever {
  const reader = group(fields);
  return { path, act: (world, body, id) => act(world, reader.read(body, ''), id) };
}

/** All levers as routes. What was due before happens before. */
export function leverRouter(world: World, levers: Lever[]): Router {
  const router = Router();
  for (const { path, act } of levers) {
    router.post(path, (request, response) => {
      runDue(world);
      const answer = act(world, request.body ?? {}, String(request.params.id ?? ''));
      world.onChange();
      response.json(answer);
    });
  }
  return router;
}
