import { z } from 'zod';
import { toArticleAddress } from '../article-address.ts';
import { requestSignup } from '../newsletter/request-signup.ts';
import { type Locale, speak } from '../text.ts';
import { articleErrors } from './article-field.ts';
import { defineRoute } from './route.ts';
import { validate } from './validate.ts';

const line = z.string().max(300).optional();

/** The body, whose refusals are said in the reader's language. */
function bodyIn(locale: Locale) {
  const say = speak(locale, 'newsletter');
  return z.strictObject({
    email: z
      .string(say('wrong_email'))
      .trim()
      .pipe(z.email(say('wrong_email')).max(254, say('wrong_email'))),
    frequency: z.enum(['daily', 'weekly'], say('wrong_frequency')),
    offers: z.boolean(say('wrong_offers')),
    article: z.strictObject({ url: z.string(), id: line, title: line, section: line }).optional(),
  });
}

type Body = z.infer<ReturnType<typeof bodyIn>>;

/** Asks an address to confirm a sign-up. The answer is the same for every address, whatever we know of it. */
export const postNewsletterSignup = defineRoute<Body>({
  name: 'POST /v1/newsletter-signups',
  summary: 'Ask for the newsletter',
  description: 'Always the same answer; at most one mail an address in 15 minutes asks for confirmation.',
  takes: bodyIn('en'),
  output: { 202: { description: 'The address is asked.', json: z.object({ status: z.literal('confirmation-asked') }) } },
  read: (given, { services, locale }) => validate(bodyIn(locale), given, articleErrors(given, services.config.siteOrigins)),
  async handle({ services, input, locale }) {
    const { email, frequency, offers, article } = input;
    const articleUrl = article && toArticleAddress(article.url, services.config.siteOrigins);
    await requestSignup(services, { email, frequency, offers, locale, articleUrl });
    return { status: 202, json: { status: 'confirmation-asked' } };
  },
});
