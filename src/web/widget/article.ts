/** The article a widget stands in, as every request names it. */
export interface Article {
  readonly url: string;
  readonly id?: string;
  readonly title?: string;
  readonly section?: string;
}

/** Reads the article from the element's attributes; its address else from the page's canonical link, else from the address bar. */
export function readArticle(host: Element): Article {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel~="canonical"]')?.href;
  const url = new URL(host.getAttribute('article-url') || canonical || location.href, document.baseURI);
  url.hash = '';
  return {
    url: url.href,
    id: host.getAttribute('article-id') || undefined,
    title: host.getAttribute('article-title') || undefined,
    section: host.getAttribute('section') || undefined,
  };
}
