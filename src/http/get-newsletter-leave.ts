import { isolate, speak } from '../text.ts';
import { linkIdOf } from './link-id.ts';
import { askPage } from './pages/newsletter-page.ts';
import { defineRoute } from './route.ts';

/** Asks whether to leave, with the button that does; changes nothing. */
export const getNewsletterLeave = defineRoute({
  name: 'GET /newsletter/leave/{token}',
  summary: 'What leaving would end',
  output: { 200: { description: 'With the button that leaves.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params, locale }) {
    linkIdOf(services, 'newsletter-leave', params.token);
    const say = speak(locale, 'newsletter');
    const lead = say('leave_detail', { newsroom: isolate(locale, services.config.newsroom.name) });
    return { status: 200, html: askPage(services, locale, { title: say('leave_title'), lead, button: say('leave_button') }) };
  },
});
