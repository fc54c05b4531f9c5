import { z } from 'zod';
import { findLeftGift, type LeftGift } from '../donations/find-left-gift.ts';
import { type Locale, speak } from '../text.ts';
import { type Fields, toDonateForm, toFields } from './donate-form.ts';
import { openGivingRules } from './giving-rules.ts';
import { wishedLocales } from './locale.ts';
import { donatePage } from './pages/donate-page.ts';
import { formatTyped } from './pages/gift-words.ts';
import { readerCurrency } from './reader-currency.ts';
import { defineRoute } from './route.ts';

/** Coming back by the browser's button must find the same attempt, or two pages could be paid; `no-store` would fetch a new one. */
const keptForTheBackButton = 'private, no-cache';

const donateQuery = z.object({
  article: z.string().optional().describe('Where the reader comes from.'),
  currency: z.string().optional(),
  gift: z.string().optional().describe('A gift whose payment page was left.'),
});

/**
 * The form as a plain page: `?article=` and `?currency=` fill it in, `?gift=` brings back what was chosen before a payment page was
 * left, in the same attempt. A gift that was paid meanwhile leads to its thanks.
 */
export const getDonate = defineRoute({
  name: 'GET /donate',
  summary: 'The form as a page',
  takes: donateQuery,
  output: {
    200: { description: 'The form.', html: true },
    303: { description: 'The gift was paid: to its thanks.', location: true },
  },
  input: z.unknown(),
  async handle({ services, input, locale, request }) {
    const say = speak(locale, 'giving');
    const asked = toFields(input);
    const left = asked.gift ? await findLeftGift(services.db, asked.gift) : undefined;
    if (left?.paid) {
      return { status: 303, location: `/thanks/${left.id}` };
    }
    const currency = readerCurrency(services.config.newsroom, wishedLocales(request));
    const chosen: Fields = left ? leftFields(left, asked, locale) : { currency };
    const fields: Fields = { ...chosen, ...asked, attempt: left?.attempt ?? '' };
    const form = toDonateForm(await openGivingRules(services, locale), fields, services.newId('att'));
    const notices = [
      left && { text: say('give_back'), problem: false },
      fields.article && !form.origin.article && { text: say('give_other_article'), problem: false },
    ];
    const html = donatePage({ services, locale, form, notices: notices.filter((notice) => !!notice) });
    return { status: 200, html, headers: { 'Cache-Control': keptForTheBackButton } };
  },
});

/** What was chosen for a gift, as fields; in another currency the amount begins anew. */
function leftFields(left: LeftGift, asked: Fields, locale: Locale): Fields {
  const { amount, interval } = left;
  const fields = {
    interval,
    currency: amount.currency,
    cover_fees: left.coverFees ? '1' : '',
    article: left.articleUrl,
    article_id: left.articleId,
    article_title: left.articleTitle,
    section: left.section,
    campaign: left.campaign,
    placement: left.placement,
    ...(asked.currency === undefined || asked.currency === amount.currency
      ? { [`amount_${interval}`]: amount.minor.toString(), own_amount: formatTyped(amount, locale) }
      : {}),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as Fields;
}
