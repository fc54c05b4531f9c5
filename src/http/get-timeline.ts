import { tellTimeline } from '../timeline/tell-timeline.ts';
import { timelineJson } from './openapi/whole-gift.ts';
import { defineRoute } from './route.ts';

/** Everything that happened to one gift, the oldest first, in plain words. */
export const getTimeline = defineRoute({
  name: 'GET /v1/admin/donations/{id}/timeline',
  summary: 'What happened to a gift',
  description: 'Everything in order, in plain words of the language that `?locale=` or Accept-Language asks for.',
  output: { 200: { description: 'The oldest first.', json: timelineJson } },
  refuses: ['donation-not-found'],
  async handle({ services, params, locale }) {
    return { status: 200, json: { data: await tellTimeline(services, params.id!, locale) } };
  },
});
