import { okJson } from './openapi/words.ts';
import { defineRoute } from './route.ts';

/** The process answers; says nothing about what is around it. */
export const getLivez = defineRoute({
  name: 'GET /livez',
  summary: 'Whether the process answers',
  output: { 200: { description: 'It does.', json: okJson } },
  handle: async () => ({ status: 200, json: { status: 'ok' } }),
});
