import { AppError } from './errors.ts';

/** The longest address of an article that is taken, in characters. */
export const longestArticleAddress = 2000;

/**
 * The one spelling of an article's address: as WHATWG URL reads it, with its query, without its hash. `siteOrigins` are the
 * publisher's. Throws an AppError `article-not-allowed` that names the field at `pointer` for everything else: another host or
 * port, credentials, another scheme, a relative or too long address.
 */
export function toArticleAddress(text: string, siteOrigins: readonly string[], pointer = '/article/url'): string {
  const url = text.length <= longestArticleAddress ? URL.parse(text) : null;
  if (!url || url.username || url.password || !siteOrigins.includes(`${url.protocol}//${url.host}`)) {
    throw notAllowed(pointer);
  }
  url.hash = '';
  if (url.href.length > longestArticleAddress) {
    throw notAllowed(pointer);
  }
  return url.href;
}

/** An article's address for outward answers, and to tell articles apart: a query may hold what only its reader should know. */
export function withoutQuery(address: string): string {
  const url = new URL(address);
  url.search = '';
  return url.href;
}

/**
 * What staff ask for an article by, as it is kept: an address in the spelling that WHATWG URL gives it, an id as it is. The database's
 * `article_key` then leaves out what does not tell articles apart: query, fragment and the slash at the end.
 */
export function toAskedArticle(text: string): string {
  return (/^\s*https?:\/\//i.test(text) && URL.parse(text)?.href) || text;
}

function notAllowed(pointer: string): AppError {
  const detail = `must be the address of an article of this newsroom, at most ${longestArticleAddress} characters`;
  return new AppError('article-not-allowed', 'This is not the address of an article of this newsroom.', {
    errors: [{ pointer, detail }],
  });
}
