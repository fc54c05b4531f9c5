import { requestStop } from '../subscriptions/stop-subscription.ts';
import { defineRoute } from './route.ts';
import { openStopLink } from './stop-link.ts';

/** The button on that page: the recurring gift is to end. Safe any number of times. */
export const postStop = defineRoute({
  name: 'POST /stop/{token}',
  summary: 'End a recurring gift',
  output: { 303: { description: 'Back to the page, which tells.', location: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params }) {
    const { id } = await openStopLink(services, params.token);
    await requestStop(services, id);
    return { status: 303, location: `/stop/${params.token}` };
  },
});
