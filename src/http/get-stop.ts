import { stopPage } from './pages/stop-page.ts';
import { defineRoute } from './route.ts';
import { openStopLink } from './stop-link.ts';

/** From the link in a receipt: which recurring gift would end, and one button. Looking changes nothing. */
export const getStop = defineRoute({
  name: 'GET /stop/{token}',
  summary: 'Which recurring gift would end',
  output: { 200: { description: 'With the button that ends it.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params, locale }) {
    const subscription = await openStopLink(services, params.token);
    return { status: 200, html: stopPage({ services, locale }, subscription) };
  },
});
