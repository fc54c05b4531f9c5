import { requestCardPage } from '../subscriptions/request-card-page.ts';
import { openCardLink } from './card-link.ts';
import { defineRoute } from './route.ts';

/** The button on that page: to Stripe's own page for this one customer's card, and from there back here. */
export const postCard = defineRoute({
  name: 'POST /card/{token}',
  summary: 'Go and change the card of a recurring gift',
  output: { 303: { description: 'Stripe’s page, made for this once.', location: true } },
  refuses: ['link-not-valid', 'stripe-unavailable', 'stripe-refused'],
  async handle({ services, params }) {
    const { id } = await openCardLink(services, params.token);
    const location = await requestCardPage(services, id, `${services.config.publicUrl}/card/${params.token}`);
    return { status: 303, location };
  },
});
