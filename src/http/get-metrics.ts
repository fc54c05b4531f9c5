import { findStanding } from '../operations/standing.ts';
import { defineRoute } from './route.ts';

/** What this process counted and timed, and what waits in the database; answers without the database too. */
export const getMetrics = defineRoute({
  name: 'GET /metrics',
  summary: 'Metrics for Prometheus',
  description: 'Open to this machine and its private network; from elsewhere with the API key of an admin.',
  output: { 200: { description: 'Prometheus’ text format.', types: ['text/plain'] } },
  async handle({ services }) {
    const { contentType, text } = await services.metrics.render(await findStanding(services));
    return { status: 200, text, headers: { 'Content-Type': contentType } };
  },
});
