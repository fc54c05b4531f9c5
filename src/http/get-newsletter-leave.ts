import { speak } from '../text.ts';
import { linkIdOf } from './link-id.ts';
import { askPage } from './pages/newsletter-page.ts';
import { defineRoute } from './route.ts';

/** Asks whether to leave, with the button that does; changes nothing. */
export const getNewsletterLeave = defineRoute({
  name: 'GET /newsletter/leave/{token}',
  async handle({ services, params, locale }) {
    linkIdOf(services, 'newsletter-leave', params.token);
    const say = speak(locale, 'newsletter');
    const lead = say('leave_detail', { newsroom: services.config.newsroom.name });
    return { status: 200, html: askPage(services, locale, { title: say('leave_title'), lead, button: say('leave_button') }) };
  },
});
