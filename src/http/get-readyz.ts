import { AppError } from '../errors.ts';
import { findUnready } from '../operations/readiness.ts';
import { okJson } from './openapi/words.ts';
import { defineRoute } from './route.ts';

/** Whether requests may be sent here: the database is reachable and migrated, in the demo everything around it is up. */
export const getReadyz = defineRoute({
  name: 'GET /readyz',
  summary: 'Whether requests may be sent here',
  description: 'The database is reachable and migrated; in the demo everything around it is up.',
  output: { 200: { description: 'They may.', json: okJson } },
  refuses: ['not-ready'],
  async handle({ services }) {
    const unready = await findUnready(services);
    if (unready.length > 0) {
      throw new AppError('not-ready', `Not ready: ${unready.join(', ')}.`, { retryAfterSeconds: 2 });
    }
    return { status: 200, json: { status: 'ok' } };
  },
});
