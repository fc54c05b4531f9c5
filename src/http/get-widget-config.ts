import { z } from 'zod';
import { toArticleAddress, withoutQuery } from '../article-address.ts';
import type { Config } from '../config.ts';
import { digitsOf, incrementOf } from '../currency.ts';
import type { CurrencyOffer, Interval, Newsroom } from '../newsroom.ts';
import { switchesOf } from '../operations/switches.ts';
import { directionOf, type Locale, textsOf } from '../text.ts';
import type { CurrencyConfig, WidgetConfig } from '../web/widget/config.ts';
import { wishedLocales } from './locale.ts';
import { widgetConfigJson } from './openapi/widget-config.ts';
import { readerCurrency } from './reader-currency.ts';
import { defineRoute } from './route.ts';

const query = z.strictObject({ article: z.string().optional(), locale: z.string().max(35).optional() });

/** All that the widget says and offers under one article to one reader. Without `article` it is that of no article in particular. */
export const getWidgetConfig = defineRoute<z.infer<typeof query>>({
  name: 'GET /v1/widget-config',
  summary: 'What the widget says and offers',
  description: 'Amounts, currency by locale, texts, other articles and home, for one article and one reader.',
  output: { 200: { description: 'All that the widget needs.', json: widgetConfigJson } },
  refuses: ['article-not-allowed'],
  input: query,
  async handle({ services, input, request, response, locale }) {
    const { config } = services;
    const article = input.article === undefined ? undefined : toArticleAddress(input.article, config.siteOrigins, '/article');
    response.vary('Accept-Language');
    return {
      status: 200,
      json: toWidgetConfig(config, switchesOf(services).known(), { article, locale, wished: wishedLocales(request) }),
      headers: { 'Cache-Control': 'public, max-age=60' },
    };
  },
});

type Reader = { article: string | undefined; locale: Locale; wished: string[] };

function toWidgetConfig(config: Config, open: readonly Interval[], { article, locale, wished }: Reader): WidgetConfig {
  const { newsroom } = config;
  return {
    newsroom: { name: newsroom.name, homepage: newsroom.homepage },
    locale: regionalTag(locale, wished),
    direction: directionOf(locale),
    ask: newsroom.ask && open.length > 0,
    demo: config.demo !== undefined,
    intervals: open,
    currency: readerCurrency(newsroom, wished),
    currencies: newsroom.offers.map(toCurrencyConfig),
    texts: textsOf(locale, 'widget'),
    other_articles: otherArticles(newsroom, article),
    links: { donate: `${config.publicUrl}/donate`, ...newsroom.links },
    newsletter: true,
  };
}

function toCurrencyConfig(offer: CurrencyOffer): CurrencyConfig {
  const { once, month, year } = offer.suggestedMinor;
  return {
    code: offer.currency,
    digits: digitsOf(offer.currency),
    increment: Number(incrementOf(offer.currency)),
    minimum: Number(offer.minimumMinor),
    maximum: Number(offer.maximumMinor),
    suggested: { once: once.map(Number), month: month.map(Number), year: year.map(Number) },
    fee: offer.fee ? { basis_points: offer.fee.basisPoints, fixed: Number(offer.fee.fixedMinor) } : null,
  };
}

/** The reader's own tag of the language that is spoken (`de-AT` where we say `de`), so that amounts are written as they are used to. */
function regionalTag(locale: Locale, wished: string[]): string {
  const tag = wished.find((wish) => wish.toLowerCase().split(/[-_]/)[0] === locale);
  try {
    return tag ? new Intl.Locale(tag.replaceAll('_', '-')).toString() : locale;
  } catch {
    return locale;
  }
}

function otherArticles(newsroom: Newsroom, article: string | undefined): WidgetConfig['other_articles'] {
  const here = article && withoutQuery(article);
  return newsroom.other_articles.filter(({ url }) => withoutQuery(url) !== here);
}
