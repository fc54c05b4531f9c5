import { openCardLink } from './card-link.ts';
import { cardPage } from './pages/card-page.ts';
import { defineRoute } from './route.ts';

/** From the link in a mail: whose card would be changed, and one button. Looking changes nothing and asks Stripe nothing. */
export const getCard = defineRoute({
  name: 'GET /card/{token}',
  summary: 'Which recurring gift’s card would be changed',
  output: { 200: { description: 'With the button that leads to Stripe.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params, locale }) {
    const subscription = await openCardLink(services, params.token);
    return { status: 200, html: cardPage({ services, locale }, subscription) };
  },
});
