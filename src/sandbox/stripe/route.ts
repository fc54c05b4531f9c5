import { type Field, group, type Output } from './fields.ts';
import type { World } from './world.ts';

/** One request, read: its parameters, the ids in its path in order, and the API version it asks for. */
export type Call<P> = { params: P; id: string; version: string };

/** One endpoint of the API. `run` is one step on the world: it never waits, so requests never see each other half done. */
export type Route = {
  method: 'get' | 'post' | 'delete';
  path: string;
  params: Field<unknown>;
  /** The hosted page's own calls come without a secret key. */
  open?: boolean;
  run(world: World, call: Call<unknown>): unknown;
};

type Fields = Record<string, Field<unknown>>;

/** Describes an endpoint: its parameters decide the type that `run` is handed. `{id}` in the path is the object asked about. */
export function route<F extends Fields>(
  method: Route['method'],
  path: string,
  fields: F,
  run: (world: World, call: Call<Output<F>>) => unknown,
): Route {
  return { method, path, params: group(fields), run: run as Route['run'] };
}
