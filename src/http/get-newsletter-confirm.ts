import { findConfirmation } from '../newsletter/confirm-signup.ts';
import { speak } from '../text.ts';
import { linkIdOf } from './link-id.ts';
import { askPage, donePage } from './pages/newsletter-page.ts';
import { defineRoute } from './route.ts';

/** Shows what a link would confirm, with the button that does. Programs that open links in mails change nothing by it. */
export const getNewsletterConfirm = defineRoute({
  name: 'GET /newsletter/confirm/{token}',
  summary: 'What a confirmation would sign up for',
  output: { 200: { description: 'With the button that confirms.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params }) {
    const { confirmed, consentText, locale } = await findConfirmation(
      services,
      linkIdOf(services, 'newsletter-confirm', params.token),
    );
    const say = speak(locale, 'newsletter');
    const html = confirmed
      ? donePage(services, locale, { title: say('confirmed_title'), lead: say('confirmed_detail'), quoted: consentText })
      : askPage(services, locale, { title: say('confirm_title'), lead: consentText, button: say('confirm_button') });
    return { status: 200, html };
  },
});
