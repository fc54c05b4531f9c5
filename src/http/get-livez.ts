import { defineRoute } from './route.ts';

/** The process answers; says nothing about what is around it. */
export const getLivez = defineRoute({
  name: 'GET /livez',
  handle: async () => ({ status: 200, json: { status: 'ok' } }),
});
