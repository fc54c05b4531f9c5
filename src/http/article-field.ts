import { toArticleAddress } from '../article-address.ts';
import { AppError, type FieldError } from '../errors.ts';

/** What is wrong with `article.url` of a body, to be told together with the rest; nothing where there is no such text. */
export function articleErrors(given: unknown, siteOrigins: readonly string[]): FieldError[] {
  const url = (given as { article?: { url?: unknown } } | undefined)?.article?.url;
  if (typeof url !== 'string') {
    return [];
  }
  try {
    toArticleAddress(url, siteOrigins);
    return [];
  } catch (error) {
    if (error instanceof AppError && error.errors) {
      return error.errors;
    }
    throw error;
  }
}
