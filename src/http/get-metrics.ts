import { findStanding } from '../operations/standing.ts';
import { defineRoute } from './route.ts';

/** What this process counted and timed, and what waits in the database; answers without the database too. */
export const getMetrics = defineRoute({
  name: 'GET /metrics',
  async handle({ services }) {
    const { contentType, text } = await services.metrics.render(await findStanding(services));
    return { status: 200, text, headers: { 'Content-Type': contentType } };
  },
});
