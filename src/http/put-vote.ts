import { z } from 'zod';
import { toArticleAddress } from '../article-address.ts';
import { castVote } from '../articles/vote.ts';
import { articleErrors } from './article-field.ts';
import { defineRoute } from './route.ts';
import { validate } from './validate.ts';

const body = z.strictObject({
  article: z.strictObject({ url: z.string(), id: z.string().trim().min(1).max(100).optional() }),
  helpful: z.boolean(),
  comment: z.string().trim().max(1000).optional(),
});

/** Counts whether an article helped, and says what the reader is to be asked next. */
export const putVote = defineRoute<z.infer<typeof body>>({
  name: 'PUT /v1/votes',
  summary: 'Say whether an article helped',
  description: 'One vote a visitor, article and day; a second one takes the place of the first. A 429 was not counted.',
  takes: body,
  output: { 200: { description: 'Counted.', json: z.object({ helpful: z.boolean(), next: z.enum(['give', 'sorry']) }) } },
  read: (given, { services }) => validate(body, given, articleErrors(given, services.config.siteOrigins)),
  async handle({ services, input, source, request }) {
    const { article, helpful, comment } = input;
    const articleUrl = toArticleAddress(article.url, services.config.siteOrigins);
    const agent = (request.get('User-Agent') ?? '').slice(0, 500);
    await castVote(services, { source, agent, articleUrl, articleId: article.id, helpful, comment });
    return { status: 200, json: { helpful, next: helpful ? 'give' : 'sorry' } };
  },
});
