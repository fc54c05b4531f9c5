import { leaveNewsletter } from '../newsletter/leave-newsletter.ts';
import { isolate, speak } from '../text.ts';
import { linkIdOf } from './link-id.ts';
import { donePage } from './pages/newsletter-page.ts';
import { defineRoute } from './route.ts';

/**
 * Leaves at once: from the page's button, or from a mail program's own with `List-Unsubscribe=One-Click` as its body, which needs no
 * more than the address (RFC 8058). Works for ever and any number of times.
 */
export const postNewsletterLeave = defineRoute({
  name: 'POST /newsletter/leave/{token}',
  summary: 'Leave the newsletter',
  output: { 200: { description: 'Left.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params, locale }) {
    await leaveNewsletter(services, linkIdOf(services, 'newsletter-leave', params.token));
    const say = speak(locale, 'newsletter');
    const lead = say('left_detail', { newsroom: isolate(locale, services.config.newsroom.name) });
    return { status: 200, html: donePage(services, locale, { title: say('left_title'), lead }) };
  },
});
