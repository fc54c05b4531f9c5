import { stopPage } from './pages/stop-page.ts';
import { defineRoute } from './route.ts';
import { openStopLink } from './stop-link.ts';

/** From the link in a receipt: which recurring gift would end, and one button. Looking changes nothing. */
export const getStop = defineRoute({
  name: 'GET /stop/{token}',
  async handle({ services, params, locale }) {
    const subscription = await openStopLink(services, params.token);
    return { status: 200, html: stopPage({ services, locale }, subscription) };
  },
});
