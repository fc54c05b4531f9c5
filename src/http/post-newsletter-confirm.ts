import { confirmSignup } from '../newsletter/confirm-signup.ts';
import { speak } from '../text.ts';
import { linkIdOf } from './link-id.ts';
import { donePage } from './pages/newsletter-page.ts';
import { defineRoute } from './route.ts';

/** Signs the address up for what the link stands for. */
export const postNewsletterConfirm = defineRoute({
  name: 'POST /newsletter/confirm/{token}',
  summary: 'Confirm a sign-up',
  output: { 200: { description: 'Signed up.', html: true } },
  refuses: ['link-not-valid'],
  async handle({ services, params }) {
    const { consentText, locale } = await confirmSignup(services, linkIdOf(services, 'newsletter-confirm', params.token));
    const say = speak(locale, 'newsletter');
    const said = { title: say('confirmed_title'), lead: say('confirmed_detail'), quoted: consentText };
    return { status: 200, html: donePage(services, locale, said) };
  },
});
